#include "devnet/answered_entries.hpp"

#include "stellar/base64.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

namespace devnet {
namespace {

using How = EntriesFault::How;

/// A LedgerEntryData of the type TTL, which no LedgerKey that may be asked for has: type, key hash, ledger.
std::string other_type() {
    return stellar::to_base64(std::string("\0\0\0\x09", 4) + std::string(32, '\1') + std::string(4, '\2'));
}

std::string other_key() {
    return stellar::to_base64("a key that nobody asked for ....");
}

/// By hand, for std::shuffle gives another order with every standard library.
void shuffle(std::vector<AnsweredEntry>& entries, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t left = entries.size(); left > 1; --left) std::swap(entries[left - 1], entries[random() % left]);
}

void swap_values(std::vector<AnsweredEntry>& entries) {
    for (std::size_t i = 1; i < entries.size(); ++i) std::swap(entries[0].xdr, entries[i].xdr);
}

void spoil(AnsweredEntry& entry, How how) {
    if (how == How::renamed) entry.key = other_key();
    if (how == How::archived && entry.live_until) entry.live_until = 0;
    if (how == How::undecodable) entry.xdr = entry.xdr.substr(0, 8);
    if (how == How::no_base64 && !entry.xdr.empty()) entry.xdr.front() = '!';
    if (how == How::wrong_type) entry.xdr = other_type();
}

void distort(std::vector<AnsweredEntry>& entries, const EntriesFault& fault) {
    const auto meant = [&fault](const AnsweredEntry& entry) { return fault.key.empty() || entry.key == fault.key; };
    switch (fault.how) {
    case How::shuffled:
        return shuffle(entries, fault.seed);
    case How::swapped:
        return swap_values(entries);
    case How::unknown:
        entries.push_back({other_key(), other_type(), 1, std::nullopt});
        return;
    case How::missing:
        std::erase_if(entries, meant);
        return;
    case How::duplicated:
    case How::conflicting:
        for (std::size_t i = 0, size = entries.size(); i < size; ++i) {
            if (!meant(entries[i])) continue;
            AnsweredEntry again = entries[i];
            if (fault.how == How::conflicting) again.xdr = other_type();
            entries.push_back(std::move(again));
        }
        return;
    default:
        for (AnsweredEntry& entry : entries) {
            if (meant(entry)) spoil(entry, fault.how);
        }
    }
}

void append_ledgers(std::string& out, std::uint32_t last_modified, std::optional<std::uint32_t> live_until) {
    out += R"(","lastModifiedLedgerSeq":)";
    const fmt::format_int modified(last_modified);
    out.append(modified.data(), modified.size());
    if (live_until) {
        out += R"(,"liveUntilLedgerSeq":)";
        const fmt::format_int until(*live_until);
        out.append(until.data(), until.size());
    }
    out += R"(,"extXdr":"AAAAAA=="})"; // no sponsor
}

} // namespace

void append_entry(std::string& out, std::string_view key_text, const LedgerView::Found& entry) {
    out += R"({"key":")";
    out += key_text;
    out += R"(","xdr":")";
    stellar::append_base64(out, entry.data);
    append_ledgers(out, entry.last_modified, entry.live_until);
}

void append_distorted(std::string& out, std::vector<AnsweredEntry> entries, const std::vector<EntriesFault>& faults) {
    for (const EntriesFault& fault : faults) distort(entries, fault);
    bool comma = false;
    for (const AnsweredEntry& entry : entries) {
        out += fmt::format(R"({}{{"key":"{}","xdr":"{})", comma ? "," : "", entry.key, entry.xdr);
        append_ledgers(out, entry.last_modified, entry.live_until);
        comma = true;
    }
}

} // namespace devnet
