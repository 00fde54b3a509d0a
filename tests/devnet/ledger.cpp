#include "devnet/ledger.hpp"

#include "stellar/ledger_key.hpp"

#include <mutex>
#include <utility>

namespace devnet {
namespace {

using stellar::Durability;
using stellar::LedgerEntryType;

LedgerClock::Time now() {
    return std::chrono::steady_clock::now();
}

/// Big-endian, as XDR has it; 0 where the key is shorter.
std::uint32_t word_at(std::string_view bytes, std::size_t offset) {
    if (bytes.size() < offset + 4) return 0;
    std::uint32_t word = 0;
    for (std::size_t i = offset; i < offset + 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
    return word;
}

bool has_lifetime(std::string_view key) {
    const LedgerEntryType type{word_at(key, 0)};
    return type == LedgerEntryType::contract_data || type == LedgerEntryType::contract_code;
}

bool is_temporary(std::string_view key) {
    return LedgerEntryType{word_at(key, 0)} == LedgerEntryType::contract_data && key.size() >= 4 &&
           Durability{word_at(key, key.size() - 4)} == Durability::temporary;
}

} // namespace

Ledger::Ledger(std::string passphrase, std::uint32_t sequence) : passphrase_(std::move(passphrase)), clock_(sequence) {}

std::string Ledger::passphrase() const {
    const std::shared_lock lock(mutex_);
    return passphrase_;
}

void Ledger::set_passphrase(std::string passphrase) {
    const std::unique_lock lock(mutex_);
    passphrase_ = std::move(passphrase);
}

void Ledger::report_passphrase(std::string passphrase) {
    const std::unique_lock lock(mutex_);
    reported_passphrase_ = std::move(passphrase);
}

std::string Ledger::reported_passphrase() const {
    const std::shared_lock lock(mutex_);
    return reported_passphrase_.value_or(passphrase_);
}

std::uint32_t Ledger::latest() const {
    const std::shared_lock lock(mutex_);
    return clock_.sequence(now());
}

void Ledger::close_if_read() {
    if (read_.exchange(false)) close();
}

std::uint32_t Ledger::close(std::uint32_t ledgers) {
    const std::unique_lock lock(mutex_);
    clock_.close(ledgers, now());
    return clock_.sequence(now());
}

void Ledger::set_latest(std::uint32_t sequence) {
    const std::unique_lock lock(mutex_);
    clock_.set_sequence(sequence, now());
}

void Ledger::set_close_interval(std::chrono::milliseconds interval) {
    const std::unique_lock lock(mutex_);
    clock_.set_interval(interval, now());
}

void Ledger::set_age(std::chrono::milliseconds age) {
    const std::unique_lock lock(mutex_);
    clock_.set_age(age);
}

std::chrono::milliseconds Ledger::since_close() const {
    const std::shared_lock lock(mutex_);
    return clock_.since_close(now());
}

void Ledger::put(std::string_view key, std::string_view data, const EntryState& state) {
    const std::unique_lock lock(mutex_);
    const std::uint32_t latest = clock_.sequence(now());
    keep_past(key);
    entries_.put(key,
                 {data, state.last_modified.value_or(latest), state.live_until.value_or(latest + default_lifetime)});
}

void Ledger::set_raw(std::string_view key, std::string_view entry, const EntryState& state) {
    put(key, entry, state);
}

bool Ledger::remove(std::string_view key) {
    const std::unique_lock lock(mutex_);
    keep_past(key);
    return entries_.erase(key);
}

bool Ledger::archive(std::string_view key) {
    return set_live_until(key, 0);
}

bool Ledger::set_live_until(std::string_view key, std::uint32_t ledger) {
    const std::unique_lock lock(mutex_);
    keep_past(key);
    return entries_.set_live_until(key, ledger);
}

bool Ledger::contains(std::string_view key) const {
    const std::shared_lock lock(mutex_);
    return entries_.find(key).has_value();
}

std::size_t Ledger::size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
}

void Ledger::reserve(std::size_t entries) {
    const std::unique_lock lock(mutex_);
    entries_.reserve(entries);
}

void Ledger::remember() {
    const std::unique_lock lock(mutex_);
    past_ = Past{clock_.sequence(now()), {}};
}

void Ledger::keep_past(std::string_view key) {
    if (!past_ || past_->changed_since.contains(std::string(key))) return;
    std::optional<PastEntry> kept;
    if (const auto entry = entries_.find(key)) {
        kept = PastEntry{std::string(entry->data), entry->last_modified, entry->live_until};
    }
    past_->changed_since.emplace(key, std::move(kept));
}

LedgerView::LedgerView(const Ledger& ledger, bool past)
    : lock_(ledger.mutex_), ledger_(ledger), past_(past && ledger.past_ ? &*ledger.past_ : nullptr),
      latest_(past_ != nullptr ? past_->sequence : ledger.clock_.sequence(now())) {}

std::optional<EntryTable::Entry> LedgerView::entry(std::string_view key) const {
    if (past_ != nullptr) {
        const auto changed = past_->changed_since.find(std::string(key));
        if (changed != past_->changed_since.end()) {
            if (!changed->second) return std::nullopt;
            return EntryTable::Entry{changed->second->data, changed->second->last_modified,
                                     changed->second->live_until};
        }
    }
    return ledger_.entries_.find(key);
}

std::optional<LedgerView::Found> LedgerView::find(std::string_view key) const {
    const auto entry = this->entry(key);
    if (!entry) return std::nullopt;
    Found answer{entry->data, entry->last_modified, std::nullopt};
    if (has_lifetime(key)) {
        // Live while live_until >= ledger, that ledger included.
        const bool live = entry->live_until >= latest_;
        if (!live && is_temporary(key)) return std::nullopt;
        answer.live_until = live ? entry->live_until : 0;
    }
    return answer;
}

const Contract* LedgerView::contract(const Hash& id) const {
    const auto found = ledger_.contracts_.find(id);
    return found == ledger_.contracts_.end() ? nullptr : &found->second;
}

} // namespace devnet
