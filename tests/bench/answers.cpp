#include "bench/answers.hpp"

#include "bench/node.hpp"

#include <algorithm>
#include <utility>

namespace bench {
namespace {

constexpr std::string_view opening = R"({"jsonrpc":"2.0","id":)";

/// The number that stands first in the text.
std::string_view leading_digits(std::string_view text) {
    return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
}

} // namespace

Answers::Found Answers::find(std::string_view body) {
    std::string_view id;
    std::string_view rest;
    if (body.starts_with(opening)) {
        id = leading_digits(body.substr(opening.size()));
        rest = body.substr(opening.size() + id.size());
        const auto found = kept_.find(rest);
        if (found != kept_.end()) return {found->second, id, true};
    }
    std::shared_ptr<const Answer> answer = make(body);
    if (!answer) return {};
    // The other methods' answers change with the time.
    const bool lasting = answer->method == "getLedgerEntries" || answer->method == "simulateTransaction";
    const std::size_t size = rest.size() + answer->tail.size();
    if (!id.empty() && lasting && kept_bytes_ + size <= max_kept_bytes) {
        kept_bytes_ += size;
        kept_.emplace(rest, answer);
    }
    return {std::move(answer), id_, false};
}

std::shared_ptr<const Answer> Answers::make(std::string_view body) {
    const auto parsed = devnet::parse_rpc_body(parser_, body);
    if (!parsed || parsed->batch) return nullptr;
    const devnet::RpcRequest& request = parsed->requests.front();
    const devnet::Distortion undistorted;
    devnet::CallRecord record{request.method, {}, {}, {}};
    auto answer = std::make_shared<Answer>();
    devnet::RpcCall(ledger_, settings_, undistorted).answer(answer->tail, request, record);
    id_ = request.id.empty() ? "null" : request.id;
    answer->tail.erase(0, opening.size() + id_.size());
    answer->method = request.method;
    answer->keys = record.keys.size();
    return answer;
}

} // namespace bench
