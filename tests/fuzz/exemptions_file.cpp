// The exemptions file: what is accepted is sound, and written again reads the same.
#include "cmd/settings/exemptions_file.hpp"
#include "base/int128.hpp"
#include "checks.hpp"
#include "fuzz/rig.hpp"
#include "fuzz/toml.hpp"
#include "verify/amount.hpp"
#include "verify/odds.hpp"

#include <algorithm>

namespace {

using verify::Exemption;

std::string limit_of(const Exemption& exemption) {
    if (exemption.check == Kind::balances) return verify::format_stroops(exemption.max_difference);
    return verify::format_odds(static_cast<std::uint64_t>(exemption.max_difference));
}

std::string written(const Exemption& exemption) {
    std::string out = "[[exemption]]\ncheck = \"" + std::string(exemption.check.name()) + "\"\n";
    out += "id = " + toml::text(exemption.id) + "\nreason = " + toml::text(exemption.reason) + "\n";
    if (exemption.check != Kind::outcomes) out += "max-difference = \"" + limit_of(exemption) + "\"\n";
    return out + "expires = " + verify::to_text(exemption.expires) + "\n";
}

bool same(const Exemption& a, const Exemption& b) {
    return a.check == b.check && a.id == b.id && a.max_difference == b.max_difference && a.reason == b.reason &&
           a.expires == b.expires;
}

} // namespace

void fuzz_one(std::string_view input) {
    const cmd::ExemptionsFile file = cmd::parse_exemptions(input);
    for (const std::string& fault : file.faults) require(fault.starts_with("line "), "a fault names its line");
    std::string text;
    for (const Exemption& exemption : file.list) {
        require(!exemption.id.empty() && !exemption.reason.empty(), "an exemption has an id and a reason");
        require(exemption.check != Kind::odds || exemption.max_difference <= verify::odds_one,
                "odds differ by 1 at most");
        text += written(exemption);
    }
    if (!file.faults.empty()) return; // two of one item are a fault, and both in the list
    const cmd::ExemptionsFile again = cmd::parse_exemptions(text);
    require(again.faults.empty() &&
                std::equal(again.list.begin(), again.list.end(), file.list.begin(), file.list.end(), same),
            "read, written and read again it is the same");
    verify::Exemptions exemptions(file.list, verify::Day());
    for (const Exemption& exemption : file.list) {
        const verify::BalanceDifference difference{0, 0, exemption.max_difference};
        if (exemption.check == Kind::balances)
            require(exemptions.covering(exemption.id, difference) != nullptr || !exemptions.expired().empty(),
                    "an exemption covers its own limit");
    }
}
