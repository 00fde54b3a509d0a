#include "sync/controls.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cycle {
namespace {

/// More than a cycle sees close; what is older is forgotten.
constexpr std::size_t most_controls = 256;

/// The contract's own refusal, and not the network's or the node's.
bool refuses(std::string_view error) {
    return error.find("Error(Contract, #") != std::string_view::npos;
}

} // namespace

void Controls::hold(net::CallId answer, std::uint32_t ledger, std::string_view result, std::size_t endpoint) {
    serve(endpoint);
    waiting_.push_back({answer, ledger, base::sha256(result)});
    judge();
}

std::uint32_t Controls::least_ledger() const {
    std::uint32_t least = 0;
    for (const Waiting& each : waiting_) least = std::max(least, each.ledger);
    return least;
}

void Controls::answered(const net::Simulation& control, std::size_t endpoint) {
    if (control.ledger == 0) return failed(control.error);
    under_way_ = false;
    serve(endpoint);
    Control found;
    if (control.error.empty()) {
        found.digest = base::sha256(control.result);
    } else {
        found.kind = refuses(control.error) ? Control::Kind::refused : Control::Kind::failed;
        found.error = control.error;
    }
    by_ledger_.emplace(control.ledger, std::move(found));
    if (by_ledger_.size() > most_controls) by_ledger_.erase(by_ledger_.begin());
    judge();
}

void Controls::failed(const std::string& why) {
    under_way_ = false;
    for (const Waiting& each : std::exchange(waiting_, {})) judged_.push_back({each.answer, Word::failed, why});
}

std::vector<Controls::Judged> Controls::take() {
    return std::exchange(judged_, {});
}

void Controls::abandon() {
    waiting_.clear();
    judged_.clear();
    under_way_ = false;
}

/// Another endpoint: its controls start from none, and what waits has to be asked of it.
void Controls::serve(std::size_t endpoint) {
    if (endpoint == endpoint_) return;
    endpoint_ = endpoint;
    by_ledger_.clear();
    for (const Waiting& each : std::exchange(waiting_, {})) judged_.push_back({each.answer, Word::too_late, {}});
}

const Controls::Control* Controls::comparable(std::uint32_t ledger) const {
    const auto later = by_ledger_.lower_bound(ledger);
    if (later == by_ledger_.end()) return nullptr;
    if (later->first == ledger) return &later->second;
    if (later == by_ledger_.begin()) return nullptr;
    const Control& earlier = std::prev(later)->second;
    return earlier.equals(later->second) ? &earlier : nullptr;
}

void Controls::judge() {
    std::vector<Waiting> still_waiting;
    for (const Waiting& each : waiting_) {
        if (const Control* control = comparable(each.ledger)) {
            const bool same = control->kind == Control::Kind::value && control->digest == each.digest;
            const Word word = control->kind == Control::Kind::failed ? Word::failed
                              : same                                 ? Word::same
                                                                     : Word::distinct;
            judged_.push_back({each.answer, word, control->error});
        } else if (!by_ledger_.empty() && by_ledger_.rbegin()->first > each.ledger) {
            judged_.push_back({each.answer, Word::too_late, {}});
        } else {
            still_waiting.push_back(each);
        }
    }
    waiting_ = std::move(still_waiting);
}

} // namespace cycle
