// The entries in an answer to getLedgerEntries, right or as an EntriesFault distorts them.
#pragma once

#include "devnet/faults.hpp"
#include "devnet/ledger.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace devnet {

/// As it stands in the answer: key and entry in base64.
struct AnsweredEntry {
    std::string key;
    std::string xdr;
    std::uint32_t last_modified = 0;
    std::optional<std::uint32_t> live_until;
};

void append_entry(std::string& out, std::string_view key_text, const LedgerView::Found& entry);
/// All entries, the faults having been committed one after the other.
void append_distorted(std::string& out, std::vector<AnsweredEntry> entries, const std::vector<EntriesFault>& faults);

} // namespace devnet
