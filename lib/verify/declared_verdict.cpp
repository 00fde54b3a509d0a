#include "verify/declared_verdict.hpp"

#include "base/hex.hpp"
#include "base/suggestion.hpp"
#include "verify/amount.hpp"
#include "verify/claim.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace verify {
namespace {

using stellar::ScValType;
using stellar::ScView;
using Kind = Comparison::Kind;
using Relation = Comparison::Relation;

template <class T>
using Readable = base::Result<T, Unverifiable>;

base::Fail<Unverifiable> undecodable(std::string text) {
    return unverifiable(Reason::decode, std::move(text));
}

base::Fail<Unverifiable> is_not(const ScView& value, std::string_view what) {
    return undecodable(fmt::format("is a {}, not {}", type_name(value.type()), what));
}

// ---- one side

/// One side of a line, in the form that its kind compares. Texts are views: of the row, of the XDR, or of a buffer.
using Side = std::variant<Quantity, bool, std::string_view, stellar::ScAddress>;

bool looks_like_time(std::string_view text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    return digits > 0 && digits < text.size() && (text[digits] == ':' || (text[digits] == '-' && digits == 4));
}

Readable<Side> number_of(std::string_view text, int decimals) {
    const auto number = parse_quantity(text, decimals);
    if (number) return Side(*number);
    return unverifiable(Reason::bad_value,
                        fmt::format("{}: {}{}", quoted(text), number.error(),
                                    looks_like_time(text) ? "; use extract(epoch FROM ...) for a time" : ""));
}

template <class T>
Readable<Side> side(base::Result<T, Unverifiable> value) {
    if (!value) return base::Fail<Unverifiable>{value.error()};
    return Side(*value);
}

/// The database's side. `buffer` holds what the side is a view of, if it is not `text`.
Readable<Side> column_side(const Comparison& line, std::string_view text, std::string& buffer) {
    switch (line.kind) {
    case Kind::number:
        return number_of(text, line.decimals);
    case Kind::boolean:
    case Kind::exists:
        return side(parse_bool(text));
    case Kind::address: {
        const auto address = parse_address(text);
        if (!address) return base::Fail<Unverifiable>{address.error()};
        return Side(stellar::to_sc_address(*address));
    }
    case Kind::bytes: {
        auto bytes = parse_bytes(text);
        if (!bytes) return base::Fail<Unverifiable>{bytes.error()};
        buffer = *std::move(bytes);
        return Side(std::string_view(buffer));
    }
    case Kind::text:
    case Kind::variant:
        break;
    }
    return Side(text);
}

/// Any integer, from its big-endian bytes.
Readable<Side> chain_number(const ScView& value) {
    const bool is_signed = value.type() == ScValType::i32 || value.type() == ScValType::i64 ||
                           value.type() == ScValType::i128 || value.type() == ScValType::i256;
    if (value.type() < ScValType::u32 || value.type() > ScValType::i256) return is_not(value, "a number");
    const std::string_view bytes = value.content();
    const bool negative = is_signed && static_cast<signed char>(bytes.front()) < 0;
    base::U256 words = negative ? base::U256{} - base::U256{0, 1} : base::U256{};
    for (const char byte : bytes) {
        words.high = words.high << 8 | words.low >> 120;
        words.low = words.low << 8 | static_cast<unsigned char>(byte);
    }
    if (negative) words = base::U256{} - words;
    if (words.high != 0 || (negative && words.low > base::magnitude(base::i128_min))) {
        return undecodable("does not fit into 128 bits");
    }
    return Side(Quantity{words.low, negative});
}

/// The name or number of an enum's variant.
Readable<Side> chain_variant(const Comparison& line, const ScView& value, std::string& buffer) {
    const std::optional<ScView> first = value.element(0);
    if (first && first->type() == ScValType::symbol) return Side(first->content());
    if (value.type() == ScValType::symbol) return Side(value.content());
    if (value.type() != ScValType::u32) return is_not(value, "a variant (Vec[Symbol, ...], Symbol or u32)");
    if (line.map.empty()) return undecodable("is a u32, an enum of numbers: the line needs a map, such as {open: 0}");
    buffer = format_quantity(std::get<Quantity>(*chain_number(value)), 0);
    return Side(std::string_view(buffer));
}

Readable<Side> chain_address(const ScView& value) {
    if (value.type() != ScValType::address) return is_not(value, "an address");
    stellar::XdrReader reader(value.content());
    stellar::ScAddress address = stellar::read_sc_address(reader);
    if (address.kind == stellar::ScAddress::Kind::muxed_account) address.kind = stellar::ScAddress::Kind::account;
    if (address.kind == stellar::ScAddress::Kind::muxed_contract) address.kind = stellar::ScAddress::Kind::contract;
    address.mux_id = 0;
    return Side(address);
}

/// The chain's side of a value that is not void.
Readable<Side> chain_side(const Comparison& line, const ScView& value, std::string& buffer) {
    switch (line.kind) {
    case Kind::number:
        return chain_number(value);
    case Kind::boolean:
        if (value.type() != ScValType::boolean) return is_not(value, "a bool");
        return Side(value.content().back() != '\0');
    case Kind::text:
        if (value.type() != ScValType::string && value.type() != ScValType::symbol) return is_not(value, "a text");
        return Side(value.content());
    case Kind::address:
        return chain_address(value);
    case Kind::bytes:
        if (value.type() != ScValType::bytes) return is_not(value, "bytes");
        return Side(value.content());
    default:
        return chain_variant(line, value, buffer);
    }
}

struct ShowSide {
    const Comparison& line;

    LineValue operator()(const Quantity& number) const { return format_quantity(number, line.decimals); }
    LineValue operator()(bool value) const { return value; }
    LineValue operator()(const stellar::ScAddress& address) const { return to_strkey(address); }
    LineValue operator()(std::string_view text) const {
        if (line.kind != Kind::bytes) return std::string(text);
        return base::to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
};

// ---- both sides

/// Whether a number may be as far from the chain's as it is.
bool tolerated(const Comparison::Within& within, const Quantity& chain, const base::U256& distance) {
    constexpr std::uint64_t whole = 100'000'000'000; // 100 % in 10^-9 percent
    if (!within.percent) return base::U256{0, within.amount} >= distance;
    return base::U256{0, chain.size} * static_cast<std::uint64_t>(within.amount) >= distance * whole;
}

bool numbers_agree(const Comparison& line, const Quantity& database, const Quantity& chain) {
    if (database == chain) return true;
    if (line.relation == (chain < database ? Relation::at_most : Relation::at_least)) return true;
    return line.within && tolerated(*line.within, chain, distance(database, chain));
}

/// The word's targets; an error if the map lacks it.
Readable<bool> words_agree(const Comparison& line, std::string_view word, std::string_view variant) {
    if (line.map.empty()) return word == variant;
    const auto found =
        std::find_if(line.map.begin(), line.map.end(), [word](const auto& entry) { return entry.first == word; });
    if (found == line.map.end()) {
        return unverifiable(Reason::bad_value, fmt::format("the map of the line lacks {}", quoted(word)));
    }
    return std::find(found->second.begin(), found->second.end(), variant) != found->second.end();
}

// ---- the path

/// The names of a struct's fields.
std::vector<std::string_view> fields_of(const ScView& map) {
    constexpr std::size_t most = 20;
    std::vector<std::string_view> names;
    stellar::XdrReader reader(map.content());
    for (std::uint32_t i = 0; i < map.count() && names.size() < most; ++i) {
        const ScView key(stellar::take_scval(reader));
        stellar::take_scval(reader);
        if (key.type() == ScValType::symbol) names.push_back(key.content());
    }
    return names;
}

/// What a path leads to; nullopt: nothing is there.
using Reached = Readable<std::optional<ScView>>;

Reached take_step(const Step& step, const Row& row, const ScView& value) {
    if (value.type() == ScValType::void_) return std::optional<ScView>();
    if (step.to == Step::To::element) {
        if (value.type() == ScValType::vec) return value.element(step.index);
        const bool map = value.type() == ScValType::map;
        return is_not(value, map ? "a vec: the key of an entry has a type, such as [0: u32]" : "a vec");
    }
    if (value.type() != ScValType::map) return is_not(value, step.to == Step::To::field ? "a struct" : "a map");
    std::string key;
    if (auto written = step.key.append(key, row); !written) return base::Fail<Unverifiable>{written.error()};
    const std::optional<ScView> entry = value.entry(key);
    if (entry || step.to == Step::To::entry) return entry;
    const std::vector<std::string_view> names = fields_of(value);
    const std::string meant = base::nearest(step.name, {names.begin(), names.end()});
    return undecodable(fmt::format("the struct has no field {}; it has {}{}", step.name, fmt::join(names, ", "),
                                   meant.empty() ? "" : "; did you mean " + meant + "?"));
}

class Judge {
  public:
    Judge(const Declaration& declaration, const Row& row, const std::optional<ScView>& found)
        : declaration_(declaration), row_(row), found_(found) {
        // A function that returns None has nothing to give.
        none_ = declaration.read.source == Read::Source::call && found && found->type() == ScValType::void_;
        there_ = found && !none_;
    }

    Verdict judge() && {
        if (!compare_existence()) return std::move(verdict_);
        for (const Comparison& line : declaration_.comparisons) {
            if (line.kind != Kind::exists) compare(line);
        }
        if (!looked_) reached_ = there_;
        verdict_.absent = !reached_;
        // Nothing is there, and no line has accepted that.
        if (!there_ && !reached_ && !absence_compared_ && verdict_.differences.empty() &&
            verdict_.not_compared.empty()) {
            for (const Comparison& line : declaration_.comparisons) differs_by_absence(line);
        }
        return std::move(verdict_);
    }

  private:
    std::size_t number(const Comparison& line) const {
        return static_cast<std::size_t>(&line - declaration_.comparisons.data());
    }

    void compared(const Comparison& line) { verdict_.compared |= std::uint32_t{1} << number(line); }

    void fail(const Comparison& line, const Unverifiable& why, std::string_view about) {
        verdict_.not_compared.push_back(
            {number(line), {why.reason, fmt::format("{}: {}{}", line.path, about, why.text)}});
    }

    void fail_by_null(const Comparison& line) { fail(line, {Reason::bad_value, line.column.text + " is NULL"}, ""); }

    void fail_by_column(const Comparison& line, const Unverifiable& why) { fail(line, why, line.column.text + ": "); }

    LineDifference& differs(const Comparison& line, LineValue chain) {
        compared(line);
        return verdict_.differences.emplace_back(
            LineDifference{number(line), shown_column(line, row_), std::move(chain)});
    }

    void differs_by_absence(const Comparison& line) { differs(line, nullptr).absent = true; }

    /// The line `exists`. Returns whether the other lines are compared.
    bool compare_existence() {
        const Comparison* const line = declaration_.exists();
        if (line == nullptr) return true;
        const auto text = line->column.of(row_);
        if (!text) {
            fail_by_null(*line);
            return true;
        }
        const auto expected = parse_bool(*text);
        if (!expected) {
            fail_by_column(*line, expected.error());
            return true;
        }
        looked_ = true;
        reached_ = there_;
        verdict_.absent = !there_;
        if (*expected != there_) differs(*line, there_);
        compared(*line);
        return there_ && *expected;
    }

    void compare(const Comparison& line) {
        const auto text = line.column.of(row_);
        if (!text && line.unless_null) return;
        const Reached reached = reach(line);
        looked_ = true;
        reached_ = reached_ || !reached || reached->has_value();
        if (!reached) return fail(line, reached.error(), "");
        if (!*reached) return compare_absence(line, text);
        const ScView& value = **reached;
        if (!text && !line.optional && !line.absent_null) return fail_by_null(line);
        if (line.count) return compare_count(line, text, value);
        if (value.type() == ScValType::void_) return compare_none(line, text);
        if (!text) return differs_by_null(line, chain_side(line, value, chain_buffer_));
        compare_sides(line, *text, chain_side(line, value, chain_buffer_));
    }

    Reached reach(const Comparison& line) const {
        if (!found_) return std::optional<ScView>();
        if (none_ && !(line.optional && line.whole_value())) return std::optional<ScView>();
        Reached value = std::optional(*found_);
        for (const Step& step : line.steps) {
            if (!value || !*value) break;
            value = take_step(step, row_, **value);
        }
        return value;
    }

    void compare_absence(const Comparison& line, std::optional<std::string_view> text) {
        if (line.absent_null) {
            absence_compared_ = true;
            compare_null(line, text);
        } else if (!line.absent) {
            differs_by_absence(line);
        } else if (!text && !line.optional) {
            fail_by_null(line);
        } else {
            absence_compared_ = true;
            Readable<Side> counts_as = column_side(line, *line.absent, chain_buffer_);
            if (!text) return differs_by_null(line, counts_as);
            // A word counts as itself, and needs no place in the map.
            if (line.kind == Kind::variant && *line.absent == *text) return compared(line);
            compare_sides(line, *text, counts_as);
        }
    }

    void compare_count(const Comparison& line, std::optional<std::string_view> text, const ScView& value) {
        if (value.type() == ScValType::void_) return compare_none(line, text);
        const bool countable = value.type() == ScValType::vec || value.type() == ScValType::map;
        const Readable<Side> count = countable ? Readable<Side>(Side(Quantity{value.count(), false}))
                                               : Readable<Side>(is_not(value, "a vec or a map"));
        if (!text) return differs_by_null(line, count);
        compare_sides(line, *text, count);
    }

    void compare_none(const Comparison& line, std::optional<std::string_view> text) {
        if (!line.optional) {
            const auto kind = kind_names[static_cast<std::size_t>(line.kind)];
            return fail(line, {Reason::decode, fmt::format("the value is None: did you mean {}?", kind)}, "");
        }
        compare_null(line, text);
    }

    /// The chain's side counts as NULL.
    void compare_null(const Comparison& line, std::optional<std::string_view> text) {
        compared(line);
        if (text) differs(line, nullptr);
    }

    void differs_by_null(const Comparison& line, const Readable<Side>& chain) {
        if (!chain) return fail(line, chain.error(), "");
        differs(line, std::visit(ShowSide{line}, *chain));
    }

    void compare_sides(const Comparison& line, std::string_view text, const Readable<Side>& chain) {
        const Readable<Side> database = column_side(line, text, column_buffer_);
        if (!database) return fail_by_column(line, database.error());
        if (!chain) return fail(line, chain.error(), "");
        const auto* const number = std::get_if<Quantity>(&*database);
        const auto agree = [&]() -> Readable<bool> {
            if (number != nullptr) return numbers_agree(line, *number, std::get<Quantity>(*chain));
            if (line.kind == Kind::variant) return words_agree(line, text, std::get<std::string_view>(*chain));
            return *database == *chain;
        };
        const Readable<bool> same = agree();
        if (!same) return fail_by_column(line, same.error());
        if (*same) return compared(line);
        LineDifference& difference = differs(line, std::visit(ShowSide{line}, *chain));
        if (number == nullptr) return;
        difference.chain_has_less = std::get<Quantity>(*chain) < *number;
        difference.size = distance(*number, std::get<Quantity>(*chain));
    }

    const Declaration& declaration_;
    const Row& row_;
    const std::optional<ScView>& found_;
    bool none_ = false;             // a call has answered with Void
    bool there_ = false;            // something was found
    bool looked_ = false;           // a path was followed
    bool reached_ = false;          // one led to a value
    bool absence_compared_ = false; // a line took an absence for a value
    std::string column_buffer_;
    std::string chain_buffer_;
    Verdict verdict_;
};

} // namespace

Verdict verdict_of(const Declaration& declaration, const Row& row, const std::optional<ScView>& found) {
    return Judge(declaration, row, found).judge();
}

LineValue shown_column(const Comparison& line, const Row& row) {
    const auto text = line.column.of(row);
    if (!text) return nullptr;
    if (line.kind == Kind::boolean || line.kind == Kind::exists) {
        if (const auto value = parse_bool(*text)) return *value;
    }
    return std::string(*text);
}

std::string signed_size(const Declaration& declaration, const LineDifference& difference) {
    return fmt::format("{}{}", difference.chain_has_less ? '-' : '+',
                       format_units(*difference.size, declaration.comparisons[difference.line].decimals));
}

bool is_spelling(std::string_view a, std::string_view b) {
    const auto plain = [](std::string_view text) {
        std::string out;
        for (const char c : text) {
            if (c != ' ' && c != '-' && c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return out;
    };
    return a != b && plain(a) == plain(b);
}

} // namespace verify
