// A world in which every verdict is known: healthy, drifting and bad items of each check. What a fault may and may not
// change about them is said here once.
#pragma once

#include "integration/world.hpp"

#include <string>
#include <vector>

namespace integration {

/// Five odds, four outcomes, eight balances: of each one is bad, and one (balances: two) drift.
void fill_with_known_verdicts(World& world);

/// A plan in which no wait is long.
Plan quick_plan(verify::ReadMode mode = verify::ReadMode::automatic);

/// The trust line of the healthy user "u1", as a request names it (base64).
std::string healthy_key(const World& world);

/// Every item has the verdict that it has without any fault.
void check_all_verdicts(const Report& report);
/// Every item has its verdict or is an error of one of these reasons; each row is in exactly one bucket; no drifting
/// item passes for matched and no healthy one for a mismatch. `transients`: a healthy item may have been suspected for
/// a while.
void check_no_wrong_verdict(const Report& report, const std::vector<verify::Reason>& reasons, bool transients = false);

} // namespace integration
