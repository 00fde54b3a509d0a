#include "verify/declaration_grammar.hpp"

#include "base/suggestion.hpp"
#include "verify/amount.hpp"
#include "verify/claim.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace verify {
namespace {

using Kind = Comparison::Kind;
using Relation = Comparison::Relation;

constexpr int most_depth = 16; // values in each other: far more than fit into a key
constexpr std::size_t most_name_characters = 32;
constexpr int percent_decimals = 9;

constexpr std::array<std::string_view, 3> options{"within", "absent", "unless"};

template <class Names>
std::string did_you_mean(std::string_view wrong, const Names& names) {
    const std::string name = base::nearest(wrong, {names.begin(), names.end()});
    return name.empty() ? "" : fmt::format("did you mean {}?", name);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool begins_name(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool is_name_character(char c) {
    return begins_name(c) || is_digit(c);
}

/// Reads from front to back by recursive descent. The first fault sticks: what follows reads nothing, and the result is
/// the fault. So each function states what it expects and goes on.
class Reader {
  public:
    Reader(std::string_view text, ColumnList& columns) : text_(text), columns_(columns) {}

    // read = ( "persistent" | "temporary" ) value | "instance" [ value ] | "executable" | "balance" argument
    //      | "call" NAME "(" [ value { "," value } ] ")"
    Parsed<Read> read() {
        const std::size_t start = next();
        const std::string_view word = name();
        const auto found = std::find(source_names.begin(), source_names.end(), word);
        Read out;
        out.source = Read::Source(found - source_names.begin());
        if (found == source_names.end()) {
            fail(start,
                 fmt::format("`{}` is not something to read: it begins with persistent, temporary, instance, "
                             "executable, balance or call",
                             word),
                 did_you_mean(word, source_names));
        } else if (word == "balance") {
            out.holder = holder();
        } else if (word == "call") {
            function(out);
        } else if (word != "executable" && (word != "instance" || !ended())) {
            out.key = key();
        }
        return finish(std::move(out));
    }

    // line = "exists" "=" COLUMN
    //      | path ":" KIND [ "?" ] ( "=" | ">=" | "<=" ) COLUMN [ map ] { option }
    Parsed<Comparison> comparison() {
        Comparison out;
        if (take_word("exists")) {
            out.path = "exists";
            out.kind = Kind::exists;
            if (!take('=')) fail(next(), "exists is followed by `=` and a boolean column");
            out.column = column();
            return finish(std::move(out));
        }
        path(out);
        if (!take(':')) {
            fail(next(), fmt::format("the path `{}` is followed by `:` and how to compare: one of {}", out.path,
                                     fmt::join(kind_names, ", ")));
        }
        kind(out);
        relation(out);
        out.column = column();
        if (next() < text_.size() && text_[at_] == '{') map(out);
        while (ok() && !ended()) option(out);
        return finish(std::move(out));
    }

  private:
    // ---- characters

    bool ok() const { return !fault_; }

    void fail(std::size_t at, std::string text, std::string suggestion = "") {
        if (!ok()) return;
        const std::string_view before = text_.substr(0, at);
        const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
        const auto bytes = std::count_if(before.begin(), before.end(), continues);
        fault_ = {before.size() - static_cast<std::size_t>(bytes) + 1, std::move(text), std::move(suggestion)};
        at_ = text_.size();
    }

    template <class T>
    Parsed<T> finish(T value) {
        if (!ended()) fail(at_, fmt::format("`{}` is not expected here", text_.substr(at_)));
        if (!ok()) return base::Fail<GrammarFault>{*fault_};
        return value;
    }

    /// Skips blanks. Returns where the next token begins.
    std::size_t next() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
            ++at_;
        return at_;
    }

    bool ended() { return next() == text_.size(); }

    bool name_begins() const { return at_ < text_.size() && begins_name(text_[at_]); }

    bool is_next(char c) { return !ended() && text_[at_] == c; }

    bool take(std::string_view token) {
        if (!text_.substr(next()).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }
    bool take(char token) { return take(std::string_view(&token, 1)); }

    bool take_word(std::string_view word) {
        const std::size_t start = next();
        if (name() == word) return true;
        if (ok()) at_ = start;
        return false;
    }

    /// The longest run of such characters; may be empty.
    template <class Is>
    std::string_view run(Is is) {
        const std::size_t start = next();
        while (at_ < text_.size() && is(text_[at_])) ++at_;
        return text_.substr(start, at_ - start);
    }

    /// NAME, COLUMN = [A-Za-z_][A-Za-z0-9_]*; empty if there is none.
    std::string_view name() { return !ended() && begins_name(text_[at_]) ? run(is_name_character) : ""; }

    /// A NAME that is a symbol on chain.
    std::string_view symbol_name(std::string_view what) {
        const std::size_t start = next();
        const std::string_view text = name();
        if (text.empty()) fail(start, fmt::format("{} is expected here", what));
        if (text.size() > most_name_characters) fail(start, "a name has at most 32 characters");
        return text;
    }

    Operand column() {
        const std::size_t start = next();
        const std::string_view text = name();
        if (text.empty()) fail(start, "a column is expected here");
        return ok() ? columns_.column(text) : Operand{};
    }

    /// "'" text "'", a quote inside doubled.
    std::string quoted_text() {
        const std::size_t start = next();
        std::string out;
        for (at_ = start + 1; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\'' && !text_.substr(at_ + 1).starts_with('\'')) {
                ++at_;
                return out;
            }
            if (text_[at_] == '\'') ++at_;
            out += text_[at_];
        }
        fail(start, "the closing quote is missing");
        return out;
    }

    /// "-" and digits; with `point`, also a decimal point. Empty if there is none.
    std::string_view number(bool point) {
        const std::size_t start = next();
        if (at_ < text_.size() && text_[at_] == '-') ++at_;
        const std::size_t digits = at_;
        while (at_ < text_.size() && (is_digit(text_[at_]) || (point && text_[at_] == '.'))) ++at_;
        if (at_ == digits) at_ = start;
        return text_.substr(start, at_ - start);
    }

    /// digits up to `most`
    std::uint32_t integer(std::uint32_t most, std::string_view what) {
        const std::size_t start = next();
        const auto value = base::parse_u128(run(is_digit));
        if (value && *value <= most) return static_cast<std::uint32_t>(*value);
        fail(start, fmt::format("{} is a number from 0 to {}", what, most));
        return 0;
    }

    // ---- values

    // argument = ( COLUMN | LITERAL ) ":" TYPE [ "?" ]
    struct Argument {
        std::size_t at = 0;
        std::size_t type_at = 0;
        bool literal = false;
        std::string text;
        Type type{};
        bool optional = false;
    };

    Argument argument() {
        Argument out;
        out.at = next();
        const std::string_view column = name();
        if (!column.empty()) return typed(out.at, column);
        out.literal = true;
        out.text = is_next('\'') ? quoted_text() : number(false);
        if (ok() && at_ == out.at) fail(at_, "a column or a literal with its type is expected here, such as id: u64");
        type(out);
        return out;
    }

    /// An argument of which the column's name has been read.
    Argument typed(std::size_t at, std::string_view column) {
        Argument out{at, 0, false, std::string(column), {}, false};
        if (!is_next(':')) {
            fail(at, fmt::format("`{}` alone is not a key", column),
                 fmt::format("write {0}() for a variant, '{0}': symbol for a symbol, {0}: u64 for a column", column));
        }
        type(out);
        return out;
    }

    void type(Argument& out) {
        if (!take(':')) fail(next(), "`:` and a type are missing");
        out.type_at = next();
        const std::string_view word = run([](char c) { return is_name_character(c) || c == '-'; });
        const auto found = std::find(type_names.begin(), type_names.end(), word);
        if (found == type_names.end()) {
            fail(out.type_at, fmt::format("`{}` is not a type; the types are {}", word, fmt::join(type_names, ", ")),
                 did_you_mean(word, type_names));
        }
        out.type = Type(found - type_names.begin());
        out.optional = take('?');
        if (ok() && out.literal && out.optional) fail(at_ - 1, "a literal is never NULL: leave the `?` out");
    }

    void add(Pattern& out, const Argument& argument) {
        if (!ok()) return;
        if (!argument.literal) return out.add(argument.type, columns_.column(argument.text), argument.optional);
        const auto written = out.add(argument.type, argument.text);
        if (!written) fail(argument.at, written.error().text);
    }

    // value = NAME "(" [ value { "," value } ] ")" | "(" value { "," value } ")" | argument
    void value(Pattern& out, int depth = 0) {
        const std::size_t start = next();
        if (depth > most_depth) return fail(start, "values are nested too deep");
        if (take('(')) {
            if (is_next(')')) fail(at_, "a tuple has at least one value");
            out.open("");
            return values(out, depth);
        }
        const std::string_view word = name();
        if (word.empty()) return add(out, argument());
        if (!take('(')) return add(out, typed(start, word));
        if (word.size() > most_name_characters) fail(start, "a name has at most 32 characters");
        out.open(word);
        values(out, depth);
    }

    /// Up to the closing parenthesis.
    void values(Pattern& out, int depth) {
        if (!is_next(')')) {
            do value(out, depth + 1);
            while (ok() && take(','));
        }
        if (!take(')')) fail(next(), "`)` is missing");
        out.close();
    }

    Pattern key() {
        const std::size_t start = next();
        if (ended()) fail(start, "the key is missing, such as Task(id: u64)");
        Pattern out;
        value(out);
        if (ok() && out.fixed_bytes() > most_key_bytes) fail(start, "the key is longer than 1 KiB");
        return out;
    }

    Operand holder() {
        const Argument holder = argument();
        if (ok() && (holder.type != Type::address || holder.optional)) {
            fail(holder.type_at, "the holder of a balance is an address, such as wallet: address");
        }
        Pattern check;
        add(check, holder);
        if (!ok() || holder.literal) return {holder.text};
        return columns_.column(holder.text);
    }

    void function(Read& out) {
        out.function = symbol_name("the name of a function");
        if (!take('(')) fail(next(), "`(` is missing");
        while (ok() && !is_next(')')) {
            if (!out.arguments.empty() && !take(',')) return fail(next(), "`)` is missing");
            value(out.arguments.emplace_back());
        }
        take(')');
    }

    // ---- comparisons

    // path = [ "count" ] ( "." | step { step } )
    void path(Comparison& out) {
        out.count = take_word("count");
        const std::size_t start = next();
        if (take('.') && !name_begins()) {
            out.path = out.count ? "count ." : ".";
            return;
        }
        at_ = start;
        while (at_ < text_.size() && (text_[at_] == '.' || text_[at_] == '[')) step(out.steps.emplace_back());
        if (at_ == start) {
            fail(start, "a line begins with a path, such as .field, [key: address], `.` for the value itself, or with "
                        "exists");
        }
        out.path = (out.count ? "count " : "") + std::string(text_.substr(start, at_ - start));
    }

    // step = "." NAME | "[" integer "]" | "[" value "]"
    void step(Step& out) {
        if (take('.')) {
            out.to = Step::To::field;
            if (!name_begins()) return fail(at_, "the name of a field is expected here");
            out.name = symbol_name("the name of a field");
            if (ok()) (void)out.key.add(Type::symbol, out.name);
            return;
        }
        take('[');
        const std::size_t start = next();
        const std::string_view index = run(is_digit);
        if (!index.empty() && is_next(']')) {
            out.to = Step::To::element;
            at_ = start;
            out.index = integer(0xffffffff, "an index");
        } else {
            out.to = Step::To::entry;
            at_ = ok() ? start : at_;
            out.key = key();
        }
        if (!take(']')) fail(next(), "`]` is missing");
    }

    // KIND = "number" [ "(" decimals ")" ] | "bool" | "text" | "address" | "bytes" | "variant"
    void kind(Comparison& out) {
        const std::size_t start = next();
        const std::string_view word = run([](char c) { return is_name_character(c) || c == '-'; });
        const auto found = std::find(kind_names.begin(), kind_names.end(), word);
        if (found == kind_names.end()) {
            fail(start, fmt::format("`{}` is not a way to compare; these are {}", word, fmt::join(kind_names, ", ")),
                 meant_kind(word));
        }
        out.kind = Kind(found - kind_names.begin());
        if (out.count && out.kind != Kind::number) fail(start, "a count is a number");
        if (out.kind == Kind::number && take('(')) {
            out.decimals = static_cast<int>(integer(most_decimals, "decimals"));
            if (!take(')')) fail(next(), "`)` is missing");
        }
        out.optional = take('?');
    }

    static std::string meant_kind(std::string_view word) {
        const auto type = std::find(type_names.begin(), type_names.end(), word);
        if (type == type_names.end()) return did_you_mean(word, kind_names);
        if (word == "symbol" || word == "string") return "did you mean text?";
        if (word == "contract-id") return "did you mean bytes?";
        return "did you mean number? An integer of any width is one";
    }

    void relation(Comparison& out) {
        const std::size_t start = next();
        out.relation = take(">=") ? Relation::at_least : take("<=") ? Relation::at_most : Relation::equal;
        if (out.relation == Relation::equal) {
            if (!take('=') || is_next('=')) fail(start, "`=`, `>=` or `<=` and a column are expected here");
        } else if (out.kind != Kind::number) {
            fail(start, "only numbers are at least or at most something: write `=`");
        }
    }

    // map = "{" word ":" target { "|" target } { "," ... } "}"
    void map(Comparison& out) {
        if (out.kind != Kind::variant) fail(next(), "only a variant has a map");
        take('{');
        do {
            const std::size_t start = next();
            std::string word = is_next('\'') ? quoted_text() : std::string(run(is_word_character));
            if (word.empty()) fail(start, "a word of the database is expected here, such as {open: Open}");
            const auto same = [&word](const auto& entry) { return entry.first == word; };
            if (std::any_of(out.map.begin(), out.map.end(), same)) fail(start, fmt::format("`{}` stands twice", word));
            if (!take(':')) fail(next(), "`:` and a variant or number are missing");
            auto& targets = out.map.emplace_back(std::move(word), std::vector<std::string>()).second;
            do targets.push_back(target());
            while (ok() && take('|'));
        } while (ok() && take(','));
        if (!take('}')) fail(next(), "`}` is missing");
    }

    static bool is_word_character(char c) {
        constexpr std::string_view others = " \t:,|{}'";
        return others.find(c) == std::string_view::npos;
    }

    std::string target() {
        if (next() < text_.size() && is_digit(text_[at_])) return std::to_string(integer(0xffffffff, "a variant"));
        return std::string(symbol_name("a variant or a number"));
    }

    // option = "within" number [ "%" ] | "absent" ( literal | "null" ) | "unless null"
    void option(Comparison& out) {
        const std::size_t start = next();
        const std::string_view word = name();
        if (word == "within" && !out.within) return within(out, start);
        if (word == "absent" && !out.absent && !out.absent_null) return absent(out);
        if (word == "unless" && !out.unless_null) return unless_null(out, start);
        const bool twice = std::find(options.begin(), options.end(), word) != options.end();
        fail(start,
             twice ? fmt::format("`{}` stands twice", word)
                   : fmt::format("`{}` is not an option; these are within, absent, unless null",
                                 word.empty() ? text_.substr(start) : word),
             twice ? "" : did_you_mean(word, options));
    }

    void within(Comparison& out, std::size_t start) {
        if (out.kind != Kind::number) return fail(start, "within is for numbers");
        const std::size_t at = next();
        std::string digits(number(true));
        const bool percent = take('%');
        const int decimals = percent ? percent_decimals : out.decimals;
        const auto points = std::count(digits.begin(), digits.end(), '.');
        const std::size_t point = digits.find('.');
        const auto exact = point == std::string::npos ? digits.size() : point + 1 + static_cast<std::size_t>(decimals);
        // Distances are whole units, so what is smaller than a unit makes no difference; percents are multiplied.
        const bool cut = digits.size() > exact;
        if (!percent && cut) digits.resize(exact);
        const auto amount = parse_fixed_unsigned(digits, decimals);
        const bool sound =
            amount && points <= 1 && !digits.starts_with('-') && !(percent && (cut || *amount >> 64 != 0));
        if (!sound) return fail(at, "within needs a number that is not negative, such as within 0.01 or within 0.5%");
        out.within = {percent, *amount};
    }

    void absent(Comparison& out) {
        const std::size_t start = next();
        if (take_word("null")) {
            out.absent_null = true;
            return;
        }
        std::string text;
        if (is_next('\''))
            text = quoted_text();
        else if (out.kind == Kind::number)
            text = number(true);
        else
            text = name();
        if (ok() && at_ == start)
            return fail(start, "absent needs the value that it counts as, such as absent 0, or null");
        if (const std::string wrong = fault_of(out, text); !wrong.empty()) return fail(start, wrong);
        out.absent = std::move(text);
    }

    /// What is wrong with a column's text; empty: nothing.
    static std::string fault_of(const Comparison& line, std::string_view text) {
        const auto why = [](const auto& value) { return value ? "" : value.error().text; };
        if (line.kind == Kind::number) {
            const auto number = parse_quantity(text, line.decimals);
            return number ? "" : number.error();
        }
        switch (line.kind) {
        case Kind::boolean:
            return why(parse_bool(text));
        case Kind::address:
            return why(parse_address(text));
        case Kind::bytes:
            return why(parse_bytes(text));
        default:
            return "";
        }
    }

    void unless_null(Comparison& out, std::size_t start) {
        if (!take_word("null")) return fail(next(), "unless is followed by null");
        if (out.optional) return fail(start, "`?` compares a NULL as None, unless null skips it: write one of the two");
        out.unless_null = true;
    }

    std::string_view text_;
    ColumnList& columns_;
    std::size_t at_ = 0;
    std::optional<GrammarFault> fault_;
};

} // namespace

Parsed<Read> parse_read(std::string_view text, ColumnList& columns) {
    return Reader(text, columns).read();
}

Parsed<Comparison> parse_comparison(std::string_view line, ColumnList& columns) {
    return Reader(line, columns).comparison();
}

} // namespace verify
