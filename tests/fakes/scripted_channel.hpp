// A channel without a network: a function answers each request after a latency, and waiting makes the clock jump to
// whatever comes next, so that minutes of backoff pass in microseconds.
#pragma once

#include "fakes/tick_clock.hpp"
#include "net/channel.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace fakes {

class ScriptedChannel final : public net::Channel {
  public:
    /// What becomes of a request, and after how long.
    struct Script {
        net::HttpOutcome outcome;
        base::Duration latency = std::chrono::milliseconds(10);
    };
    using Answer = std::function<Script(const net::HttpRequest&)>;

    struct Sent {
        net::HttpRequest request;
        base::TimePoint at;
    };

    ScriptedChannel(TickClock& clock, Answer answer) : clock_(clock), answer_(std::move(answer)) {}

    net::TransferId start(net::HttpRequest request) override {
        fly(answer_(request), request.timeout);
        sent_.push_back({std::move(request), clock_.now()});
        return last_id_;
    }

    /// A mail is put to the function as a request whose URL and body are the mail's, with the recipient as a header.
    net::TransferId send_mail(net::Mail mail) override {
        net::HttpRequest request;
        request.url = std::move(mail.url);
        request.body = std::move(mail.text);
        request.timeout = mail.timeout;
        request.headers = {{"To", mail.to}};
        return start(std::move(request));
    }

    void cancel(net::TransferId id) override {
        std::erase_if(flying_, [id](const Flight& flight) { return flight.outcome.id == id; });
        ++cancelled_;
    }

    std::vector<net::HttpOutcome> wait(std::span<const base::Descriptor>, base::TimePoint until) override {
        base::TimePoint next = until;
        for (const Flight& flight : flying_) next = std::min(next, flight.ends);
        if (next == base::never) throw std::logic_error("waiting for nothing, for ever");
        if (next > clock_.now()) clock_.set(next);
        std::vector<net::HttpOutcome> ended;
        for (Flight& flight : flying_) {
            if (flight.ends <= clock_.now()) ended.push_back(std::move(flight.outcome));
        }
        std::erase_if(flying_, [this](const Flight& flight) { return flight.ends <= clock_.now(); });
        return ended;
    }

    const std::vector<Sent>& sent() const { return sent_; }
    std::size_t most_in_flight() const { return most_in_flight_; }
    std::size_t cancelled() const { return cancelled_; }

  private:
    struct Flight {
        base::TimePoint ends;
        net::HttpOutcome outcome;
    };

    void fly(Script script, base::Duration timeout) {
        script.outcome.id = ++last_id_;
        base::TimePoint ends = clock_.now() + script.latency;
        if (script.latency > timeout) {
            ends = clock_.now() + timeout;
            script.outcome = {last_id_, net::TransportFault::timed_out, "timed out", 0, {}, {}, {}};
        }
        script.outcome.elapsed = ends - clock_.now();
        flying_.push_back({ends, std::move(script.outcome)});
        most_in_flight_ = std::max(most_in_flight_, flying_.size());
    }

    TickClock& clock_;
    Answer answer_;
    std::vector<Sent> sent_;
    std::vector<Flight> flying_;
    net::TransferId last_id_ = 0;
    std::size_t most_in_flight_ = 0;
    std::size_t cancelled_ = 0;
};

} // namespace fakes
