// How far the two sides of a check's mismatches are apart: over all of them, however many the result lists.
#pragma once

#include "base/int128.hpp"
#include "base/uint256.hpp"
#include "verify/finding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace verify {

/// The power of ten: 0 for 1 to 9 stroops, 1 for 10 to 99.
std::size_t decade_of(base::u128 stroops);

/// Exact: 256 bits hold the sums of 2^64 differences of 128 bits.
struct Drift {
    /// Of prices each is a fortieth of 0 to 1; of amounts a decade of 10^-7 of the unit (2^128 has 39).
    static constexpr std::size_t bins = 40;
    struct Bin {
        std::uint64_t more = 0; // mismatches; the chain has more than the database, or as much
        std::uint64_t less = 0;
    };

    /// What has no size counts for nothing.
    void add(const Difference& difference);
    std::uint64_t count() const { return total.more + total.less; }

    Bin total;
    base::U256 chain_more; // in the units of the check's scale, over the mismatches of which the chain has more
    base::U256 chain_less;
    base::u128 largest = 0;
    base::u128 smallest = 0; // 0 if there are none
    std::array<Bin, bins> histogram{};
};

} // namespace verify
