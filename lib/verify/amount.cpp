#include "verify/amount.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace verify {
namespace {

using base::i128;
using base::u128;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A decimal number taken apart: sign, digits without the point, and the power of ten of the last digit.
struct Decimal {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
    int exponent = 0;

    std::size_t size() const { return whole.size() + fraction.size(); }
    int digit(std::size_t i) const { return (i < whole.size() ? whole[i] : fraction[i - whole.size()]) - '0'; }
};

std::string_view take_digits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

/// Nothing but [+-]digits[.digits][e[+-]digits], with a digit somewhere before the exponent.
std::optional<Decimal> take_apart(std::string_view text) {
    Decimal number;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        number.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    number.whole = take_digits(text);
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        number.fraction = take_digits(text);
    }
    if (number.size() == 0) return std::nullopt;
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        bool negative = false;
        if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
            negative = text.front() == '-';
            text.remove_prefix(1);
        }
        const std::string_view digits = take_digits(text);
        if (digits.empty() || digits.size() > 6) return std::nullopt;
        for (const char c : digits) number.exponent = number.exponent * 10 + (c - '0');
        if (negative) number.exponent = -number.exponent;
    }
    if (!text.empty()) return std::nullopt;
    return number;
}

/// value * 10 + digit, or nothing where that does not fit.
std::optional<u128> push_digit(u128 value, int digit) {
    const u128 limit = base::u128_max / 10;
    const u128 next = static_cast<u128>(digit);
    if (value > limit || value * 10 > base::u128_max - next) return std::nullopt;
    return value * 10 + next;
}

base::Fail<std::string> does_not_fit() {
    return base::fail("the number is too large");
}

template <class Integer>
std::string format_fixed(const Integer& value, int decimals) {
    std::string digits = base::to_decimal(value);
    const bool negative = digits.front() == '-';
    if (negative) digits.erase(0, 1);
    const auto point = static_cast<std::size_t>(decimals);
    if (point == 0) return negative ? "-" + digits : digits;
    if (digits.size() <= point) digits.insert(0, point + 1 - digits.size(), '0');
    digits.insert(digits.size() - point, 1, '.');
    return negative ? "-" + digits : digits;
}

} // namespace

namespace {

struct Magnitude {
    u128 value = 0;
    bool negative = false;
};

base::Result<Magnitude> parse_magnitude(std::string_view text, int decimals) {
    const std::optional<Decimal> number = take_apart(text);
    if (!number) {
        if (text == "NaN") return base::fail("the value is NaN, not a number");
        if (text == "Infinity" || text == "-Infinity") return base::fail("the value is infinite");
        return base::fail(text.empty() ? "the value is empty" : "the value is not a decimal number");
    }
    // How many of the digits stand before the last unit; the one after it decides the rounding.
    const long kept = static_cast<long>(number->whole.size()) + number->exponent + decimals;
    const auto digits = static_cast<long>(number->size());
    constexpr long surely_fit = 18;
    const long quick = std::clamp(std::min(kept, digits), 0L, surely_fit);
    std::uint64_t front = 0;
    for (long i = 0; i < quick; ++i) {
        front = front * 10 + static_cast<std::uint64_t>(number->digit(static_cast<std::size_t>(i)));
    }
    u128 value = front;
    for (long i = quick; i < kept; ++i) {
        if (i >= digits && value == 0) break; // zero, whatever the exponent
        const auto next = push_digit(value, i < digits ? number->digit(static_cast<std::size_t>(i)) : 0);
        if (!next) return does_not_fit();
        value = *next;
    }
    if (kept >= 0 && kept < digits && number->digit(static_cast<std::size_t>(kept)) >= 5) {
        if (value == base::u128_max) return does_not_fit();
        ++value;
    }
    return Magnitude{value, number->negative};
}

} // namespace

base::Result<i128> parse_fixed(std::string_view text, int decimals) {
    const base::Result<Magnitude> number = parse_magnitude(text, decimals);
    if (!number) return base::fail(number.error());
    const u128 limit = static_cast<u128>(base::i128_max) + (number->negative ? 1 : 0);
    if (number->value > limit) return does_not_fit();
    return static_cast<i128>(number->negative ? u128{0} - number->value : number->value);
}

base::Result<u128> parse_fixed_unsigned(std::string_view text, int decimals) {
    const base::Result<Magnitude> number = parse_magnitude(text, decimals);
    if (!number) return base::fail(number.error());
    if (number->negative && number->value != 0) return base::fail("the value is negative");
    return number->value;
}

base::Result<Quantity> parse_quantity(std::string_view text, int decimals) {
    const base::Result<Magnitude> number = parse_magnitude(text, decimals);
    if (!number) return base::fail(number.error());
    if (number->negative && number->value > base::magnitude(base::i128_min)) return does_not_fit();
    return Quantity{number->value, number->negative && number->value != 0};
}

base::U256 distance(const Quantity& a, const Quantity& b) {
    if (a.negative == b.negative) return {0, a.size < b.size ? b.size - a.size : a.size - b.size};
    base::U256 sum{0, a.size};
    return sum += b.size;
}

std::string format_quantity(const Quantity& value, int decimals) {
    return fmt::format("{}{}", value.negative ? "-" : "", format_fixed(value.size, decimals));
}

std::string format_units(const base::U256& size, int decimals) {
    return format_fixed(size, decimals);
}

base::Result<i128> parse_integer(std::string_view text) {
    base::Result<i128> whole = parse_fixed(text, 0);
    if (whole && !is_integer(text)) return base::fail("the value is not an integer");
    return whole;
}

bool is_integer(std::string_view text) {
    const std::optional<Decimal> number = take_apart(text);
    if (!number) return false;
    const long kept = std::max(0L, static_cast<long>(number->whole.size()) + number->exponent);
    for (std::size_t i = static_cast<std::size_t>(kept); i < number->size(); ++i) {
        if (number->digit(i) != 0) return false;
    }
    return true;
}

std::string format_stroops(i128 stroops) {
    return format_fixed(stroops, stroop_decimals);
}
std::string format_stroops(u128 stroops) {
    return format_fixed(stroops, stroop_decimals);
}
std::string format_stroops(const base::U256& stroops) {
    return format_fixed(stroops, stroop_decimals);
}

} // namespace verify
