#include "metrics/pushgateway.hpp"

#include "base/text.hpp"
#include "net/failure.hpp"
#include "net/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace metrics {
namespace {

constexpr std::size_t longest_answer = 300; // bytes of an error's text that are worth showing

/// The gateway says in words what it does not like; what is before it may repeat what it was sent. A login could come
/// back in base64.
std::string text_of(const net::Failure& failure, const net::HttpOutcome& outcome, const std::string& url) {
    if (outcome.status == 0 || outcome.body.empty() || url.find('@') != std::string::npos) return failure.text;
    std::string words = outcome.body;
    for (const std::string& secret : net::secret_parts(url)) base::mask_secret(words, secret);
    return fmt::format("{}: {}", failure.text, base::shortened(base::harmless(words), longest_answer));
}

} // namespace

Pushgateway::Pushgateway(base::Secret url, std::string shard, const net::DeliveryLimits& limits, net::Means& means)
    : url_(std::move(url)), shard_(std::move(shard)), limits_(limits), means_(means), time_(limits, means) {}

base::Result<std::string> Pushgateway::read() {
    net::HttpRequest request;
    request.url = url_.reveal() + "/metrics";
    request.method = net::HttpMethod::get;
    return exchange(std::move(request));
}

Stored Pushgateway::replace(std::string_view text) {
    net::HttpRequest request;
    request.url = fmt::format("{}/metrics/job/stellar_sync/shard/{}", url_.reveal(), shard_);
    request.method = net::HttpMethod::put;
    request.content_type = "text/plain; version=0.0.4";
    request.body = text;
    const base::Result<std::string> answer = exchange(std::move(request));
    if (!answer) return base::fail(answer.error());
    return std::monostate();
}

Stored Pushgateway::examine() {
    const base::Result<std::string> text = read();
    if (!text) return base::fail(text.error());
    if (const auto metrics = read_metrics(*text, metrics_prefix, group()); !metrics) return base::fail(metrics.error());
    // Every gateway tells of itself.
    if (text->find("# TYPE ") == std::string::npos) return base::fail("what answers is no Pushgateway");
    return std::monostate();
}

base::Result<std::string> Pushgateway::exchange(net::HttpRequest request) {
    for (base::RetryBudget retries(limits_.retry);;) {
        request.timeout = time_.now_left().left(limits_.message_timeout);
        if (request.timeout == base::Duration::zero()) return base::fail("no time was left for it");
        net::HttpOutcome outcome = await(request);
        const std::optional<net::Failure> failure = net::delivery_failure(outcome);
        if (!failure) return std::move(outcome.body);
        std::optional<base::Retry> retry;
        if (net::worth_retrying(failure->kind))
            retry = retries.take(time_.now_left(), means_.random, failure->retry_after);
        if (!retry) return base::fail(text_of(*failure, outcome, url_.reveal()));
        means_.log.write(base::retry_event(fmt::format("the Pushgateway is asked again: {}", failure->text),
                                           {{"operation", std::string("metrics")}, {"endpoint", name()}}, *retry,
                                           net::name(failure->kind)));
        pause(retry->due);
    }
}

net::HttpOutcome Pushgateway::await(net::HttpRequest request) {
    const net::TransferId transfer = means_.channel.start(std::move(request));
    while (!time_.now_left().over()) {
        for (net::HttpOutcome& outcome : time_.wait(time_.now_left().until())) {
            if (outcome.id == transfer) return std::move(outcome);
        }
    }
    means_.channel.cancel(transfer);
    net::HttpOutcome none;
    none.fault = net::TransportFault::timed_out;
    none.fault_text = "it did not answer in the time kept back for reporting";
    return none;
}

void Pushgateway::pause(base::TimePoint until) {
    while (means_.clock.now() < std::min(until, time_.now_left().until()))
        time_.wait(std::min(until, time_.now_left().until()));
}

} // namespace metrics
