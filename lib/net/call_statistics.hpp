// What the calls to the RPC came to: how many, of which method, with which result, and how long they took.
#pragma once

#include "base/histogram.hpp"
#include "net/failure.hpp"
#include "net/rpc.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace net {

/// A request ends with one of the kinds of failure, or with one of these two.
inline constexpr std::size_t answered_result = failure_kinds;
inline constexpr std::size_t cancelled_result = failure_kinds + 1;
inline constexpr std::size_t request_results = failure_kinds + 2;

/// "answered", "cancelled", or the kind of failure.
std::string_view name_of_result(std::size_t result);

class CallStatistics {
  public:
    CallStatistics();

    void started() { ++requests_; }
    void retried() { ++retries_; }
    void cancelled(RpcMethod method) { ++count(method, cancelled_result); }
    /// `failure` is the kind of failure, nullptr where the request was answered.
    void ended(RpcMethod method, const FailureKind* failure, base::Duration elapsed) {
        ++count(method, failure == nullptr ? answered_result : static_cast<std::size_t>(*failure));
        latency_.add(elapsed);
    }

    std::uint64_t requests() const { return requests_; }
    std::uint64_t retries() const { return retries_; }
    /// Every request that was started stands in one of these, once it has ended or was cancelled.
    std::uint64_t count(RpcMethod method, std::size_t result) const {
        return counts_[static_cast<std::size_t>(method)][result];
    }
    /// Of the requests that ended.
    const base::Histogram& latency() const { return latency_; }

  private:
    std::uint64_t& count(RpcMethod method, std::size_t result) {
        return counts_[static_cast<std::size_t>(method)][result];
    }

    std::uint64_t requests_ = 0;
    std::uint64_t retries_ = 0;
    std::array<std::array<std::uint64_t, request_results>, rpc_methods> counts_{};
    base::Histogram latency_;
};

} // namespace net
