#include "net/dispatcher.hpp"

#include "base/hex.hpp"
#include "base/secret.hpp"
#include "stellar/base64.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace net {
namespace {

/// How long one lowering of the number in flight stands before a 429 may lower it again.
constexpr base::Duration window_rest = std::chrono::seconds(1);

constexpr auto later_due = [](const auto& a, const auto& b) { return a.due > b.due; };

/// A URL's login as the header Authorization has it; empty where it has none.
std::string authorization_of(std::string_view url) {
    url.remove_prefix(url.find("://") + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const std::size_t at = url.rfind('@');
    return at == std::string_view::npos ? "" : stellar::to_base64(base::percent_decoded(url.substr(0, at)));
}

std::vector<std::string> secrets_of(const std::vector<std::string>& urls) {
    std::vector<std::string> secrets;
    for (const std::string& url : urls) {
        for (std::string& part : base::secret_parts(url)) secrets.push_back(std::move(part));
        if (std::string header = authorization_of(url); !header.empty()) secrets.push_back(std::move(header));
    }
    return secrets;
}

} // namespace

std::size_t Dispatcher::Piece::key_count() const {
    if (!keys) return 0;
    const std::vector<bool> needed = keys->needed(first, last);
    return static_cast<std::size_t>(std::count(needed.begin(), needed.end(), true));
}

Dispatcher::Dispatcher(Settings settings, Channel& channel, const base::Clock& clock, base::Log& log,
                       std::function<double()> random)
    : settings_(std::move(settings)), channel_(channel), clock_(clock), log_(log), random_(std::move(random)),
      time_(clock, settings_.deadline), reader_(secrets_of(settings_.endpoints)), window_(settings_.max_in_flight) {
    traffic_->most_in_flight = settings_.max_in_flight;
    begin_probe();
}

std::unique_ptr<Dispatcher> Dispatcher::of_the_others() const {
    Settings settings = settings_;
    settings.endpoints.erase(settings.endpoints.begin(),
                             settings.endpoints.begin() + static_cast<std::ptrdiff_t>(endpoint_) + 1);
    std::erase(settings.endpoints, url()); // listed twice, it is still the same
    if (settings.endpoints.empty()) return nullptr;
    settings.passphrase = network_;
    settings.max_in_flight = std::max(1U, settings_.max_in_flight / 2); // where they hang, the cycle goes on
    auto others = std::make_unique<Dispatcher>(std::move(settings), channel_, clock_, log_, random_);
    others->network_ = network_;
    others->start_ledger_ = start_ledger_;
    others->start_ledger_seen_ = start_ledger_seen_;
    others->traffic_ = traffic_;
    others->learnt_ = learnt_;
    others->begin_probe();
    return others;
}

std::string Dispatcher::endpoint_name() const {
    return base::mask_url(url());
}

CallId Dispatcher::read_entries(std::shared_ptr<const KeyGroups> keys, LeastLedger least) {
    Piece piece;
    piece.call = ++last_call_;
    piece.family = std::make_shared<Family>();
    piece.last = keys->groups();
    piece.keys = std::move(keys);
    piece.least = least;
    piece.retries = base::RetryBudget(settings_.retry);
    ready_.push_back(std::move(piece));
    return last_call_;
}

CallId Dispatcher::simulate(std::string envelope, LeastLedger least) {
    Piece piece;
    piece.call = ++last_call_;
    piece.family = std::make_shared<Family>();
    piece.last = 1;
    piece.envelope = std::make_shared<const std::string>(std::move(envelope));
    piece.least = least;
    piece.retries = base::RetryBudget(settings_.retry);
    ready_.push_back(std::move(piece));
    return last_call_;
}

bool Dispatcher::wants_more() const {
    // While nothing is answered no more calls are begun than it takes to give the endpoint up: the work piles up in the
    // database and not in memory, and a dead endpoint is asked little.
    const bool under_way = !ready_.empty() || !waiting_.empty() || !in_flight_.empty();
    if (failures_in_a_row_ >= calls_to_give_up && under_way) return false;
    return ready_.size() < settings_.max_in_flight && waiting_.size() < std::size_t{4} * settings_.max_in_flight;
}

bool Dispatcher::idle() const {
    return ready_.empty() && waiting_.empty() && in_flight_.empty() && parked_.empty() && finished_.empty() &&
           state_ != State::probing;
}

std::vector<Finished> Dispatcher::take_finished() {
    return std::exchange(finished_, {});
}

void Dispatcher::cancel_in_flight() {
    for (const auto& [transfer, flight] : in_flight_) {
        channel_.cancel(transfer);
        traffic_->statistics.cancelled(flight.method);
        --traffic_->in_flight;
    }
}

void Dispatcher::abandon() {
    cancel_in_flight();
    in_flight_.clear();
    ready_.clear();
    waiting_.clear();
    parked_.clear();
    finished_.clear();
    probe_in_flight_ = false;
    poll_in_flight_ = false;
}

bool Dispatcher::has_room() const {
    // What the provider bears, and what all endpoints together are allowed.
    const std::size_t window = std::max<std::size_t>(1, static_cast<std::size_t>(window_));
    return in_flight_.size() < window && traffic_->in_flight < traffic_->most_in_flight;
}

bool Dispatcher::may_start(base::TimePoint now) const {
    return now >= traffic_->next_start && has_room();
}

base::TimePoint Dispatcher::wakeup() const {
    base::TimePoint earliest = base::never;
    if (!finished_.empty() || (state_ == State::exhausted && !ready_.empty())) return clock_.now();
    const bool room = has_room();
    if (state_ == State::probing && !probe_in_flight_ && room) earliest = std::max(probe_due_, traffic_->next_start);
    if (state_ == State::serving) {
        if (!ready_.empty() && room) earliest = std::min(earliest, traffic_->next_start);
        if (!waiting_.empty()) earliest = std::min(earliest, waiting_.front().due);
        if (poll_wanted() && room) earliest = std::min(earliest, std::max(poll_due_, traffic_->next_start));
    }
    return earliest;
}

void Dispatcher::advance(std::vector<HttpOutcome> ended) {
    handle(ended);
    start(clock_.now());
}

void Dispatcher::handle(std::vector<HttpOutcome>& ended) {
    for (HttpOutcome& outcome : ended) {
        const auto found = in_flight_.find(outcome.id);
        if (found == in_flight_.end()) continue; // another dispatcher's, or cancelled since
        InFlight flight = std::move(found->second);
        in_flight_.erase(found);
        --traffic_->in_flight;
        if (flight.piece) {
            piece_ended(flight.request, std::move(*flight.piece), outcome);
        } else if (flight.poll) {
            poll_ended(flight, outcome);
        } else {
            probe_ended(flight.request, outcome);
        }
    }
}

void Dispatcher::start(base::TimePoint now) {
    if (state_ == State::probing) {
        if (probe_in_flight_ || now < probe_due_ || !may_start(now)) return;
        const RequestId request = ++last_request_;
        probe_in_flight_ = true;
        send(now, probe_->request(request), {request, std::nullopt, probe_->method(), false});
        return;
    }
    if (state_ == State::exhausted) return give_up_all();
    while (!waiting_.empty() && waiting_.front().due <= now) {
        std::pop_heap(waiting_.begin(), waiting_.end(), later_due);
        ready_.push_front(std::move(waiting_.back()));
        waiting_.pop_back();
    }
    if (poll_wanted() && now >= poll_due_ && may_start(now)) poll(now);
    while (!ready_.empty() && may_start(now)) {
        Piece piece = std::move(ready_.front());
        ready_.pop_front();
        if (piece.least.can_wait && piece.least.sequence > latest_ledger_) {
            piece.family->item_failed = true;
            finished_.push_back({piece.call, piece.first, piece.last, GivenUp{}, endpoint_});
            part_done(*piece.family);
            continue;
        }
        if (piece.retries.made() == 0) piece.answers_before = answers_;
        // Made before the provider's lower limit was learnt.
        if (piece.key_count() > key_limit_ && split(piece)) continue;
        const RequestId request = ++last_request_;
        std::string body = piece.keys ? get_ledger_entries_request(request, *piece.keys, piece.first, piece.last)
                                      : simulate_transaction_request(request, *piece.envelope);
        const RpcMethod method = piece.method();
        send(now, std::move(body), {request, std::move(piece), method, false});
    }
}

void Dispatcher::send(base::TimePoint now, std::string body, InFlight flight) {
    const TransferId transfer = channel_.start({url(), std::move(body), settings_.operation_timeout});
    in_flight_.emplace(transfer, std::move(flight));
    ++traffic_->in_flight;
    traffic_->statistics.started();
    if (settings_.max_per_second > 0) {
        const auto pause = base::Duration(std::llround(1e9 / settings_.max_per_second));
        traffic_->next_start = std::max(traffic_->next_start + pause, now);
        // Evenly paced, not caught up: a slow spell is followed by no burst.
        if (traffic_->next_start < now + pause) traffic_->next_start = now + pause;
    }
}

/// Two networks' ledgers are millions apart: an answer from further ahead than any clock explains is another network's,
/// which a load balancer may mix in, and would speak of none of our entries.
std::uint32_t Dispatcher::latest_possible_ledger() const {
    constexpr std::int64_t slack = 1000;
    constexpr std::int64_t ledgers_a_second = 2; // they close every 5 s, on test networks as often as each second
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - start_ledger_seen_);
    const std::int64_t latest = start_ledger_ + slack + ledgers_a_second * passed.count();
    return static_cast<std::uint32_t>(std::min<std::int64_t>(latest, std::numeric_limits<std::uint32_t>::max()));
}

CallOutcome Dispatcher::read_answer(RequestId request, const Piece& piece, HttpOutcome& outcome) {
    if (std::optional<Failure> failure = transport_failure(outcome)) return std::move(*failure);
    const std::uint32_t least_ledger = std::max(start_ledger_, piece.least.sequence);
    const auto settle = [this, least_ledger](auto answer) -> CallOutcome {
        if (const auto* error = std::get_if<RpcError>(&answer)) return rpc_failure(*error);
        if (const auto* garbage = std::get_if<NotAnAnswer>(&answer)) return not_an_answer(*garbage);
        auto& content = std::get<0>(answer);
        bool refused_unread = false; // a simulation refused before the ledger was read says 0
        if constexpr (std::is_same_v<std::decay_t<decltype(content)>, Simulation>) {
            refused_unread = content.ledger == 0 && !content.error.empty();
        }
        if (content.ledger > latest_possible_ledger()) {
            return Failure{
                FailureKind::ledger_ahead,
                fmt::format("answered from ledger {}, which cannot have closed yet: {} was seen at the start",
                            content.ledger, start_ledger_),
                std::nullopt};
        }
        if (content.ledger < least_ledger && !refused_unread) {
            return Failure{
                FailureKind::older_ledger,
                fmt::format("answered from ledger {}, older than {} seen before", content.ledger, least_ledger),
                std::nullopt};
        }
        return std::move(content);
    };
    if (piece.keys) {
        return settle(reader_.ledger_entries(request, outcome.body, *piece.keys, piece.first, piece.last));
    }
    CallOutcome simulated = settle(reader_.simulation(request, outcome.body));
    if (const auto* content = std::get_if<Simulation>(&simulated)) {
        if (std::optional<Failure> failure = simulation_failure(content->error)) return std::move(*failure);
    }
    return simulated;
}

void Dispatcher::piece_ended(RequestId request, Piece piece, HttpOutcome& outcome) {
    CallOutcome read = read_answer(request, piece, outcome);
    auto* failure = std::get_if<Failure>(&read);
    traffic_->statistics.ended(piece.method(), failure == nullptr ? nullptr : &failure->kind, outcome.elapsed);
    if (failure != nullptr) {
        failed(std::move(piece), std::move(*failure));
    } else {
        speed_up();
        if (const auto* entries = std::get_if<LedgerEntries>(&read)) seen_ledger(entries->ledger);
        if (const auto* simulation = std::get_if<Simulation>(&read)) seen_ledger(simulation->ledger);
        answered(std::move(piece), std::move(read));
    }
}

void Dispatcher::answered(Piece piece, CallOutcome outcome) {
    Family& family = *piece.family;
    failures_in_a_row_ = 0;
    polls_failed_ = 0;
    ++answers_;
    family.answered = true;
    family.largest_answered = std::max(family.largest_answered, piece.key_count());
    release_parked();
    settle_failed(family);
    finished_.push_back({piece.call, piece.first, piece.last, std::move(outcome), endpoint_});
    part_done(family);
}

void Dispatcher::failed(Piece piece, Failure failure) {
    if (failure.kind == FailureKind::busy) slow_down();
    if (!piece.lags_behind_another(failure.kind)) ++failures_in_a_row_;
    if (failure.kind == FailureKind::unauthorized) {
        ready_.push_front(std::move(piece));
        return give_up_endpoint({Rejection::unauthorized, std::move(failure.text)});
    }
    if (failure.kind == FailureKind::refused) {
        if (const auto limit = key_limit_in(failure.text)) key_limit_ = std::min(key_limit_, *limit);
        piece.family->refused = piece.family->refused || piece.whole_batch();
    }
    const bool part = piece.keys && !piece.whole_batch();
    const bool splittable = worth_splitting(failure.kind) || worth_splitting_if_alive(failure.kind);
    // The whole batch has had its retries already: a part that fails in the same way is split on at once, until the
    // item that stands alone, which has retries of its own if the endpoint is known to answer.
    const bool retries_spent = part && splittable && (piece.groups() > 1 || !piece.family->answered);
    if (worth_retrying(failure.kind) && !retries_spent && retry(piece, failure)) return;
    Family& family = *piece.family;
    if (!family.answered) ++family.unanswered_parts;
    ++family.failed_parts;
    if (splittable && may_split(piece, failure.kind) && split(piece)) return;
    piece.failure = std::move(failure);
    failed_for_good(std::move(piece));
}

bool Dispatcher::retry(Piece& piece, const Failure& failure) {
    const std::optional<base::Retry> retry = take_retry(piece.retries, piece.method(), failure);
    if (!retry) return false;
    piece.due = retry->due;
    waiting_.push_back(std::move(piece));
    std::push_heap(waiting_.begin(), waiting_.end(), later_due);
    return true;
}

std::optional<base::Retry> Dispatcher::take_retry(base::RetryBudget& budget, RpcMethod method, const Failure& failure) {
    const std::optional<base::Retry> retry = budget.take(time_, random_, failure.retry_after);
    if (!retry) return std::nullopt;
    traffic_->statistics.retried();
    log_.write(base::retry_event(fmt::format("an RPC call failed and is tried again: {}", failure.text),
                                 {{"method", std::string(name(method))}, {"endpoint", endpoint_name()}}, *retry,
                                 name(failure.kind)));
    return retry;
}

void Dispatcher::slow_down() {
    const base::TimePoint now = clock_.now();
    if (now < window_lowered_ + window_rest) return;
    window_lowered_ = now;
    window_ = std::max(1.0, window_ / 2);
}

void Dispatcher::speed_up() {
    // One more in flight for each round of answers.
    window_ = std::min<double>(settings_.max_in_flight, window_ + 1.0 / window_);
}

} // namespace net
