// A call to the RPC, the pieces that its batch is split into, and what becomes of them.
#pragma once

#include "base/retry_budget.hpp"
#include "net/failure.hpp"
#include "net/key_groups.hpp"
#include "net/rpc.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace net {

using CallId = std::uint64_t;

/// Not answered: the last endpoint was given up, or the one that has taken over is not yet at the ledger that this call
/// needs and that the caller can wait for (LeastLedger::can_wait).
struct GivenUp {};

/// The outcome of a call, or of the groups [first, last) of a batch.
using CallOutcome = std::variant<LedgerEntries, Simulation, Failure, GivenUp>;
struct Finished {
    CallId call = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    CallOutcome outcome;
    std::size_t endpoint = 0; // number in the list of the one that served when it finished
};

/// A ledger that an answer must not be older than; 0 demands nothing.
struct LeastLedger {
    std::uint32_t sequence = 0;
    bool of_another = false; // it was seen at another endpoint: one that lags behind that is not at fault
    bool can_wait = false;   // an endpoint known to be at an older ledger is not asked: the call is given up
};

struct Family; // the pieces of one call: net/batch_bisection.hpp

/// A call, or a part of its batch.
struct Piece {
    CallId call = 0;
    std::shared_ptr<Family> family;
    std::shared_ptr<const KeyGroups> keys;       // of getLedgerEntries
    std::shared_ptr<const std::string> envelope; // of simulateTransaction
    std::size_t first = 0;
    std::size_t last = 0;
    LeastLedger least;
    base::RetryBudget retries;
    std::uint64_t answers_before = 0; // of the endpoint, at the first try
    base::TimePoint due{};            // while it waits for a retry
    Failure failure;                  // once it has failed for good

    std::size_t groups() const { return last - first; }
    /// Different keys.
    std::size_t key_count() const {
        if (!keys) return 0;
        const std::vector<bool> needed = keys->needed(first, last);
        return static_cast<std::size_t>(std::count(needed.begin(), needed.end(), true));
    }
    RpcMethod method() const { return keys ? RpcMethod::get_ledger_entries : RpcMethod::simulate_transaction; }
    bool lags_behind_another(FailureKind kind) const { return kind == FailureKind::older_ledger && least.of_another; }
    bool whole_batch() const { return keys && groups() == keys->groups(); }
};

} // namespace net
