#include "report/pushgateway.hpp"

#include "base/text.hpp"
#include "net/channel.hpp"
#include "net/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {
namespace {

constexpr std::size_t longest_answer = 300; // bytes of an error's text that are worth showing

std::vector<base::Descriptor> signals(base::Interrupt& interrupt) {
    const auto descriptor = interrupt.descriptor();
    return descriptor ? std::vector{*descriptor} : std::vector<base::Descriptor>();
}

/// The gateway says in words what it does not like.
std::string text_of(const net::Failure& failure, const net::HttpOutcome& outcome) {
    if (outcome.status == 0 || outcome.body.empty()) return failure.text;
    return fmt::format("{}: {}", failure.text, base::shortened(base::harmless(outcome.body), longest_answer));
}

} // namespace

Pushgateway::Pushgateway(Settings settings, net::Channel& channel, const base::Clock& clock, base::Log& log,
                         std::function<double()> random)
    : settings_(std::move(settings)), channel_(channel), clock_(clock), log_(log), random_(std::move(random)) {}

base::Result<std::string> Pushgateway::read() {
    net::HttpRequest request;
    request.url = settings_.url.reveal() + "/metrics";
    request.method = net::HttpMethod::get;
    return exchange(std::move(request));
}

Stored Pushgateway::replace(std::string_view text) {
    net::HttpRequest request;
    request.url = fmt::format("{}/metrics/job/stellar_sync/shard/{}", settings_.url.reveal(), settings_.shard);
    request.method = net::HttpMethod::put;
    request.content_type = "text/plain; version=0.0.4";
    request.body = text;
    const base::Result<std::string> answer = exchange(std::move(request));
    if (!answer) return base::fail(answer.error());
    return std::monostate();
}

base::Result<std::string> Pushgateway::exchange(net::HttpRequest request) {
    for (unsigned retries = 0;; ++retries) {
        request.timeout = std::min(settings_.timeout, settings_.give_up_at() - clock_.now());
        if (request.timeout <= base::Duration::zero()) return base::fail("no time was left for it");
        net::HttpOutcome outcome = await(request);
        const std::optional<net::Failure> failure = net::delivery_failure(outcome);
        if (!failure) return std::move(outcome.body);
        const base::Duration delay = base::backoff_delay(settings_.retry, retries + 1, random_(), failure->retry_after);
        const base::TimePoint due = clock_.now() + delay;
        if (!net::worth_retrying(failure->kind) || retries >= settings_.retry.max_retries ||
            due >= settings_.give_up_at()) {
            return base::fail(text_of(*failure, outcome));
        }
        log_.write({base::Level::info,
                    "RETRY",
                    fmt::format("the Pushgateway is asked again: {}", failure->text),
                    {{"operation", std::string("metrics")},
                     {"endpoint", name()},
                     {"attempt", std::uint64_t{retries + 1}},
                     {"delayMs", std::int64_t{std::chrono::round<std::chrono::milliseconds>(delay).count()}},
                     {"failure", std::string(net::name(failure->kind))}}});
        pause(due);
    }
}

net::HttpOutcome Pushgateway::await(net::HttpRequest request) {
    const net::TransferId transfer = channel_.start(std::move(request));
    while (clock_.now() < settings_.give_up_at()) {
        for (net::HttpOutcome& outcome : channel_.wait(signals(*settings_.interrupt), settings_.give_up_at())) {
            if (outcome.id == transfer) return std::move(outcome);
        }
    }
    channel_.cancel(transfer);
    net::HttpOutcome none;
    none.fault = net::TransportFault::timed_out;
    none.fault_text = "it did not answer in time";
    return none;
}

void Pushgateway::pause(base::TimePoint until) {
    while (clock_.now() < std::min(until, settings_.give_up_at())) {
        channel_.wait(signals(*settings_.interrupt), std::min(until, settings_.give_up_at()));
    }
}

} // namespace report
