#include "verify/verifier.hpp"

#include "verify/claim.hpp"
#include "verify/finding.hpp"
#include "verify/reading.hpp"

#include <algorithm>

namespace verify {

std::string Column::camel() const {
    if (exact) return std::string(name);
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool word = name[i] == '_' && i + 1 < name.size();
        out += word ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
    }
    return out;
}

void Verifier::identify(Claim&, const Identified&) const {}

bool Verifier::needs_control(const Claim&, const Target&) const {
    return false;
}

Call Verifier::control(const Target&, const base::Hash&) const {
    return {};
}

Unverifiable Verifier::unknown(const Reading&) const {
    return {};
}

std::pair<std::string_view, std::string_view> Verifier::function(const Target&) const {
    return {};
}

std::string Verifier::threshold(const Thresholds&) const {
    return "";
}

Checks critical_first(Checks checks) {
    std::stable_partition(checks.begin(), checks.end(), [](Check check) { return check.critical(); });
    return checks;
}

Checks critical_first(const PerCheck<std::uint64_t>& counts) {
    Checks checks;
    for (const auto& [check, count] : counts) {
        if (count > 0) checks.push_back(check);
    }
    std::sort(checks.begin(), checks.end());
    return critical_first(std::move(checks));
}

} // namespace verify
