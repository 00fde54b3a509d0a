#include "net/rpc.hpp"

#include "base/secret.hpp"
#include "stellar/base64.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <iterator>
#include <limits>

namespace net {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

void begin_request(std::string& out, RequestId id, RpcMethod method) {
    fmt::format_to(std::back_inserter(out), R"({{"jsonrpc":"2.0","id":{},"method":"{}")", id, name(method));
}

/// Without params: servers before 25 refuse even an empty object for these methods.
std::string request_without_params(RequestId id, RpcMethod method) {
    std::string out;
    begin_request(out, id, method);
    out += '}';
    return out;
}

/// Thrown and caught in this file: a known member is absent or of another type.
struct Shape {
    std::string why;
};

element member(const object& parent, std::string_view name) {
    element found;
    if (parent[name].get(found) != simdjson::SUCCESS) throw Shape{fmt::format("\"{}\" is absent", name)};
    return found;
}

object object_member(const object& parent, std::string_view name) {
    object found;
    if (member(parent, name).get(found) != simdjson::SUCCESS) {
        throw Shape{fmt::format("\"{}\" is not an object", name)};
    }
    return found;
}

std::string_view string_member(const object& parent, std::string_view name) {
    std::string_view found;
    if (member(parent, name).get(found) != simdjson::SUCCESS) {
        throw Shape{fmt::format("\"{}\" is not a string", name)};
    }
    return found;
}

std::uint32_t ledger_number(const element& value, std::string_view name) {
    std::uint64_t found = 0;
    if (value.get(found) != simdjson::SUCCESS || found > std::numeric_limits<std::uint32_t>::max()) {
        throw Shape{fmt::format("\"{}\" is not a ledger number", name)};
    }
    return static_cast<std::uint32_t>(found);
}

/// Unix seconds as a decimal string; a number and absence are accepted too.
std::optional<std::chrono::sys_seconds> close_time(const object& parent, std::string_view name) {
    constexpr std::int64_t latest = 253'402'300'799; // the end of the year 9999
    element found;
    if (parent[name].get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
    std::int64_t seconds = -1;
    std::string_view digits;
    if (found.get(digits) == simdjson::SUCCESS) {
        const bool plain =
            !digits.empty() && digits.size() <= 12 && digits.find_first_not_of("0123456789") == std::string_view::npos;
        if (plain) seconds = std::stoll(std::string(digits));
    } else if (found.get(seconds) != simdjson::SUCCESS) {
        seconds = -1;
    }
    if (seconds < 0 || seconds > latest) throw Shape{fmt::format("\"{}\" is not a time in Unix seconds", name)};
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

} // namespace

std::string_view name(RpcMethod method) {
    constexpr std::array<std::string_view, rpc_methods> names{"getNetwork", "getHealth", "getLatestLedger",
                                                              "getLedgerEntries", "simulateTransaction"};
    return names[static_cast<std::size_t>(method)];
}

std::string json_library_version() {
    return fmt::format("simdjson {} ({})", SIMDJSON_STRINGIFY(SIMDJSON_VERSION),
                       simdjson::get_active_implementation()->name());
}

std::string get_network_request(RequestId id) {
    return request_without_params(id, RpcMethod::get_network);
}
std::string get_health_request(RequestId id) {
    return request_without_params(id, RpcMethod::get_health);
}
std::string get_latest_ledger_request(RequestId id) {
    return request_without_params(id, RpcMethod::get_latest_ledger);
}

std::string get_ledger_entries_request(RequestId id, const KeyGroups& keys, std::size_t first, std::size_t last) {
    std::string out;
    out.reserve(96 + keys.keys() * 164); // the longest key, 120 bytes, takes 160 in base64
    begin_request(out, id, RpcMethod::get_ledger_entries);
    out += R"(,"params":{"keys":[)";
    const std::vector<bool> needed = keys.needed(first, last);
    bool comma = false;
    for (std::size_t slot = 0; slot < needed.size(); ++slot) {
        if (!needed[slot]) continue;
        out += comma ? ",\"" : "\"";
        comma = true;
        out += keys.base64(static_cast<KeyGroups::Slot>(slot));
        out += '"';
    }
    out += "]}}";
    return out;
}

std::string simulate_transaction_request(RequestId id, std::string_view envelope) {
    std::string out;
    begin_request(out, id, RpcMethod::simulate_transaction);
    out += R"(,"params":{"transaction":")";
    stellar::append_base64(out, envelope);
    out += "\"}}";
    return out;
}

class AnswerReader::Implementation {
  public:
    explicit Implementation(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {}

    /// The first line of what the server says in words.
    std::string words(std::string_view text) const {
        constexpr std::size_t longest = 300;
        std::string line(text.substr(0, text.find('\n')));
        for (const std::string& secret : secrets_) base::mask_secret(line, secret);
        line.resize(std::min(line.size(), longest));
        return line;
    }

    /// The "result" object of the answer to request `id`, given to `read`, or why there is none.
    template <class T, class Read>
    Answer<T> read(RequestId id, std::string& body, Read&& read_result) {
        body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
        element root;
        const auto fault = parser_.parse(body.data(), body.size(), false).get(root);
        if (fault != simdjson::SUCCESS) {
            return NotAnAnswer{fmt::format("the answer is not JSON: {}", simdjson::error_message(fault))};
        }
        try {
            object answer;
            if (root.get(answer) != simdjson::SUCCESS) throw Shape{"the answer is no JSON object"};
            if (string_member(answer, "jsonrpc") != "2.0") throw Shape{"\"jsonrpc\" is not 2.0"};
            if (std::optional<RpcError> error = error_of(answer, id)) return std::move(*error);
            if (!has_id(answer, id)) throw Shape{"the answer carries another request's id"};
            return read_result(object_member(answer, "result"));
        } catch (Shape& shape) {
            return NotAnAnswer{std::move(shape.why)};
        }
    }

  private:
    static bool has_id(const object& answer, RequestId id) {
        std::uint64_t found = 0;
        return answer["id"].get(found) == simdjson::SUCCESS && found == id;
    }

    /// An error may come without id, where the server could not read the request's.
    std::optional<RpcError> error_of(const object& answer, RequestId id) const {
        element member;
        if (answer["error"].get(member) != simdjson::SUCCESS || member.is_null()) return std::nullopt;
        element answered_id;
        const bool has_none = answer["id"].get(answered_id) != simdjson::SUCCESS || answered_id.is_null();
        if (!has_none && !has_id(answer, id)) throw Shape{"the answer carries another request's id"};
        object error;
        if (member.get(error) != simdjson::SUCCESS) throw Shape{"\"error\" is not an object"};
        RpcError out;
        if (error["code"].get(out.code) != simdjson::SUCCESS) throw Shape{"\"error\" has no numeric code"};
        std::string_view message;
        if (error["message"].get(message) == simdjson::SUCCESS) out.message = words(message);
        return out;
    }

    simdjson::dom::parser parser_;
    std::vector<std::string> secrets_;
};

AnswerReader::AnswerReader(std::vector<std::string> secrets)
    : implementation_(std::make_unique<Implementation>(std::move(secrets))) {}
AnswerReader::~AnswerReader() = default;

Answer<Network> AnswerReader::network(RequestId id, std::string& body) {
    return implementation_->read<Network>(
        id, body, [](const object& result) { return Network{std::string(string_member(result, "passphrase"))}; });
}

Answer<LatestLedger> AnswerReader::health(RequestId id, std::string& body) {
    return implementation_->read<LatestLedger>(id, body, [this](const object& result) -> Answer<LatestLedger> {
        const std::string_view status = string_member(result, "status");
        if (status != "healthy") {
            return RpcError{0, fmt::format("the node's status is \"{}\"", implementation_->words(status))};
        }
        return LatestLedger{ledger_number(member(result, "latestLedger"), "latestLedger"),
                            close_time(result, "latestLedgerCloseTime")};
    });
}

Answer<LatestLedger> AnswerReader::latest_ledger(RequestId id, std::string& body) {
    return implementation_->read<LatestLedger>(id, body, [](const object& result) {
        return LatestLedger{ledger_number(member(result, "sequence"), "sequence"), close_time(result, "closeTime")};
    });
}

namespace {

/// Puts the entries of one answer into their slots.
class EntryCollector {
  public:
    EntryCollector(const KeyGroups& keys, std::size_t first, std::size_t last, std::size_t body_size)
        : keys_(keys), asked_(keys.needed(first, last)) {
        out_.by_slot.resize(keys.keys());
        out_.bytes = std::make_unique<std::string>();
        out_.bytes->reserve(body_size); // more than all entries decoded, so that the views stay good
    }

    void add(const object& item) {
        LedgerEntryAnswer entry;
        std::optional<std::string_view> encoded_key;
        std::optional<std::string_view> encoded_entry;
        for (const auto& [name, value] : item) { // in one pass; each of them stands once, or the first counts
            if (name == "key" && !encoded_key) {
                encoded_key = text_of(value, name);
            } else if (name == "xdr" && !encoded_entry) {
                encoded_entry = text_of(value, name);
            } else if (name == "lastModifiedLedgerSeq" && !entry.last_modified_ledger && !value.is_null()) {
                entry.last_modified_ledger = ledger_number(value, name);
            } else if (name == "liveUntilLedgerSeq" && !entry.live_until_ledger && !value.is_null()) {
                entry.live_until_ledger = ledger_number(value, name);
            }
        }
        if (!encoded_key) throw Shape{"\"key\" is absent"};
        if (!encoded_entry) throw Shape{"\"xdr\" is absent"};
        const std::optional<KeyGroups::Slot> slot = slot_of(*encoded_key);
        if (!slot || !asked_[*slot]) {
            foreign_ = true;
            return;
        }
        const std::size_t start = out_.bytes->size();
        if (stellar::append_decoded_base64(*out_.bytes, *encoded_entry)) {
            entry.entry = std::string_view(*out_.bytes).substr(start);
        }
        std::optional<LedgerEntryAnswer>& place = out_.by_slot[*slot];
        if (place && place->entry != entry.entry) throw Shape{"two different entries came for one ledger key"};
        place = entry;
    }

    LedgerEntries finish(std::uint32_t ledger) {
        if (foreign_) {
            for (std::size_t slot = 0; slot < asked_.size(); ++slot) {
                if (asked_[slot] && !out_.by_slot[slot]) {
                    throw Shape{"an entry came that was not asked for, and one that was asked for is absent"};
                }
            }
        }
        out_.ledger = ledger;
        return std::move(out_);
    }

  private:
    static std::string_view text_of(const element& value, std::string_view name) {
        std::string_view text;
        if (value.get(text) != simdjson::SUCCESS) throw Shape{fmt::format("\"{}\" is not a string", name)};
        return text;
    }

    /// Servers answer in the order of the request, mostly; and base64 has one spelling for a key.
    std::optional<KeyGroups::Slot> slot_of(std::string_view encoded_key) {
        for (; next_ < asked_.size(); ++next_) {
            if (asked_[next_] && !out_.by_slot[next_]) break;
        }
        const auto expected = static_cast<KeyGroups::Slot>(next_);
        if (next_ < asked_.size() && keys_.base64(expected) == encoded_key) return expected;
        key_.clear();
        if (!stellar::append_decoded_base64(key_, encoded_key)) return std::nullopt;
        const std::optional<KeyGroups::Slot> found = keys_.find(key_);
        if (found) next_ = *found + std::size_t{1}; // those before it are absent, it seems
        return found;
    }

    const KeyGroups& keys_;
    std::vector<bool> asked_;
    LedgerEntries out_;
    std::size_t next_ = 0; // the slot that is likely to come
    std::string key_;
    bool foreign_ = false;
};

} // namespace

Answer<LedgerEntries> AnswerReader::ledger_entries(RequestId id, std::string& body, const KeyGroups& keys,
                                                   std::size_t first, std::size_t last) {
    return implementation_->read<LedgerEntries>(id, body, [&](const object& result) {
        EntryCollector collector(keys, first, last, body.size());
        simdjson::dom::array entries;
        const element found = member(result, "entries");
        // Go writes an empty list as null where nobody made it a list.
        if (!found.is_null()) {
            if (found.get(entries) != simdjson::SUCCESS) throw Shape{"\"entries\" is not an array"};
            for (const element item : entries) {
                object entry;
                if (item.get(entry) != simdjson::SUCCESS) throw Shape{"an entry is not an object"};
                collector.add(entry);
            }
        }
        return collector.finish(ledger_number(member(result, "latestLedger"), "latestLedger"));
    });
}

Answer<Simulation> AnswerReader::simulation(RequestId id, std::string& body) {
    return implementation_->read<Simulation>(id, body, [this](const object& result) {
        Simulation out;
        out.ledger = ledger_number(member(result, "latestLedger"), "latestLedger");
        element error;
        if (result["error"].get(error) == simdjson::SUCCESS && !error.is_null()) {
            std::string_view text;
            if (error.get(text) != simdjson::SUCCESS) throw Shape{"\"error\" is not a string"};
            out.error = implementation_->words(text);
            if (!out.error.empty()) return out;
        }
        simdjson::dom::array results;
        object first;
        if (member(result, "results").get(results) != simdjson::SUCCESS || results.size() != 1 ||
            results.at(0).get(first) != simdjson::SUCCESS) {
            throw Shape{"\"results\" is not one result"};
        }
        if (!stellar::append_decoded_base64(out.result, string_member(first, "xdr"))) {
            throw Shape{"the result is not base64"};
        }
        return out;
    });
}

} // namespace net
