#include "sync/loop.hpp"

#include <algorithm>
#include <array>

namespace cycle {

Loop::Loop(net::Channel& channel, db::Database& database, net::Dispatcher& dispatcher, const base::Clock& clock,
           base::Interrupt& interrupt, base::TimePoint deadline)
    : channel_(channel), database_(database), dispatcher_(dispatcher), clock_(clock), interrupt_(interrupt),
      deadline_(deadline) {}

void Loop::wait(base::TimePoint until) {
    std::array<base::Descriptor, 2> descriptors;
    std::size_t count = 0;
    if (const auto signals = interrupt_.descriptor()) descriptors[count++] = *signals;
    if (const auto socket = database_.descriptor()) descriptors[count++] = *socket;
    until = std::min({until, database_.wakeup(), dispatcher_.wakeup()});
    if (second_ != nullptr) until = std::min(until, second_->wakeup());
    std::vector<net::HttpOutcome> ended = channel_.wait({descriptors.data(), count}, until);
    database_.advance();
    dispatcher_.handle(ended);
    if (second_ != nullptr) second_->handle(ended);
    // Before the first one, which could keep every place for itself; but a single place is not the second's to hang in.
    if (second_ != nullptr && second_->has_less_than_half()) second_->advance({});
    dispatcher_.advance({});
    if (second_ != nullptr) second_->advance({});
}

void Loop::turn(base::TimePoint wakeup) {
    wait(std::min(wakeup, deadline_));
}

std::optional<db::Answer> Loop::ask(db::Query query) {
    database_.ask(std::move(query));
    std::optional<db::Answer> answer;
    turn_until([&] {
        answer = database_.take_answer();
        return answer.has_value();
    });
    return answer;
}

std::optional<db::Answer> Loop::ask_at_last(db::Query query, base::Duration patience) {
    const base::TimePoint until = clock_.now() + patience;
    database_.ask(std::move(query));
    for (;;) {
        if (auto answer = database_.take_answer()) return answer;
        if (clock_.now() >= until) {
            database_.abandon();
            return std::nullopt;
        }
        wait(until);
    }
}

bool Loop::await_endpoint() {
    dispatcher_.advance({});
    return turn_until([this] { return dispatcher_.serving() || dispatcher_.exhausted(); });
}

std::optional<std::vector<net::Finished>> Loop::read_entries(const std::shared_ptr<const net::KeyGroups>& keys) {
    dispatcher_.read_entries(keys);
    std::vector<net::Finished> parts;
    std::size_t done = 0;
    const bool finished = !cut() && turn_until([&] {
        dispatcher_.advance({});
        dispatcher_.settle();
        for (net::Finished& part : dispatcher_.take_finished()) {
            done += part.last - part.first;
            parts.push_back(std::move(part));
        }
        return done == keys->groups();
    });
    return finished ? std::optional(std::move(parts)) : std::nullopt;
}

} // namespace cycle
