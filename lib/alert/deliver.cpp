#include "alert/deliver.hpp"

#include "alert/alert_messages.hpp"
#include "alert/events.hpp"
#include "net/channel.hpp"
#include "net/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

namespace alert {

namespace {

/// Of one channel: a burst of connections is not for a server that takes alerts.
constexpr std::size_t most_in_flight = 4;

class Delivery {
  public:
    Delivery(const ChannelAddresses& addresses, const net::DeliveryLimits& limits, net::Means& means)
        : addresses_(addresses), limits_(limits), means_(means), time_(limits, means) {}

    void add(const ChannelAlert& told) {
        Queue queue;
        queue.outcome.channel = told.channel;
        if (told.channel == AlertChannel::log) {
            means_.log.write(alert_event(told.alert));
            queue.outcome.messages = 1;
        }
        for (Message& message : messages_of(told, addresses_, means_.clock.wall_now())) {
            queue.ready.push_back({std::move(message), queues_.size(), base::RetryBudget(limits_.retry), {}});
            ++queue.outcome.messages;
        }
        queues_.push_back(std::move(queue));
    }

    std::vector<ChannelOutcome> run() {
        for (;;) {
            if (time_.now_left().over()) break;
            start(means_.clock.now());
            if (in_flight_.empty() && waiting_.empty()) break;
            wait();
        }
        give_up();
        std::vector<ChannelOutcome> outcomes;
        for (Queue& queue : queues_) outcomes.push_back(std::move(queue.outcome));
        return outcomes;
    }

  private:
    struct Letter {
        Message message;
        std::size_t queue = 0;
        base::RetryBudget retries;
        base::TimePoint due{};
    };
    struct Queue {
        ChannelOutcome outcome;
        std::deque<Letter> ready;
        std::size_t in_flight = 0;
    };

    void start(base::TimePoint now) {
        for (auto letter = waiting_.begin(); letter != waiting_.end();) {
            if (letter->due <= now) {
                queues_[letter->queue].ready.push_back(std::move(*letter));
                letter = waiting_.erase(letter);
            } else {
                ++letter;
            }
        }
        for (Queue& queue : queues_) {
            for (; !queue.ready.empty() && queue.in_flight < most_in_flight; ++queue.in_flight) {
                send(std::move(queue.ready.front()));
                queue.ready.pop_front();
            }
        }
    }

    void send(Letter letter) {
        const base::Duration timeout = time_.now_left().left(limits_.message_timeout);
        net::TransferId id = 0;
        if (const auto* request = std::get_if<net::HttpRequest>(&letter.message)) {
            net::HttpRequest copy = *request;
            copy.timeout = timeout;
            id = means_.channel.start(std::move(copy));
        } else {
            net::Mail copy = std::get<net::Mail>(letter.message);
            copy.timeout = timeout;
            id = means_.channel.send_mail(std::move(copy));
        }
        in_flight_.emplace(id, std::move(letter));
    }

    void wait() {
        base::TimePoint next = time_.now_left().until();
        for (const Letter& letter : waiting_) next = std::min(next, letter.due);
        for (net::HttpOutcome& outcome : time_.wait(next)) {
            const auto found = in_flight_.find(outcome.id);
            if (found == in_flight_.end()) continue; // the cycle's own, cancelled since
            Letter letter = std::move(found->second);
            in_flight_.erase(found);
            --queues_[letter.queue].in_flight;
            ended(std::move(letter), outcome);
        }
    }

    void ended(Letter letter, const net::HttpOutcome& outcome) {
        const bool mail = std::holds_alternative<net::Mail>(letter.message);
        std::optional<net::Failure> failure = mail ? net::mail_failure(outcome) : net::delivery_failure(outcome);
        if (!failure) return;
        failure->text += words_of(letter.message, outcome, addresses_);
        if (net::worth_retrying(failure->kind) && retry(letter, *failure)) return;
        failed(letter, failure->text);
    }

    bool retry(Letter& letter, const net::Failure& failure) {
        const auto retry = letter.retries.take(time_.now_left(), means_.random, failure.retry_after);
        if (!retry) return false;
        letter.due = retry->due;
        const std::string channel(name(queues_[letter.queue].outcome.channel));
        means_.log.write(base::retry_event(fmt::format("{} is tried again: {}", channel, failure.text),
                                           {{"channel", channel}}, *retry, net::name(failure.kind)));
        waiting_.push_back(std::move(letter));
        return true;
    }

    void failed(const Letter& letter, std::string_view why) {
        ChannelOutcome& outcome = queues_[letter.queue].outcome;
        ++outcome.failed;
        if (!outcome.failure.empty()) return;
        outcome.failure = why;
        if (const auto* mail = std::get_if<net::Mail>(&letter.message))
            outcome.failure += fmt::format(", for {}", mail->to);
    }

    /// The time for reporting is over.
    void give_up() {
        const std::string_view why = time_.signalled() ? "not delivered before the end, which a signal has brought near"
                                                       : "not delivered in the time kept back for reporting";
        for (const auto& [id, letter] : in_flight_) {
            means_.channel.cancel(id);
            failed(letter, why);
        }
        for (const Letter& letter : waiting_) failed(letter, why);
        for (const Queue& queue : queues_)
            for (const Letter& letter : queue.ready) failed(letter, why);
    }

    const ChannelAddresses& addresses_;
    const net::DeliveryLimits& limits_;
    net::Means& means_;
    net::DeliveryTime time_;
    std::vector<Queue> queues_; // one a channel, in the order of the outcomes
    std::vector<Letter> waiting_;
    std::unordered_map<net::TransferId, Letter> in_flight_;
};

} // namespace

std::vector<ChannelOutcome> deliver(const std::vector<ChannelAlert>& alerts, const ChannelAddresses& addresses,
                                    const net::DeliveryLimits& limits, net::Means& means) {
    Delivery delivery(addresses, limits, means);
    for (const ChannelAlert& told : alerts)
        if (told.channel != AlertChannel::metrics && !told.alert.empty()) delivery.add(told);
    return delivery.run();
}

} // namespace alert
