// Amounts and odds, held against GMP's rational numbers: the first byte chooses the number of decimals.
#include "verify/amount.hpp"
#include "base/int128.hpp"
#include "checks.hpp"
#include "cmd/settings/setting_values.hpp"
#include "fuzz/rig.hpp"
#include "verify/odds.hpp"

#include <gmpxx.h>

#include <optional>

namespace {

using base::i128;
using base::u128;

mpz_class big(i128 value) {
    return mpz_class(base::to_decimal(value), 10);
}
mpz_class big(u128 value) {
    return mpz_class(base::to_decimal(value), 10);
}

mpz_class ten_to(unsigned long exponent) {
    mpz_class power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, exponent);
    return power;
}

constexpr std::size_t longest_exponent = 4; // a larger one costs GMP time, and is beyond all limits anyway

/// [+-]digits[.digits][e[+-]digits] as an exact number; nullopt where it is none, or its exponent is too long.
std::optional<mpq_class> exact(std::string_view text) {
    const auto digits = [&text] {
        const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
        const std::string taken(text.substr(0, end));
        text.remove_prefix(end);
        return taken;
    };
    const auto sign = [&text] {
        const bool minus = text.starts_with('-');
        if (minus || text.starts_with('+')) text.remove_prefix(1);
        return minus;
    };
    const bool negative = sign();
    std::string all = digits();
    long exponent = 0;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const std::string fraction = digits();
        all += fraction;
        exponent = -static_cast<long>(fraction.size());
    }
    if (all.empty()) return std::nullopt;
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        const bool small = sign();
        const std::string power = digits();
        if (power.empty() || power.size() > longest_exponent) return std::nullopt;
        exponent += small ? -std::stol(power) : std::stol(power);
    }
    if (!text.empty()) return std::nullopt;
    mpq_class number{mpz_class(all, 10)};
    const mpz_class power = ten_to(static_cast<unsigned long>(std::abs(exponent)));
    if (exponent < 0)
        number /= power;
    else
        number *= power;
    return negative ? mpq_class(-number) : number;
}

/// To the nearest integer, halves away from zero.
mpz_class rounded(const mpq_class& number) {
    const mpq_class shifted = abs(number) + mpq_class(1, 2);
    const mpz_class whole = shifted.get_num() / shifted.get_den();
    return number < 0 ? mpz_class(-whole) : whole;
}

void check_fixed(std::string_view text, int decimals) {
    const auto read = verify::parse_fixed(text, decimals);
    require(read || !read.error().empty(), "a refusal says why");
    const std::optional<mpq_class> number = exact(text);
    if (!number) return;
    const mpz_class expected = rounded(*number * ten_to(static_cast<unsigned long>(decimals)));
    const bool fits = expected >= big(base::i128_min) && expected <= big(base::i128_max);
    require(bool(read) == fits, "every number that fits is taken, and no other");
    if (read) require(big(*read) == expected, "rounded half up");
}

void check_integer(std::string_view text) {
    const auto read = verify::parse_integer(text);
    const std::optional<mpq_class> number = exact(text);
    if (!number) return;
    const bool whole = number->get_den() == 1;
    const bool fits = whole && *number >= big(base::i128_min) && *number <= big(base::i128_max);
    require(bool(read) == fits, "every integer that fits is taken, and nothing else");
    if (read) require(big(*read) == number->get_num(), "an integer is itself");
}

void check_setting(std::string_view text, int decimals) {
    const auto read = cmd::parse_decimal(text, decimals);
    if (!read) return;
    const std::optional<mpq_class> number = exact(cmd::trimmed(text));
    require(number.has_value() && *number >= 0, "a setting's decimal number is a number");
    const mpq_class scaled = *number * ten_to(static_cast<unsigned long>(decimals));
    require(big(*read) == mpz_class(scaled.get_num() / scaled.get_den()), "what is smaller than a unit is dropped");
}

u128 take_u128(std::string_view& input) {
    u128 value = 0;
    for (int i = 0; i < 16; ++i) value = value << 8 | take_byte(input);
    return value;
}

void check_odds(std::string_view input) {
    const u128 yes = take_u128(input);
    const u128 no = take_u128(input);
    const verify::Odds odds = verify::odds_of({yes, no});
    require(odds.yes <= verify::odds_one && odds.yes + odds.no == verify::odds_one, "odds sum to one");
    if (yes == 0 && no == 0) return require(odds.yes == verify::odds_one / 2, "an empty pool is one half each");
    const mpq_class exact_odds = mpq_class(big(no)) * ten_to(verify::odds_decimals) / mpq_class(big(yes) + big(no));
    require(big(u128{odds.yes}) == rounded(exact_odds), "the price of YES is rounded to the nearest");
    const auto text = verify::format_odds(odds.yes);
    require(*verify::parse_fixed(text, verify::odds_decimals) == static_cast<i128>(odds.yes), "odds survive as text");
}

} // namespace

void fuzz_one(std::string_view input) {
    check_odds(input);
    const unsigned char first = take_byte(input);
    const int decimals = first % 3 == 0 ? 0 : first % 3 == 1 ? verify::stroop_decimals : verify::odds_decimals;
    check_fixed(input, decimals);
    check_integer(input);
    check_setting(input, decimals);
    if (const auto stroops = verify::parse_stroops(input)) {
        const auto again = verify::parse_stroops(verify::format_stroops(*stroops));
        require(again && *again == *stroops, "an amount survives as text");
    }
    if (const auto number = base::parse_u128(input)) {
        require(*base::parse_u128(base::to_decimal(*number)) == *number, "a number survives as text");
        require(big(*number) == mpz_class(std::string(input), 10), "a number is its digits");
    }
}
