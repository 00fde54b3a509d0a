// Writes what the reader of the configuration file has read.
#pragma once

#include "cmd/settings/config_file.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace toml {

/// In double quotes, with escapes where they are needed.
inline std::string text(std::string_view content) {
    std::string out = "\"";
    for (const char c : content) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (byte < 0x20 || byte == 0x7F)
            out += fmt::format("\\u{:04X}", byte);
        else
            out += c;
    }
    return out + '"';
}

inline std::string line(const cmd::ConfigItem& item) {
    std::string out = text(item.key) + " = " + (item.array ? "[" : "");
    for (const std::string& value : item.values) out += text(value) + (item.array ? ", " : "");
    return out + (item.array ? "]\n" : "\n");
}

} // namespace toml
