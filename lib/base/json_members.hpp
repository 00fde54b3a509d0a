// A member of a JSON object in one line.
#pragma once

#include "base/json_writer.hpp"

#include <string_view>

namespace base {

inline void put(JsonWriter& writer, std::string_view key, std::string_view text) {
    writer.key(key);
    writer.string(text);
}

} // namespace base
