// The calls to the Stellar RPC: bounded parallelism, pacing, retries with backoff, batches split around a bad item,
// failover from one endpoint to the next. Passive: it owns no loop. Whoever runs the loop hands in what the channel
// brought (advance), takes what is finished, and waits no longer than wakeup().
//
// A call is tried up to 1 + max_retries times. A call that waits for its next try holds no slot. A batch that is
// refused, or fails with an internal error in spite of its retries, is split in halves until the bad item stands
// alone; so is one that was dropped or timed out, if the endpoint answers other calls. The parts count as one call,
// failed only if no part was answered. After five calls in a row have failed for
// good the endpoint is given up: what it left undone, the failed calls included, goes to the next one of the list,
// once that has said who and how fresh it is, and has confirmed what was learnt of the one before. When none is left,
// every call comes back as GivenUp.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/retry_budget.hpp"
#include "net/channel.hpp"
#include "net/endpoint_probe.hpp"
#include "net/failure.hpp"
#include "net/key_groups.hpp"
#include "net/rpc.hpp"
#include "net/traffic.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace net {

using CallId = std::uint64_t;

/// Not answered: the last endpoint was given up; or the one that has taken over is not at the ledger yet that this call
/// needs, and the caller waits for it (LeastLedger::can_wait).
struct GivenUp {};

/// What became of a call, or of a part of a batch: the groups [first, last).
using CallOutcome = std::variant<LedgerEntries, Simulation, Failure, GivenUp>;
struct Finished {
    CallId call = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    CallOutcome outcome;
    std::size_t endpoint = 0; // its place in the list, of the one that served when it finished
};

/// A ledger that an answer must not be older than; 0 is no demand.
struct LeastLedger {
    std::uint32_t sequence = 0;
    bool of_another = false; // another endpoint has told of it: one that lags behind it is not to blame
    bool can_wait = false;   // an endpoint known to be at an older ledger is not asked: the call is given up
};

class Dispatcher {
  public:
    struct Settings {
        std::vector<std::string> endpoints; // URLs in order of preference; at least one
        std::string passphrase;             // empty: the first endpoint's network
        base::Duration max_ledger_age = std::chrono::seconds(60);
        base::Duration operation_timeout = std::chrono::seconds(10);
        unsigned max_in_flight = 5;
        double max_per_second = 0; // requests started; 0 is no limit
        base::RetryPolicy retry;
        base::TimePoint deadline = base::never;                 // no retry is waited for beyond this
        base::Duration poll_interval = std::chrono::seconds(1); // between questions for the latest ledger
    };

    /// `random` gives numbers in [0, 1] for the jitter. Starts with the first endpoint's probe at the first advance().
    Dispatcher(Settings settings, Channel& channel, const base::Clock& clock, base::Log& log,
               std::function<double()> random);

    /// A dispatcher of the endpoints after the one that serves, for what is to be asked of somebody else: on the same
    /// network, from no older ledger, under the same limits, of which it takes no more than half, and in the same
    /// statistics. nullptr where none is left.
    std::unique_ptr<Dispatcher> of_the_others() const;

    /// From now on an endpoint that takes over, of_the_others() too, must confirm this before it serves. One that
    /// contradicts it is passed over.
    void learnt(Acquaintance acquaintance) { learnt_.push_back(std::move(acquaintance)); }

    /// getLedgerEntries for all groups of `keys`. Finished in one piece or, where the batch was split, in several.
    /// An answer from a ledger before `least`, or before start_ledger(), is asked again.
    CallId read_entries(std::shared_ptr<const KeyGroups> keys, LeastLedger least = {});
    /// simulateTransaction of an XDR envelope.
    CallId simulate(std::string envelope, LeastLedger least = {});

    /// Whether the queue is short enough to take more work now.
    bool wants_more() const;
    /// Nothing is queued, waiting, in flight or finished and not taken.
    bool idle() const;
    /// How many keys the provider takes in one call, as far as is known.
    std::size_t key_limit() const { return key_limit_; }

    /// Asks the serving endpoint for its latest ledger, now and every poll_interval, until latest_ledger() is
    /// `sequence` or later; 0 stops that.
    void await_ledger(std::uint32_t sequence) { awaited_ledger_ = sequence; }
    base::Duration max_ledger_age() const { return settings_.max_ledger_age; }
    /// The endpoint has been at one ledger for max_ledger_age, and has said so since: that nobody has asked it for so
    /// long does not mean that it has not moved on.
    bool stalled() const { return ledger_told_ >= latest_ledger_since_ + settings_.max_ledger_age; }
    /// Since when the endpoint that serves has been serving; base::never if none does.
    base::TimePoint serving_since() const { return serving() ? serving_since_ : base::never; }
    /// Passes the serving endpoint over because it does not move on: what is under way goes to the next of the list.
    void give_up_stalled();

    /// Handles what has ended and starts what may start. Never blocks.
    void advance(std::vector<HttpOutcome> ended);
    /// The first half of advance(): of what has ended, its own.
    void handle(std::vector<HttpOutcome>& ended);
    /// The caller has nothing more to ask until what is under way is answered. Where that is nothing, too, no further
    /// call can tell a dead endpoint from a few bad calls: the failed ones go to the next endpoint or, if there is
    /// none, come back as failures.
    void settle();
    /// Has less than half of the requests in flight that all dispatchers together may have.
    bool has_less_than_half() const { return in_flight_.size() < traffic_->most_in_flight / 2; }
    /// When advance() has something to do though no transfer ends.
    base::TimePoint wakeup() const;
    std::vector<Finished> take_finished();
    /// Cancels everything at once; nothing comes back any more.
    void abandon();

    /// An endpoint has been accepted (and not all been given up).
    bool serving() const { return state_ == State::serving; }
    /// No endpoint is left; `rejections` tells why.
    bool exhausted() const { return state_ == State::exhausted; }
    /// Which of the list is asked or probed; it never goes back.
    std::size_t endpoint() const { return endpoint_; }
    std::size_t endpoints() const { return settings_.endpoints.size(); }
    /// That endpoint, for a person: without login, path secrets and keys.
    std::string endpoint_name() const;
    const std::vector<EndpointRejected>& rejections() const { return rejections_; }
    /// The network's passphrase; empty until an endpoint has been accepted.
    const std::string& network() const { return network_; }
    /// The endpoint's latest ledger when it was asked who it is; answers from before are refused. 0 before that.
    std::uint32_t start_ledger() const { return start_ledger_; }
    /// The highest ledger that the serving endpoint has answered from, to whatever question; 0 before any.
    std::uint32_t latest_ledger() const { return latest_ledger_; }
    /// When that was heard of first.
    base::TimePoint latest_ledger_since() const { return latest_ledger_since_; }
    /// The latest ledger of the node that was asked last for it; nullopt before any has told.
    const std::optional<NodeLedger>& node_ledger() const { return node_ledger_; }
    /// Of all dispatchers that share it.
    const CallStatistics& statistics() const { return traffic_->statistics; }

  private:
    enum class State { probing, serving, exhausted };

    /// Calls in a row that fail for good before an endpoint is given up.
    static constexpr std::size_t calls_to_give_up = 5;

    struct Piece;
    /// A call and the parts it was split into.
    struct Family {
        std::size_t open_parts = 1;
        std::size_t unanswered_parts = 0;
        std::size_t failed_parts = 0;     // the whole batch included
        std::size_t largest_answered = 0; // keys
        bool answered = false;
        bool refused = false; // the whole batch, by its parameters
        bool item_failed = false;
        std::vector<Piece> failed; // held back until it is known whether the endpoint is to blame
    };
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
        base::TimePoint due{};
        Failure failure; // of a failed piece

        std::size_t groups() const { return last - first; }
        std::size_t key_count() const; // each once
        RpcMethod method() const { return keys ? RpcMethod::get_ledger_entries : RpcMethod::simulate_transaction; }
        bool lags_behind_another(FailureKind kind) const {
            return kind == FailureKind::older_ledger && least.of_another;
        }
        bool whole_batch() const { return keys && groups() == keys->groups(); }
    };
    struct InFlight {
        RequestId request = 0;
        std::optional<Piece> piece; // none: the endpoint's probe, or a poll of its latest ledger
        RpcMethod method{};
        bool poll = false;
    };

    const std::string& url() const { return settings_.endpoints[endpoint_]; }
    bool has_room() const;
    bool may_start(base::TimePoint now) const;

    void start(base::TimePoint now);
    void send(base::TimePoint now, std::string body, InFlight flight);
    bool poll_wanted() const;
    void poll(base::TimePoint now);
    void poll_ended(const InFlight& flight, HttpOutcome& outcome);
    void seen_ledger(std::uint32_t sequence);
    void begin_probe();
    void cancel_in_flight();
    void probe_ended(RequestId request, HttpOutcome& outcome);
    void pass_over(EndpointRejected rejected);
    void accept(const EndpointAccepted& accepted);

    void piece_ended(RequestId request, Piece piece, HttpOutcome& outcome);
    std::uint32_t latest_possible_ledger() const;
    CallOutcome read_answer(RequestId request, const Piece& piece, HttpOutcome& outcome);
    void answered(Piece piece, CallOutcome outcome);
    void failed(Piece piece, Failure failure);
    bool retry(Piece& piece, const Failure& failure);
    std::optional<base::Retry> take_retry(base::RetryBudget& budget, RpcMethod method, const Failure& failure);
    bool split(Piece& piece);
    /// Whether it is this batch that fails, and not the endpoint, as far as can be told.
    bool may_split(const Piece& piece, FailureKind kind) const;
    bool split_failed(Family& family);
    void failed_for_good(Piece piece);
    void part_done(Family& family);
    void settle_failed(Family& family);
    void release(Family& family);
    void release_parked();
    EndpointRejected failed_in_a_row() const;
    void give_up_endpoint(EndpointRejected rejected);
    void give_up_all();
    void slow_down();
    void speed_up();

    Settings settings_;
    Channel& channel_;
    const base::Clock& clock_;
    base::Log& log_;
    std::function<double()> random_;
    base::TimeBudget time_;
    AnswerReader reader_;

    State state_ = State::probing;
    std::size_t endpoint_ = 0;
    std::optional<EndpointProbe> probe_;
    base::RetryBudget probe_retries_;
    base::TimePoint probe_due_{};
    bool probe_in_flight_ = false;
    std::vector<EndpointRejected> rejections_;
    std::string network_;
    std::vector<Acquaintance> learnt_;
    std::uint32_t start_ledger_ = 0;
    base::TimePoint start_ledger_seen_{};
    std::optional<NodeLedger> node_ledger_;

    // Of the serving endpoint: how far it is, and polling it.
    base::TimePoint serving_since_{};
    std::uint32_t latest_ledger_ = 0;
    base::TimePoint latest_ledger_since_{};
    base::TimePoint ledger_told_{}; // when it last told of a ledger, the same one or a later one
    std::uint32_t awaited_ledger_ = 0;
    RpcMethod poll_method_ = RpcMethod::get_health;
    base::TimePoint poll_due_{};
    bool poll_in_flight_ = false;
    unsigned polls_failed_ = 0; // in a row

    std::uint64_t answers_ = 0; // calls answered, by whatever endpoint

    std::deque<Piece> ready_;
    std::vector<Piece> waiting_; // a heap, the earliest due on top
    std::unordered_map<TransferId, InFlight> in_flight_;
    std::vector<std::shared_ptr<Family>> parked_; // failed for good in a row
    std::vector<Finished> finished_;

    std::uint64_t failures_in_a_row_ = 0; // tries, of whatever calls, since the last answer

    std::size_t key_limit_ = max_keys_per_call;
    double window_; // calls in flight that the provider bears, up to max_in_flight
    base::TimePoint window_lowered_{};
    CallId last_call_ = 0;
    RequestId last_request_ = 0;
    std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
};

} // namespace net
