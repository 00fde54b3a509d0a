#include "cmd/settings/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

namespace cmd {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

bool is_alphanumeric(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | (c >> 6));
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3F));
        put(0x80 | ((c >> 6) & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

/// "-1_000.5e3" without its underscores; nullopt where it is no decimal number.
std::optional<std::string> number(std::string_view token) {
    std::string plain;
    bool after_digit = false;
    for (const char c : token) {
        if (c == '_' && !after_digit) return std::nullopt;
        after_digit = is_digit(c);
        if (c != '_') plain += c;
    }
    std::size_t at = plain.find_first_not_of("+-") == 1 ? 1 : 0;
    const auto digits = [&] {
        const std::size_t start = at;
        while (at < plain.size() && is_digit(plain[at])) ++at;
        return at > start;
    };
    if (!digits()) return std::nullopt;
    if (at < plain.size() && plain[at] == '.') {
        ++at;
        if (!digits()) return std::nullopt;
    }
    if (at < plain.size() && (plain[at] == 'e' || plain[at] == 'E')) {
        ++at;
        if (at < plain.size() && (plain[at] == '+' || plain[at] == '-')) ++at;
        if (!digits()) return std::nullopt;
    }
    if (at != plain.size() || !after_digit) return std::nullopt;
    return plain.starts_with('+') ? plain.substr(1) : plain;
}

bool is_date(std::string_view token) { // 2026-12-31; whether there is such a day is for others to say
    constexpr std::string_view form = "dddd-dd-dd";
    return std::equal(token.begin(), token.end(), form.begin(), form.end(),
                      [](char c, char f) { return f == 'd' ? is_digit(c) : c == f; });
}

// Follows TOML 1.0 (toml.io). Each reading function returns false, and says why in error_, where it cannot go on.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    base::Result<std::vector<ConfigItem>> read() {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        while (true) {
            skip_blank_lines();
            if (done()) return std::move(items_);
            if (peek() == '[') fail("there are no tables in this file, only lines of the form key = value");
            if (!error_.empty() || !key_and_value()) return base::fail(fmt::format("line {}: {}", line(), error_));
        }
    }

    ConfigTables read_tables() {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        dates_ = true;
        ConfigTables out;
        const auto end_table = [&] {
            if (!out.tables.empty()) out.tables.back().items = std::exchange(items_, {});
        };
        while (true) {
            skip_blank_lines();
            if (done()) break;
            if (peek() == '[') {
                end_table();
                if (table_header(out.tables.emplace_back())) continue;
                out.tables.back().name.clear(); // what is in it is read, and belongs to none
            } else if (out.tables.empty()) {
                fail("a file like this begins with a [[name]]");
            } else if (key_and_value()) {
                continue;
            }
            out.faults.push_back(fmt::format("line {}: {}", line(), error_));
            while (!done() && peek() != '\n') ++at_;
        }
        end_table();
        std::erase_if(out.tables, [](const ConfigTable& table) { return table.name.empty(); });
        return out;
    }

  private:
    bool done() const { return at_ >= text_.size(); }
    char peek() const { return done() ? '\0' : text_[at_]; }
    bool sees(std::string_view token) const { return text_.substr(at_).starts_with(token); }
    bool take(std::string_view token) {
        if (!sees(token)) return false;
        at_ += token.size();
        return true;
    }
    bool fail(std::string why) {
        error_ = std::move(why);
        return false;
    }
    std::size_t line() const {
        return 1 + static_cast<std::size_t>(std::count(
                       text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size())), '\n'));
    }

    void skip_blanks() {
        while (peek() == ' ' || peek() == '\t') ++at_;
    }
    void skip_comment() {
        if (peek() == '#')
            while (!done() && peek() != '\n') ++at_;
    }
    void skip_blank_lines() {
        std::size_t before;
        do {
            before = at_;
            skip_blanks();
            skip_comment();
            if (!take("\n")) take("\r\n");
        } while (at_ != before);
    }

    bool table_header(ConfigTable& table) {
        table.line = line();
        if (!take("[[")) return fail("a table is written [[name]]");
        skip_blanks();
        if (!key(table.name)) return false;
        skip_blanks();
        if (table.name.empty() || !take("]]")) return fail("a table is written [[name]]");
        return end_of_line();
    }

    bool end_of_line() {
        skip_blanks();
        skip_comment();
        return done() || sees("\n") || sees("\r\n") || fail("something follows the value; text belongs in quotes");
    }

    bool key_and_value() {
        ConfigItem item;
        if (!key(item.key)) return false;
        skip_blanks();
        if (peek() == '.') return fail("a key has no dots");
        if (!take("=")) return fail("a key is followed by = and its value");
        skip_blanks();
        if (!value(item)) return false;
        item.line = line();
        if (!end_of_line()) return false;
        const auto same = [&item](const ConfigItem& other) { return other.key == item.key; };
        if (std::any_of(items_.begin(), items_.end(), same)) return fail("this key stands in the file twice");
        items_.push_back(std::move(item));
        return true;
    }

    bool key(std::string& out) {
        if (peek() == '"' || peek() == '\'') return string(out);
        while (is_alphanumeric(peek()) || peek() == '-' || peek() == '_') out += text_[at_++];
        return !out.empty() || fail("a line begins with a key");
    }

    bool value(ConfigItem& item) {
        item.array = take("[");
        if (!item.array) return single(item.values.emplace_back());
        while (true) {
            skip_blank_lines();
            if (take("]")) return true;
            if (done()) return fail("an array has no end");
            if (!single(item.values.emplace_back())) return false;
            skip_blank_lines();
            if (!take(",") && peek() != ']') return fail("an array has commas between its values, and ends with ]");
        }
    }

    bool single(std::string& out) {
        if (take("\"\"\"")) return text_of_lines(out, '"');
        if (take("'''")) return text_of_lines(out, '\'');
        if (peek() == '"' || peek() == '\'') return string(out);
        const std::size_t start = at_;
        while (is_alphanumeric(peek()) || peek() == '+' || peek() == '-' || peek() == '.' || peek() == '_') ++at_;
        const std::string_view token = text_.substr(start, at_ - start);
        const std::optional<std::string> digits = number(token);
        if (!digits && token != "true" && token != "false" && !(dates_ && is_date(token)))
            return fail("a value is a number, true, false, or text in quotes");
        out = digits ? *digits : std::string(token);
        return true;
    }

    // One line, in double quotes with escapes or in single quotes as it stands.
    bool string(std::string& out) {
        const char quote = text_[at_++];
        while (peek() != quote) {
            if (done() || peek() == '\n' || peek() == '\r')
                return fail("a text does not end on its line with its quote");
            if (!character(out, quote)) return false;
        }
        ++at_;
        return true;
    }

    bool text_of_lines(std::string& out, char quote) {
        const std::string end(3, quote);
        if (!take("\n")) take("\r\n");
        while (!sees(end)) {
            if (done()) return fail("a text does not end with its three quotes");
            if (take("\n") || take("\r\n"))
                out += '\n';
            else if (!character(out, quote))
                return false;
        }
        at_ += end.size();
        for (int more = 0; more < 2 && peek() == quote; ++more) out += text_[at_++]; // they belong to the text
        return true;
    }

    bool character(std::string& out, char quote) {
        const char c = text_[at_];
        if ((c >= 0 && c < 0x20 && c != '\t') || c == 0x7F) return fail("a text holds a control character");
        ++at_;
        if (c == '\\' && quote == '"') return escape(out);
        out += c;
        return true;
    }

    bool escape(std::string& out) {
        constexpr std::string_view letters = "btnfr\"\\";
        constexpr std::string_view meant = "\b\t\n\f\r\"\\";
        const char c = peek();
        const std::size_t which = letters.find(c);
        if (!done() && which != std::string_view::npos) {
            ++at_;
            out += meant[which];
            return true;
        }
        if (c == 'u' || c == 'U') return code_point(out, c == 'u' ? 4 : 8);
        // In a text of several lines: the break and the blanks after it are not part of it.
        const std::size_t next = text_.find_first_not_of(" \t\r", at_);
        if (next != std::string_view::npos && text_[next] == '\n') {
            at_ = std::min(text_.find_first_not_of(" \t\r\n", next), text_.size());
            return true;
        }
        return fail("a backslash begins no escape known; single quotes take it as it stands");
    }

    bool code_point(std::string& out, std::size_t digits) {
        const std::string_view hex = text_.substr(std::min(at_ + 1, text_.size())).substr(0, digits);
        if (hex.size() != digits || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
            return fail(fmt::format("\\{} is followed by {} hex digits", peek(), digits));
        const auto c = static_cast<char32_t>(std::stoul(std::string(hex), nullptr, 16));
        if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return fail("an escape stands for no character");
        append_utf8(out, c);
        at_ += 1 + digits;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool dates_ = false; // are values
    std::string error_;
    std::vector<ConfigItem> items_;
};

} // namespace

base::Result<std::vector<ConfigItem>> parse_config(std::string_view text) {
    return Reader(text).read();
}

ConfigTables parse_config_tables(std::string_view text) {
    return Reader(text).read_tables();
}

base::Result<std::string> read_file(const std::string& path) {
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
    if (!file) return base::fail(std::strerror(errno));
    std::string content(largest_file + 1, '\0');
    errno = 0;
    content.resize(std::fread(content.data(), 1, content.size(), file.get()));
    if (std::ferror(file.get())) return base::fail(std::strerror(errno));
    if (content.size() > largest_file) return base::fail("it is larger than 1 MiB");
    return content;
}

} // namespace cmd
