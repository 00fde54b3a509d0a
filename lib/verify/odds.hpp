// Odds from reserves, in exact fixed point.
//
// The price of YES is no_reserve / (yes_reserve + no_reserve), and NO is the rest; both empty is one half each. Odds
// are integers of 10^-18, rounded to the nearest, right for every pair of u128: the sum of the reserves takes 129 bits
// and the product with 10^18 takes 188, so the division is done in 256 bits.
//
// No false alarm comes from the rounding: if the exact odds a and b differ by no more than a threshold t, itself a
// multiple of 10^-18, then round(b) <= round(a + t) = round(a) + t.
#pragma once

#include "base/int128.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace verify {

inline constexpr int odds_decimals = 18;
inline constexpr std::uint64_t odds_one = 1'000'000'000'000'000'000; // certainty

struct Reserves {
    base::u128 yes = 0;
    base::u128 no = 0;

    bool empty() const { return yes == 0 && no == 0; }
    friend bool operator==(const Reserves&, const Reserves&) = default;
};

struct Odds {
    std::uint64_t yes = 0; // of 10^-18
    std::uint64_t no = 0;

    friend bool operator==(const Odds&, const Odds&) = default;
};

Odds odds_of(const Reserves& reserves);

/// "0.65", "1", "0.333333333333333333": a JSON number without trailing zeros.
std::string format_odds(std::uint64_t odds);

/// For a person, six decimals: "0.650000"; something smaller than that and not 0 is "<0.000001".
std::string shown_odds(std::uint64_t odds);

} // namespace verify
