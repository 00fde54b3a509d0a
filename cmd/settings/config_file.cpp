#include "cmd/settings/config_file.hpp"

#include <fmt/format.h>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace cmd {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr const char* no_value = "a value is a number, true, false, or text in quotes";

/// What toml++ says, and what we say: its own texts repeat what they saw, which may be a secret. The first that fits.
constexpr std::pair<std::string_view, const char*> reasons[] = {
    {"invalid utf-8", "the file is not UTF-8"},
    {"is not representable", "a number is too large; in quotes it may have any size"},
    {"could not be interpreted", "a number is too large; in quotes it may have any size"},
    {"array: encountered end", "an array has no end"},
    {"parsing array", "an array has commas between its values, and ends with ]"},
    {"string: encountered end", "a text does not end with its three quotes"},
    {"unknown escape", "a backslash begins no escape known; single quotes take it as it stands"},
    {"unicode scalar", "an escape stands for no character"},
    {"control characters", "a text holds a control character"},
    {"parsing date", "there is no such day"},
    {"parsing table header", "a table is written [[name]]"},
    {"expected '='", "a key is followed by = and its value"},
    {"expected a comment", "something follows the value; text belongs in quotes"},
    {"parsing key:", "a line begins with a key"},
    {"parsing root table", "a line begins with a key"},
};

/// The text of a file, by toml++'s positions: lines, and in them code points.
class Source {
  public:
    explicit Source(std::string_view text) : text_(text) {
        for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) lines_.push_back(at + 1);
    }

    std::string_view text() const { return text_; }
    std::string_view from(toml::source_position begin) const { return text_.substr(offset(begin)); }
    std::string_view at(const toml::source_region& region) const {
        return from(region.begin).substr(0, offset(region.end) - offset(region.begin));
    }
    std::size_t line_start(std::size_t line) const { return lines_[line - 1]; }

  private:
    std::size_t offset(toml::source_position position) const {
        std::size_t at = line_start(position.line);
        for (toml::source_index column = 1; column < position.column && at < text_.size(); ++column) do
                ++at;
            while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80);
        return at;
    }

    std::string_view text_;
    std::vector<std::size_t> lines_{0}; // where each begins
};

/// The table that a line after all of `root` belongs to.
const toml::table* last_table(const toml::table& root) {
    const toml::table* last = &root;
    for (const auto& entry : root) {
        const toml::array* array = entry.second.as_array();
        const toml::table* table = array && !array->empty() ? array->back().as_table() : nullptr;
        if (table && !table->is_inline() && table->source().begin.line > last->source().begin.line) last = table;
    }
    return last;
}

class Reader {
  public:
    explicit Reader(std::string_view text) : source_(text) {}

    ConfigFile read() {
        const toml::parse_result parsed = toml::parse(source_.text());
        if (parsed)
            read_root(parsed.table());
        else
            refuse(parsed.error());
        std::stable_sort(faults_.begin(), faults_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [line, why] : faults_) file_.faults.push_back(fmt::format("line {}: {}", line, why));
        return std::move(file_);
    }

  private:
    void fault(const toml::source_region& where, std::string why) {
        faults_.emplace_back(where.begin.line, std::move(why));
    }

    void refuse(const toml::parse_error& error) {
        const std::string_view description = error.description();
        if (description.find("cannot redefine") != description.npos) return fault(error.source(), twice(error));
        std::string_view why = no_value;
        for (const auto& [said, meant] : reasons) {
            if (description.find(said) == description.npos) continue;
            why = meant;
            break;
        }
        const std::string_view rest = source_.from(error.source().begin);
        if (why == "a text holds a control character" && (rest.starts_with('\n') || rest.starts_with('\r')))
            why = "a text does not end on its line with its quote";
        fault(error.source(), std::string(why));
    }

    /// toml++ says where the second is, behind its key. The first is in what precedes that line.
    std::string twice(const toml::parse_error& error) const {
        const std::size_t start = source_.line_start(error.source().begin.line);
        std::string_view key = source_.text().substr(start);
        key.remove_suffix(source_.from(error.source().begin).size());
        const toml::parse_result name =
            toml::parse(fmt::format("{} = 0", key.substr(0, key.find_last_not_of(" \t=") + 1)));
        const toml::parse_result before = toml::parse(source_.text().substr(0, start));
        const toml::node* first = nullptr;
        if (name && before && !name.table().empty())
            first = last_table(before.table())->get(name.table().begin()->first.str());
        return first ? fmt::format("this key stands in the file twice, first in line {}", first->source().begin.line)
                     : "this key stands in the file twice";
    }

    void read_root(const toml::table& root) {
        file_.items = items_of(root);
        std::sort(file_.tables.begin(), file_.tables.end(),
                  [](const ConfigTable& a, const ConfigTable& b) { return a.line < b.line; });
    }

    std::vector<ConfigItem> items_of(const toml::table& table) {
        std::vector<ConfigItem> items;
        for (const auto& entry : table) {
            const toml::node& node = entry.second;
            const std::string_view written = source_.at(node.source());
            if (node.is_table()) {
                fault(node.source(), node.as_table()->is_inline() ? no_value
                                     : written.starts_with('[')   ? "there are no tables of the form [name]"
                                                                  : "a key has no dots");
            } else if (node.is_array() && written.starts_with("[[") && node.as_array()->front().is_table()) {
                for (const toml::node& part : *node.as_array())
                    file_.tables.push_back(
                        {std::string(entry.first), part.source().begin.line, items_of(*part.as_table())});
            } else {
                const std::size_t before = faults_.size();
                ConfigItem item = item_of(entry.first, node, written);
                if (faults_.size() == before) items.push_back(std::move(item));
            }
        }
        std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
        return items;
    }

    ConfigItem item_of(const toml::key& key, const toml::node& node, std::string_view written) {
        ConfigItem item;
        item.key = key;
        item.line = item.text_line = node.source().begin.line;
        if (written.starts_with("\"\"\"") || written.starts_with("'''"))
            item.text_line += written.substr(3).starts_with('\n') || written.substr(3).starts_with("\r\n") ? 1 : 0;
        item.array = node.is_array();
        if (!item.array) {
            add_value(item, node);
        } else {
            for (const toml::node& part : *node.as_array()) add_value(item, part);
        }
        return item;
    }

    /// A number is the text that is written, without '_' and a leading '+': none ever becomes a binary float.
    void add_value(ConfigItem& item, const toml::node& node) {
        if (const auto* text = node.as_string()) {
            if (text->get().find('\0') != std::string::npos) fault(node.source(), "an escape stands for no character");
            return item.values.push_back(text->get());
        }
        std::string& value = item.values.emplace_back(source_.at(node.source()));
        if (node.is_boolean() || node.is_date()) return;
        if (!node.is_number() || value.find_first_not_of("0123456789+-._eE") != value.npos)
            return fault(node.source(), no_value);
        std::erase(value, '_');
        if (value.starts_with('+')) value.erase(0, 1);
    }

    Source source_;
    ConfigFile file_;
    std::vector<std::pair<std::size_t, std::string>> faults_; // by line
};

} // namespace

ConfigFile parse_config(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return Reader(text).read();
}

std::string toml_library_version() {
    return fmt::format("toml++ {}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH);
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
