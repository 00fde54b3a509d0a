// The calls to the Stellar RPC: bounded parallelism, pacing, retries with backoff, batches split around a bad item, and
// failover from one endpoint to the next. Passive: it owns no loop. Whoever runs the loop hands in the transfers that
// have ended (advance), takes what is finished, and waits no longer than wakeup().
//
// This class only connects its parts, each of which can be read alone: RequestSlots (how many, how fast), EndpointList
// (who serves), LedgerWatch (how far that one is), CallQueue (what is to be asked), BatchBisection (what becomes of a
// failed call; its header shows the life of a call).
//
// A call is tried up to 1 + max_retries times, and holds no slot while it waits for its next try. The parts of a batch
// count as one call, failed only if no part was answered. After five calls in a row have failed for good the endpoint
// is given up: what it has not answered, the failed calls included, is asked of the next one of the list, once that has
// reported its network and its latest ledger and has confirmed what was learnt of the one before. When none is left,
// every call comes back as GivenUp.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/retry_budget.hpp"
#include "net/batch_bisection.hpp"
#include "net/call_queue.hpp"
#include "net/call_statistics.hpp"
#include "net/channel.hpp"
#include "net/endpoint_list.hpp"
#include "net/ledger_watch.hpp"
#include "net/request_slots.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace net {

class Dispatcher {
  public:
    struct Settings {
        std::vector<std::string> endpoints; // URLs in order of preference; at least one
        std::string passphrase;             // empty: the first endpoint's network
        base::Duration max_ledger_age = std::chrono::seconds(60);
        base::Duration operation_timeout = std::chrono::seconds(10);
        unsigned max_in_flight = 5;
        double max_per_second = 0; // requests started; 0: unlimited
        base::RetryPolicy retry;
        base::TimePoint deadline = base::never;                 // no retry is waited for beyond this
        base::Duration poll_interval = std::chrono::seconds(1); // between questions for the latest ledger
    };

    /// `random` gives numbers in [0, 1] for the jitter. Starts with the first endpoint's probe at the first advance().
    /// `channel`, `clock` and `log` outlive this.
    Dispatcher(Settings settings, Channel& channel, const base::Clock& clock, base::Log& log,
               std::function<double()> random);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// Returns a dispatcher of the endpoints after the one that serves, for second opinions: on the same network, from
    /// no older ledger, within the same limits, of which it takes no more than half, and in the same statistics.
    /// nullptr if none is left.
    std::unique_ptr<Dispatcher> of_the_others() const;

    /// From now on an endpoint that takes over, of_the_others() too, must confirm this before it serves. One that
    /// contradicts it is passed over.
    void learnt(Acquaintance acquaintance) { endpoints_.learnt(std::move(acquaintance)); }

    /// getLedgerEntries for all groups of `keys`. Finishes in one part or, if the batch was split, in several.
    /// An answer from a ledger before `least`, or before start_ledger(), is asked for again.
    CallId read_entries(std::shared_ptr<const KeyGroups> keys, LeastLedger least = {});
    /// simulateTransaction of an XDR envelope.
    CallId simulate(std::string envelope, LeastLedger least = {});

    /// The queue is short enough to take more work now.
    bool wants_more() const;
    /// Nothing is queued, waiting, in flight or finished and not taken.
    bool idle() const;
    /// How many keys the provider takes in one call, as known so far.
    std::size_t key_limit() const { return bisection_.key_limit(); }

    /// Asks the serving endpoint for its latest ledger, now and every poll_interval, until latest_ledger() is
    /// `sequence` or later; 0 stops that.
    void await_ledger(std::uint32_t sequence) { ledgers_.await(sequence); }
    base::Duration max_ledger_age() const { return settings_.max_ledger_age; }
    /// The endpoint has been at one ledger for max_ledger_age, and has said so since.
    bool stalled() const { return ledgers_.stalled(); }
    /// Since when the endpoint that serves has been serving; base::never if none does.
    base::TimePoint serving_since() const { return serving() ? ledgers_.serving_since() : base::never; }
    /// Passes the serving endpoint over because it does not move on: what is under way is asked of the next one.
    void give_up_stalled();

    /// Handles what has ended and starts what may start. Never blocks.
    void advance(std::vector<HttpOutcome> ended);
    /// The first half of advance(): of what has ended, its own.
    void handle(std::vector<HttpOutcome>& ended);
    /// The caller has nothing more to ask until what is under way is answered. If nothing is under way either, no
    /// further call can tell a dead endpoint from a few bad calls: the failed ones go to the next endpoint or, if there
    /// is none, come back as failures.
    void settle();
    /// Has less than half of the requests in flight that all dispatchers together may have.
    bool has_less_than_half() const { return slots_.less_than_half_taken(); }
    /// When advance() has something to do though no transfer ends.
    base::TimePoint wakeup() const;
    std::vector<Finished> take_finished() { return queue_.take_finished(); }
    /// Cancels everything at once; nothing comes back any more.
    void abandon();

    /// An endpoint has been accepted (and not all been given up).
    bool serving() const { return endpoints_.serving(); }
    /// No endpoint is left; `rejections` says why.
    bool exhausted() const { return endpoints_.exhausted(); }
    /// Number, in the list, of the endpoint that is asked or probed; it never decreases.
    std::size_t endpoint() const { return endpoints_.index(); }
    std::size_t endpoints() const { return endpoints_.size(); }
    /// That endpoint, for a person: without login, path secrets and keys.
    std::string endpoint_name() const { return endpoints_.name(); }
    const std::vector<EndpointRejected>& rejections() const { return endpoints_.rejections(); }
    /// The network's passphrase; empty until an endpoint has been accepted.
    const std::string& network() const { return endpoints_.network(); }
    /// The endpoint's latest ledger when it was probed; answers from before are refused. 0 before that.
    std::uint32_t start_ledger() const { return ledgers_.start(); }
    /// The highest ledger that the serving endpoint has answered from, to whatever question; 0 before any.
    std::uint32_t latest_ledger() const { return ledgers_.latest(); }
    /// When latest_ledger() was first reported.
    base::TimePoint latest_ledger_since() const { return ledgers_.latest_since(); }
    /// The latest ledger of the node that was probed last; nullopt before any has answered.
    const std::optional<NodeLedger>& node_ledger() const { return endpoints_.node_ledger(); }
    /// Of all dispatchers that share it.
    const CallStatistics& statistics() const { return *statistics_; }

  private:
    struct InFlight {
        RequestId request = 0;
        RpcMethod method{};
        std::optional<Piece> piece; // none: a question of the probe, or a poll of the latest ledger
        bool poll = false;
    };

    bool under_way() const { return !queue_.empty() || !in_flight_.empty(); }
    CallId queue(Piece piece, LeastLedger least);

    void start(base::TimePoint now);
    void ask(Piece piece, base::TimePoint now);
    void send(base::TimePoint now, std::string body, InFlight flight);
    void cancel(const InFlight& flight, TransferId transfer);

    void piece_ended(RequestId request, Piece piece, HttpOutcome& outcome);
    CallOutcome read_answer(RequestId request, const Piece& piece, HttpOutcome& outcome);
    void failed(Piece piece, Failure failure);
    void probe_ended(const InFlight& flight, HttpOutcome& outcome);
    void poll_ended(const InFlight& flight, HttpOutcome& outcome);
    void count(RpcMethod method, const Failure* failure, const HttpOutcome& outcome);
    std::optional<base::Retry> retry(base::RetryBudget& budget, RpcMethod method, const Failure& failure);
    void give_up_endpoint(EndpointRejected rejected);
    void endpoint_changed();

    Settings settings_;
    Channel& channel_;
    const base::Clock& clock_;
    base::Log& log_;
    std::function<double()> random_;
    base::TimeBudget time_;
    AnswerReader reader_;

    RequestSlots slots_;
    LedgerWatch ledgers_;
    EndpointList endpoints_;
    CallQueue queue_;
    BatchBisection bisection_{queue_};
    std::shared_ptr<CallStatistics> statistics_ = std::make_shared<CallStatistics>();
    std::unordered_map<TransferId, InFlight> in_flight_;
    CallId last_call_ = 0;
    RequestId last_request_ = 0;
};

} // namespace net
