#include "bench/answers.hpp"

#include <algorithm>
#include <utility>

namespace bench {
namespace {

constexpr std::string_view opening = R"({"jsonrpc":"2.0","id":)";
constexpr std::string_view keys_opening = R"(,"method":"getLedgerEntries","params":{"keys":[)";
constexpr std::string_view keys_closing = "]}}";
constexpr std::string_view latest_ledger = R"("latestLedger":)"; // the last member of an answer
constexpr std::string_view entry_opening = R"({"key":")";

/// The number that stands first in the text.
std::string_view leading_digits(std::string_view text) {
    return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
}

/// Calls `use` with each key of `"a","b"`.
template <class Use>
void for_each_key(std::string_view keys, Use use) {
    while (!keys.empty()) {
        const std::size_t end = keys.find('"', 1);
        use(keys.substr(1, end - 1));
        keys.remove_prefix(std::min(end + 2, keys.size())); // the comma, too
    }
}

} // namespace

Answers::Found Answers::find(std::string_view body) {
    if (!body.starts_with(opening)) return {make(body), id_, false};
    const std::string_view id = leading_digits(body.substr(opening.size()));
    const std::string_view rest = body.substr(opening.size() + id.size());
    if (rest.starts_with(keys_opening) && rest.ends_with(keys_closing)) {
        const std::string_view keys =
            rest.substr(keys_opening.size(), rest.size() - keys_opening.size() - keys_closing.size());
        if (std::shared_ptr<const Answer> answer = put_together(keys)) return {std::move(answer), id, true};
        std::shared_ptr<const Answer> answer = make(body);
        if (answer) keep_entries(keys, answer->tail);
        return {std::move(answer), id_, false};
    }
    if (const auto kept = simulations_.find(rest); kept != simulations_.end()) {
        ledger_.mark_read();
        return {std::make_shared<const Answer>(Answer{"simulateTransaction", 0, kept->second + ledger_and_end()}), id,
                true};
    }
    std::shared_ptr<const Answer> answer = make(body);
    if (answer && answer->method == "simulateTransaction") {
        simulations_.emplace(rest, answer->tail.substr(0, answer->tail.rfind(latest_ledger)));
    }
    return {std::move(answer), id_, false};
}

std::string Answers::ledger_and_end() const {
    return std::string(latest_ledger) + std::to_string(ledger_.latest()) + "}}";
}

/// Null where a key is not known yet.
std::shared_ptr<const Answer> Answers::put_together(std::string_view keys) {
    auto answer = std::make_shared<Answer>();
    answer->method = "getLedgerEntries";
    answer->tail.reserve(keys.size() * 4);
    answer->tail = before_entries_;
    bool known = true;
    bool comma = false;
    for_each_key(keys, [&](std::string_view key) {
        const auto found = known ? entries_.find(key) : entries_.end();
        known = known && found != entries_.end();
        ++answer->keys;
        if (!known || found->second.empty()) return;
        if (std::exchange(comma, true)) answer->tail += ',';
        answer->tail += found->second;
    });
    if (!known || before_entries_.empty()) return nullptr;
    ledger_.mark_read();
    answer->tail += "]," + ledger_and_end();
    return answer;
}

/// Takes the devnet's answer apart.
void Answers::keep_entries(std::string_view keys, std::string_view tail) {
    const std::size_t begin = tail.find('[');
    const std::size_t end = tail.rfind(']');
    if (begin == tail.npos || end == tail.npos) return; // an error
    before_entries_ = tail.substr(0, begin + 1);
    for_each_key(keys, [this](std::string_view key) { entries_.try_emplace(std::string(key)); });
    for (std::size_t at = begin + 1; at < end;) {
        const std::size_t next = std::min(tail.find(entry_opening, at + 1), end + 1);
        const std::string_view entry = tail.substr(at, next - 1 - at);
        const std::string_view key =
            entry.substr(entry_opening.size(), entry.find('"', entry_opening.size()) - entry_opening.size());
        entries_[std::string(key)] = std::string(entry);
        at = next;
    }
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
