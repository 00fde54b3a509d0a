#include "verify/reading.hpp"

#include "stellar/contract_call.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace verify {

void Keys::clear() {
    for (std::string& key : keys_) key.clear();
    size_ = 0;
}

std::string envelope_of(const Call& call) {
    return stellar::contract_call_envelope(call.contract, call.function, call.arguments);
}

Unverifiable undecodable(std::string_view what, std::string_view why) {
    return {Reason::decode, fmt::format("the {} cannot be read: {}", what, why)};
}

Unverifiable call_failed(std::string_view error) {
    return {Reason::contract, fmt::format("the contract call failed: {}", error)};
}

Sighting sighting(std::span<const Stored> entries, std::uint32_t ledger) {
    Sighting seen{ledger, std::nullopt, false};
    for (const Stored& stored : entries) {
        if (!stored.entry) continue;
        seen.last_modified_ledger = std::max(seen.last_modified_ledger, stored.last_modified_ledger);
        seen.archived = seen.archived || stored.archived;
    }
    return seen;
}

} // namespace verify
