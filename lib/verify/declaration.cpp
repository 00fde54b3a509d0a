#include "verify/declaration.hpp"

#include "base/suggestion.hpp"
#include "base/text.hpp"
#include "stellar/asset.hpp"
#include "verify/checks.hpp"
#include "verify/declaration_grammar.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace verify {
namespace {

constexpr std::size_t most_name_characters = 31;
constexpr std::array<std::string_view, 8> keys{"name",  "rows",    "contract", "read",
                                               "asset", "compare", "priority", "absent-errors"};
/// Names of other operations, and words of settings; beside the names of the built-in checks.
constexpr std::array<std::string_view, 10> reserved{"outcome", "balance", "database", "rpc", "alert",
                                                    "metrics", "failed",  "total",    "all", "none"};

bool is_reserved(std::string_view name) {
    const auto& built_in = built_in_checks();
    return std::find(reserved.begin(), reserved.end(), name) != reserved.end() ||
           std::any_of(built_in.begin(), built_in.end(), [name](Check check) { return check.name() == name; });
}

bool is_name(std::string_view text) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto other = [lower](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '-'; };
    return !text.empty() && text.size() <= most_name_characters && lower(text.front()) &&
           std::all_of(text.begin(), text.end(), other);
}

bool is_column(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    const auto other = [letter](char c) { return letter(c) || (c >= '0' && c <= '9'); };
    return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), other);
}

/// Meant as an address, rather than as the name of a column.
bool is_like_strkey(std::string_view text) {
    constexpr std::size_t long_for_a_column = 40;
    return text.size() >= long_for_a_column && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

// ---- SQL, as far as to see that it is one SELECT

/// Takes a quoted text, a comment or a single character off.
std::string_view take_sql(std::string_view& sql) {
    const auto until = [&sql](std::string_view end, std::size_t from) {
        const std::size_t at = sql.find(end, from);
        return at == std::string_view::npos ? sql.size() : at + end.size();
    };
    std::size_t size = 1;
    if (sql.front() == '\'' || sql.front() == '"')
        size = until(sql.substr(0, 1), 1);
    else if (sql.starts_with("--"))
        size = until("\n", 2);
    else if (sql.starts_with("/*"))
        size = until("*/", 2);
    else if (sql.front() == '$') {
        const std::size_t tag = sql.find('$', 1);
        if (tag != std::string_view::npos && (tag == 1 || is_column(sql.substr(1, tag - 1)))) {
            size = until(sql.substr(0, tag + 1), tag + 1);
        }
    }
    const std::string_view taken = sql.substr(0, size);
    sql.remove_prefix(size);
    return taken;
}

bool is_comment(std::string_view token) {
    return token.starts_with("--") || token.starts_with("/*");
}

/// SELECT ... or WITH ..., and no `;` behind which something else stands.
bool is_one_select(std::string_view sql) {
    std::string begin;
    bool ended = false;
    while (!sql.empty()) {
        const std::string_view token = take_sql(sql);
        const bool blank = is_comment(token) || base::trimmed(token).empty();
        if (ended && !blank) return false;
        ended = ended || token == ";";
        const char c = token.front();
        if (begin.empty() ? !blank : begin.size() < 8)
            begin += blank ? ' ' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    const auto word = [&begin](std::string_view first) {
        return begin.starts_with(first) && begin.size() > first.size() && !is_column(begin.substr(first.size(), 1));
    };
    return word("SELECT") || word("WITH");
}

/// Without the trailing `;`.
std::string without_end(std::string_view sql) {
    std::string out;
    while (!sql.empty()) {
        const std::string_view token = take_sql(sql);
        if (token != ";") out += token;
    }
    return std::string(base::trimmed(out));
}

// ---- one table

class TableReader {
  public:
    TableReader(const DeclarationTable& table, std::span<const std::string> settings,
                std::vector<DeclarationFault>& faults)
        : table_(table), settings_(settings), faults_(faults) {}

    Declaration read() {
        // The name first: every other fault carries it.
        read_name();
        check_keys();
        read_rows();
        read_priority();
        const bool sound = read_source();
        if (sound) read_places();
        read_comparisons();
        out_.columns = std::move(columns_).take();
        return std::move(out_);
    }

  private:
    using Key = DeclarationTable::Key;

    DeclarationFault& fault(const Key* key, std::string text, std::string suggestion = "") {
        return faults_.emplace_back(DeclarationFault{table_.file, key == nullptr ? table_.line : key->line, out_.name,
                                                     key == nullptr ? "" : key->name, 0, 0, std::move(text),
                                                     std::move(suggestion)});
    }

    void missing(std::string_view key, std::string_view meaning) {
        fault(nullptr, fmt::format("{} is missing: {}", key, meaning));
    }

    const Key* find(std::string_view name) const {
        const auto found =
            std::find_if(table_.keys.begin(), table_.keys.end(), [name](const Key& key) { return key.name == name; });
        return found == table_.keys.end() ? nullptr : &*found;
    }

    /// The key's text; nullptr if there is none, which is a fault if `meaning` says what it should be.
    const Key* text_key(std::string_view name, std::string_view meaning) {
        const Key* const key = find(name);
        if (key == nullptr || (!key->array && base::trimmed(key->values.front()).empty())) {
            if (!meaning.empty()) missing(name, meaning);
            return nullptr;
        }
        return key->array ? nullptr : key; // an array is a fault already
    }

    void check_keys() {
        for (const Key& key : table_.keys) {
            if (std::find(settings_.begin(), settings_.end(), key.name) != settings_.end()) {
                fault(&key, fmt::format("{} is a setting: settings stand above the first [[check]]", key.name));
            } else if (std::find(keys.begin(), keys.end(), key.name) == keys.end()) {
                const std::string meant = base::nearest(key.name, {keys.begin(), keys.end()});
                fault(&key,
                      fmt::format("unknown key `{}`; a check has the keys {}, and no other", key.name,
                                  fmt::join(keys, ", ")),
                      meant.empty() ? "" : fmt::format("did you mean {}?", meant));
            } else if (key.array && key.name != "absent-errors") {
                fault(&key, fmt::format("{} is a single value, not an array", key.name));
            }
        }
    }

    void read_name() {
        const std::string meaning = "lower-case letters, digits and -, 31 at most, a letter first";
        const Key* const key = text_key("name", meaning);
        if (key == nullptr) return;
        const std::string& name = key->values.front();
        if (!is_name(name)) {
            fault(key, meaning);
        } else if (is_reserved(name)) {
            fault(key, fmt::format("`{}` is reserved: choose another name", name));
        } else {
            out_.name = name;
        }
    }

    void read_rows() {
        const Key* const key = text_key("rows", "one SELECT, with the column id");
        if (key == nullptr) return;
        if (!is_one_select(key->values.front())) fault(key, "one SELECT, with the column id");
        out_.rows = without_end(key->values.front());
    }

    void read_priority() {
        const Key* const key = text_key("priority", "");
        if (key == nullptr) return;
        if (key->values.front() == "critical")
            out_.priority = Priority::critical;
        else if (key->values.front() != "normal")
            fault(key, "normal or critical");
    }

    bool read_source() {
        const Key* const key = text_key("read", "what to read on chain, such as persistent Task(id: u64)");
        if (key == nullptr) return false;
        Parsed<Read> read = parse_read(key->values.front(), columns_);
        if (!read) {
            fault(key, read.error().text, read.error().suggestion).column = read.error().column;
            return false;
        }
        out_.read = *std::move(read);
        return true;
    }

    /// What depends on the source: contract, asset, absent-errors.
    void read_places() {
        const bool balance = out_.read.source == Read::Source::balance;
        if (balance) {
            if (const Key* key = find("contract")) fault(key, "a balance has none: asset names the token");
            if (const Key* key =
                    text_key("asset", "native, CODE:ISSUER, a token's C..., or the column that holds one of these"))
                out_.asset = asset(*key);
        } else {
            if (const Key* key = find("asset")) fault(key, "only a balance has one");
            if (const Key* key = text_key("contract", "a C... address, or the column that holds it"))
                out_.contract = place(*key);
        }
        if (const Key* key = find("absent-errors")) read_absent_errors(*key);
    }

    /// A contract, or its column.
    Operand place(const Key& key) {
        const std::string& text = key.values.front();
        if (is_like_strkey(text)) {
            const auto contract = stellar::parse_contract(text);
            if (!contract) fault(&key, contract.error());
            return {text};
        }
        if (is_column(text)) return columns_.column(text);
        fault(&key, fmt::format("{} is neither an address (C...) nor the name of a column", quoted(text)));
        return {};
    }

    Operand asset(const Key& key) {
        const std::string& text = key.values.front();
        if (text == "native") return {text};
        if (text.find(':') == std::string::npos) return place(key);
        const auto asset = stellar::parse_asset(text);
        if (!asset) fault(&key, asset.error());
        return {text};
    }

    void read_absent_errors(const Key& key) {
        if (out_.read.source != Read::Source::call) {
            fault(&key, "only a call has them");
            return;
        }
        for (const std::string& text : key.values) {
            std::uint32_t code = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
            if (!key.array || error != std::errc() || end != text.data() + text.size()) {
                fault(&key, "an array of the contract's error codes, such as [5]");
                return;
            }
            out_.absent_errors.push_back(code);
        }
    }

    void read_comparisons() {
        const Key* const key = text_key("compare", "a line for each part of the value");
        if (key == nullptr) return;
        std::string_view rest = key->values.front();
        std::size_t lines = 0;
        for (std::size_t number = 1; !rest.empty(); ++number) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const std::string_view line = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const std::string_view content = base::trimmed(line);
            if (content.empty() || content.starts_with('#')) continue;
            if (++lines > most_comparisons) continue;
            add(*key, number, parse_comparison(line, columns_));
        }
        if (lines == 0) missing("compare", "a line for each part of the value");
        if (lines > most_comparisons) {
            fault(key, fmt::format("it has {} lines; at most {} are allowed", lines, most_comparisons));
        }
        check_exists(*key);
    }

    void add(const Key& key, std::size_t number, Parsed<Comparison> line) {
        if (line) {
            lines_.push_back(number);
            out_.comparisons.push_back(*std::move(line));
            return;
        }
        at_line(fault(&key, line.error().text, line.error().suggestion), number).column = line.error().column;
    }

    static DeclarationFault& at_line(DeclarationFault& fault, std::size_t number) {
        fault.within = number;
        fault.line += number - 1;
        return fault;
    }

    void check_exists(const Key& key) {
        const Comparison* const exists = out_.exists();
        for (std::size_t i = 0; exists != nullptr && i < out_.comparisons.size(); ++i) {
            const Comparison& line = out_.comparisons[i];
            if (line.kind == Comparison::Kind::exists && &line != exists) {
                at_line(fault(&key, "`exists` stands twice"), lines_[i]);
            } else if (line.whole_value() && (line.absent || line.absent_null)) {
                at_line(fault(&key,
                              "the absence of the whole value is compared by `exists`: leave out one of `exists` and "
                              "`absent`"),
                        lines_[i]);
            }
        }
    }

    const DeclarationTable& table_;
    std::span<const std::string> settings_;
    std::vector<DeclarationFault>& faults_;
    ColumnList columns_;
    Declaration out_;
    std::vector<std::size_t> lines_; // of compare, by comparison
};

} // namespace

std::string Read::text(const Row& row) const {
    std::string out(source_names[static_cast<std::size_t>(source)]);
    if (key) (out += ' ') += key->text(row);
    if (source == Source::balance) (out += " of ") += holder.of(row).value_or("NULL");
    if (source != Source::call) return out;
    (out += " ") += function;
    for (const Pattern& argument : arguments)
        (out += &argument == &arguments.front() ? "(" : ", ") += argument.text(row);
    return out += arguments.empty() ? "()" : ")";
}

const Comparison* Declaration::exists() const {
    const auto found = std::find_if(comparisons.begin(), comparisons.end(),
                                    [](const Comparison& line) { return line.kind == Comparison::Kind::exists; });
    return found == comparisons.end() ? nullptr : &*found;
}

Operand ColumnList::column(std::string_view name) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    const auto index = static_cast<std::size_t>(found - names_.begin());
    if (found == names_.end()) names_.emplace_back(name);
    return {std::string(name), index};
}

std::string DeclarationFault::sentence() const {
    std::string out = check.empty() ? "a check" : "check " + check;
    if (!key.empty()) out += ": " + key;
    if (within > 0) out += fmt::format(", line {}", within);
    if (column > 0) out += fmt::format(", column {}", column);
    return out + ": " + text + (suggestion.empty() ? "" : "; " + suggestion);
}

base::Result<std::vector<Declaration>, std::vector<DeclarationFault>>
parse_declarations(std::span<const DeclarationTable> tables, std::span<const std::string> settings) {
    std::vector<Declaration> declarations;
    std::vector<DeclarationFault> faults;
    for (const DeclarationTable& table : tables) {
        Declaration one = TableReader(table, settings, faults).read();
        const auto same = [&one](const Declaration& other) { return !one.name.empty() && other.name == one.name; };
        if (std::any_of(declarations.begin(), declarations.end(), same)) {
            faults.push_back({table.file, table.line, one.name, "name", 0, 0,
                              fmt::format("`{}` stands twice: each check has a name of its own", one.name)});
        }
        declarations.push_back(std::move(one));
    }
    if (tables.size() > most_declarations) {
        const DeclarationTable& first_too_many = tables[most_declarations];
        faults.push_back(
            {first_too_many.file, first_too_many.line, "", "", 0, 0,
             fmt::format("there are {} checks; at most {} are allowed", tables.size(), most_declarations)});
    }
    if (!faults.empty()) return base::Fail<std::vector<DeclarationFault>>{std::move(faults)};
    return declarations;
}

} // namespace verify
