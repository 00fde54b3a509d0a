#include "net/dispatcher.hpp"

#include "net/url.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace net {
namespace {

std::vector<std::string> secrets_of(const std::vector<std::string>& urls) {
    std::vector<std::string> secrets;
    for (const std::string& url : urls) {
        for (std::string& part : secret_parts(url)) secrets.push_back(std::move(part));
    }
    return secrets;
}

} // namespace

Dispatcher::Dispatcher(Settings settings, Channel& channel, const base::Clock& clock, base::Log& log,
                       std::function<double()> random)
    : settings_(std::move(settings)), channel_(channel), clock_(clock), log_(log), random_(std::move(random)),
      time_(clock, settings_.deadline), reader_(secrets_of(settings_.endpoints)),
      slots_(settings_.max_in_flight, settings_.max_per_second),
      ledgers_({settings_.max_ledger_age, settings_.poll_interval, settings_.retry.max_retries}, clock),
      endpoints_({settings_.endpoints, settings_.passphrase, settings_.max_ledger_age, settings_.retry}, ledgers_,
                 clock, log) {}

std::unique_ptr<Dispatcher> Dispatcher::of_the_others() const {
    Settings settings = settings_;
    settings.endpoints = endpoints_.others();
    if (settings.endpoints.empty()) return nullptr;
    auto others = std::make_unique<Dispatcher>(std::move(settings), channel_, clock_, log_, random_);
    others->slots_ = slots_.half(); // if they hang, the cycle goes on
    others->ledgers_.start_from(ledgers_);
    others->endpoints_.follow(endpoints_);
    others->statistics_ = statistics_;
    return others;
}

CallId Dispatcher::read_entries(std::shared_ptr<const KeyGroups> keys, LeastLedger least) {
    Piece piece;
    piece.last = keys->groups();
    piece.keys = std::move(keys);
    return queue(std::move(piece), least);
}

CallId Dispatcher::simulate(std::string envelope, LeastLedger least) {
    Piece piece;
    piece.last = 1;
    piece.envelope = std::make_shared<const std::string>(std::move(envelope));
    return queue(std::move(piece), least);
}

CallId Dispatcher::queue(Piece piece, LeastLedger least) {
    piece.call = ++last_call_;
    piece.least = least;
    piece.retries = base::RetryBudget(settings_.retry);
    bisection_.add(std::move(piece));
    return last_call_;
}

bool Dispatcher::wants_more() const {
    // While nothing is answered no more calls are begun than it takes to give the endpoint up: the work piles up in the
    // database and not in memory, and a dead endpoint is asked little.
    if (bisection_.nothing_answered() && under_way()) return false;
    return queue_.ready().size() < slots_.slots() && queue_.waiting() < std::size_t{4} * slots_.slots();
}

bool Dispatcher::idle() const {
    return !under_way() && !bisection_.any_parked() && !queue_.has_finished() && (serving() || exhausted());
}

void Dispatcher::abandon() {
    for (const auto& [transfer, flight] : in_flight_) cancel(flight, transfer);
    in_flight_.clear();
    queue_.clear();
    bisection_.clear();
}

base::TimePoint Dispatcher::wakeup() const {
    if (queue_.has_finished() || (exhausted() && !queue_.ready().empty())) return clock_.now();
    base::TimePoint due = endpoints_.probe_due();
    if (serving()) due = queue_.ready().empty() ? ledgers_.poll_due() : base::TimePoint::min();
    due = slots_.free() ? std::max(due, slots_.next_start()) : base::never;
    return serving() ? std::min(due, queue_.next_due()) : due;
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
        slots_.release();
        if (flight.piece) {
            piece_ended(flight.request, std::move(*flight.piece), outcome);
        } else if (flight.poll) {
            poll_ended(flight, outcome);
        } else {
            probe_ended(flight, outcome);
        }
    }
}

void Dispatcher::settle() {
    if (!serving() || !bisection_.any_parked() || under_way()) return;
    if (endpoints_.any_left()) {
        give_up_endpoint({Rejection::unreachable, bisection_.why_dead()});
    } else {
        bisection_.settle();
    }
    start(clock_.now());
}

// ---- requests

void Dispatcher::start(base::TimePoint now) {
    if (exhausted()) return queue_.give_up_ready();
    if (!serving()) {
        if (now < endpoints_.probe_due() || !slots_.may_start(now)) return;
        const RequestId request = ++last_request_;
        return send(now, endpoints_.ask(request), {request, endpoints_.probe_method(), std::nullopt, false});
    }
    queue_.wake(now);
    if (now >= ledgers_.poll_due() && slots_.may_start(now)) {
        const RequestId request = ++last_request_;
        send(now, ledgers_.poll(request), {request, ledgers_.poll_method(), std::nullopt, true});
    }
    while (!queue_.ready().empty() && slots_.may_start(now)) ask(queue_.take_first(), now);
}

void Dispatcher::ask(Piece piece, base::TimePoint now) {
    if (piece.least.can_wait && piece.least.sequence > ledgers_.latest()) return bisection_.give_up(piece);
    if (!bisection_.prepare(piece)) return;
    const RequestId request = ++last_request_;
    std::string body = piece.keys ? get_ledger_entries_request(request, *piece.keys, piece.first, piece.last)
                                  : simulate_transaction_request(request, *piece.envelope);
    const RpcMethod method = piece.method();
    send(now, std::move(body), {request, method, std::move(piece), false});
}

void Dispatcher::send(base::TimePoint now, std::string body, InFlight flight) {
    const TransferId transfer = channel_.start({endpoints_.url(), std::move(body), settings_.operation_timeout});
    in_flight_.emplace(transfer, std::move(flight));
    slots_.take(now);
    statistics_->started();
}

void Dispatcher::cancel(const InFlight& flight, TransferId transfer) {
    channel_.cancel(transfer);
    statistics_->cancelled(flight.method);
    slots_.release();
    if (flight.piece) return;
    if (flight.poll) return ledgers_.cancel_poll();
    endpoints_.cancel_question();
}

// ---- answers

void Dispatcher::piece_ended(RequestId request, Piece piece, HttpOutcome& outcome) {
    CallOutcome read = read_answer(request, piece, outcome);
    auto* failure = std::get_if<Failure>(&read);
    count(piece.method(), failure, outcome);
    if (failure != nullptr) return failed(std::move(piece), std::move(*failure));
    slots_.speed_up();
    if (const auto* entries = std::get_if<LedgerEntries>(&read)) ledgers_.seen(entries->ledger);
    if (const auto* simulation = std::get_if<Simulation>(&read)) ledgers_.seen(simulation->ledger);
    bisection_.answered(piece, std::move(read));
}

CallOutcome Dispatcher::read_answer(RequestId request, const Piece& piece, HttpOutcome& outcome) {
    if (std::optional<Failure> failure = transport_failure(outcome)) return std::move(*failure);
    const auto judge = [this, &piece](auto answer) -> CallOutcome {
        if (const auto* error = std::get_if<RpcError>(&answer)) return rpc_failure(*error);
        if (const auto* garbage = std::get_if<NotAnAnswer>(&answer)) return not_an_answer(*garbage);
        auto& content = std::get<0>(answer);
        bool refused_unread = false; // a simulation refused before the ledger was read says 0
        if constexpr (std::is_same_v<std::decay_t<decltype(content)>, Simulation>) {
            refused_unread = content.ledger == 0 && !content.error.empty();
        }
        std::optional<Failure> fault = ledgers_.fault(content.ledger, piece.least.sequence);
        if (fault && !refused_unread) return std::move(*fault);
        return std::move(content);
    };
    if (piece.keys) return judge(reader_.ledger_entries(request, outcome.body, *piece.keys, piece.first, piece.last));
    CallOutcome simulated = judge(reader_.simulation(request, outcome.body));
    if (const auto* content = std::get_if<Simulation>(&simulated)) {
        if (std::optional<Failure> failure = simulation_failure(content->error)) return std::move(*failure);
    }
    return simulated;
}

void Dispatcher::failed(Piece piece, Failure failure) {
    if (failure.kind == FailureKind::busy) slots_.slow_down(clock_.now());
    bisection_.try_failed(piece, failure);
    if (failure.kind == FailureKind::unauthorized) {
        queue_.put_first(std::move(piece));
        return give_up_endpoint({Rejection::unauthorized, std::move(failure.text)});
    }
    if (bisection_.may_retry(piece, failure.kind)) {
        if (const auto next = retry(piece.retries, piece.method(), failure)) {
            return queue_.wait(std::move(piece), next->due);
        }
    }
    bisection_.failed(std::move(piece), std::move(failure));
    if (bisection_.endpoint_is_dead()) give_up_endpoint({Rejection::unreachable, bisection_.why_dead()});
}

void Dispatcher::probe_ended(const InFlight& flight, HttpOutcome& outcome) {
    const std::optional<Failure> failure = endpoints_.answered(flight.request, outcome, reader_);
    count(flight.method, failure ? &*failure : nullptr, outcome);
    if (failure) {
        std::optional<base::Retry> next;
        if (worth_retrying(failure->kind)) next = retry(endpoints_.probe_retries(), flight.method, *failure);
        if (next) return endpoints_.ask_again(next->due);
        endpoints_.probe_failed(*failure);
    }
    endpoint_changed();
}

void Dispatcher::poll_ended(const InFlight& flight, HttpOutcome& outcome) {
    const std::optional<Failure> failure = ledgers_.poll_answered(flight.request, flight.method, outcome, reader_);
    count(flight.method, failure ? &*failure : nullptr, outcome);
    if (!failure) return;
    if (failure->kind == FailureKind::busy) return slots_.slow_down(clock_.now());
    const bool unauthorized = failure->kind == FailureKind::unauthorized;
    if (!unauthorized && !ledgers_.too_many_failed_polls()) return;
    give_up_endpoint({unauthorized ? Rejection::unauthorized : Rejection::unreachable,
                      fmt::format("{}: {}", name(flight.method), failure->text)});
}

void Dispatcher::count(RpcMethod method, const Failure* failure, const HttpOutcome& outcome) {
    statistics_->ended(method, failure == nullptr ? nullptr : &failure->kind, outcome.elapsed);
}

std::optional<base::Retry> Dispatcher::retry(base::RetryBudget& budget, RpcMethod method, const Failure& failure) {
    const std::optional<base::Retry> retry = budget.take(time_, random_, failure.retry_after);
    if (!retry) return std::nullopt;
    statistics_->retried();
    log_.write(base::retry_event(fmt::format("an RPC call failed and is tried again: {}", failure.text),
                                 {{"method", std::string(name(method))}, {"endpoint", endpoint_name()}}, *retry,
                                 name(failure.kind)));
    return retry;
}

// ---- endpoints

void Dispatcher::give_up_stalled() {
    give_up_endpoint(
        {Rejection::stale, fmt::format("the node has been at ledger {} for more than {} s", latest_ledger(),
                                       std::chrono::duration_cast<std::chrono::seconds>(max_ledger_age()).count())});
}

void Dispatcher::give_up_endpoint(EndpointRejected rejected) {
    // What was under way, waiting or failed is asked of the next endpoint as if it had never been asked.
    for (auto& [transfer, flight] : in_flight_) {
        cancel(flight, transfer);
        if (flight.piece) queue_.put_first(std::move(*flight.piece));
    }
    in_flight_.clear();
    queue_.wake_all();
    bisection_.start_over();
    endpoints_.pass_over(std::move(rejected));
    endpoint_changed();
}

void Dispatcher::endpoint_changed() {
    queue_.served_by(endpoint());
    if (exhausted()) queue_.give_up_ready();
}

} // namespace net
