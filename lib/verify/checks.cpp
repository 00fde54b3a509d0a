#include "verify/checks.hpp"

#include "verify/balance_reconciler.hpp"
#include "verify/market_odds_verifier.hpp"
#include "verify/outcome_verifier.hpp"

#include <algorithm>

namespace verify {

const Checks& built_in_checks() {
    static const Checks checks{market_odds, outcomes, balances};
    return checks;
}

std::optional<Check> check_named(const Checks& checks, std::string_view name) {
    const auto found = std::find_if(checks.begin(), checks.end(), [name](Check check) { return check.name() == name; });
    return found == checks.end() ? std::nullopt : std::optional(*found);
}

std::string names_of(const Checks& checks, std::string_view separator) {
    std::string names;
    for (const Check check : checks) {
        if (!names.empty()) names += separator;
        names += check.name();
    }
    return names;
}

} // namespace verify
