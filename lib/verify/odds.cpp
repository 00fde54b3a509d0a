#include "verify/odds.hpp"

#include "base/uint256.hpp"

#include <fmt/format.h>

namespace verify {
namespace {

using base::u128;
using base::U256;

U256 sum(u128 a, u128 b) {
    U256 out{0, a};
    return out += b;
}

U256 product(u128 a, std::uint64_t b) {
    constexpr u128 mask = 0xffffffffffffffffU;
    const u128 low = (a & mask) * b;
    const u128 high = (a >> 64) * b + (low >> 64);
    return {high >> 64, (high << 64) | (low & mask)};
}

/// a / b rounded to the nearest, halves up; b is not zero, and the quotient fits by the caller's word. Schoolbook
/// division bit by bit: 188 steps, some hundred nanoseconds, and nothing to get wrong.
std::uint64_t divide_rounded(const U256& a, const U256& b) {
    std::uint64_t quotient = 0;
    U256 rest;
    for (int i = 255; i >= 0; --i) {
        rest = rest.doubled();
        if (a.bit(i)) rest.low |= 1;
        quotient <<= 1;
        if (rest >= b) {
            rest = rest - b;
            quotient |= 1;
        }
    }
    return rest.doubled() >= b ? quotient + 1 : quotient;
}

} // namespace

Odds odds_of(const Reserves& reserves) {
    if (reserves.empty()) return {odds_one / 2, odds_one / 2};
    const std::uint64_t yes = divide_rounded(product(reserves.no, odds_one), sum(reserves.yes, reserves.no));
    return {yes, odds_one - yes};
}

std::string format_odds(std::uint64_t odds) {
    std::string text = fmt::format("{}.{:018}", odds / odds_one, odds % odds_one);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string shown_odds(std::uint64_t odds) {
    constexpr std::uint64_t micro_odds = odds_one / 1'000'000;
    const std::uint64_t micro = (odds + micro_odds / 2) / micro_odds;
    if (micro == 0 && odds != 0) return "<0.000001";
    return fmt::format("{}.{:06}", micro / 1'000'000, micro % 1'000'000);
}

} // namespace verify
