#include "devnet/faults.hpp"
#include "devnet/record_fields.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace devnet {
namespace {

namespace dom = simdjson::dom;
using std::chrono::milliseconds;

std::optional<milliseconds> time_of(RecordFields& fields) {
    const auto time = fields.number32("ms");
    return time ? std::optional(milliseconds(*time)) : std::nullopt;
}

void assign(std::string& to, std::optional<std::string_view> text) {
    if (text) to = std::string(*text);
}

Fault status_fault(RecordFields& fields) {
    StatusFault fault;
    fault.status = static_cast<int>(fields.number32("status").value_or(503));
    if (fault.status < 100 || fault.status > 999) throw std::invalid_argument("the fault: status is no HTTP status");
    if (const auto retry_after = fields.text("retryAfter")) fault.retry_after = std::string(*retry_after);
    assign(fault.body, fields.text("body"));
    assign(fault.content_type, fields.text("contentType"));
    return fault;
}

Fault error_fault(RecordFields& fields) {
    ErrorFault fault;
    if (const auto code = fields.take("code")) {
        if (code->get(fault.code) != simdjson::SUCCESS) throw std::invalid_argument("the fault: code is no number");
    }
    assign(fault.message, fields.text("message"));
    return fault;
}

Fault delay_fault(RecordFields& fields) {
    const auto time = time_of(fields);
    if (!time) throw std::invalid_argument("the fault: ms is missing");
    return DelayFault{*time, milliseconds(fields.number32("jitterMs").value_or(0))};
}

Fault hang_fault(RecordFields& fields) {
    return HangFault{time_of(fields)};
}

Fault garbage_fault(RecordFields& fields) {
    GarbageFault fault;
    assign(fault.body, fields.text("body"));
    assign(fault.content_type, fields.text("contentType"));
    return fault;
}

Fault older_ledger_fault(RecordFields& fields) {
    return OlderLedgerFault{fields.number32("ledgers").value_or(1)};
}

Fault drop_fault(RecordFields& fields) {
    return DropFault{fields.flag("reset")};
}

Fault cut_fault(RecordFields& fields) {
    return CutFault{fields.number("after"), fields.flag("reset")};
}

Fault wrong_length_fault(RecordFields& fields) {
    WrongLengthFault fault;
    if (const auto off = fields.take("off")) {
        if (off->get(fault.off) != simdjson::SUCCESS) throw std::invalid_argument("the fault: off is no number");
    }
    return fault;
}

Fault drip_fault(RecordFields& fields) {
    DripFault fault;
    fault.pause = time_of(fields).value_or(fault.pause);
    fault.bytes = fields.number("bytes").value_or(fault.bytes);
    if (fault.bytes == 0) throw std::invalid_argument("the fault: bytes is 0");
    return fault;
}

Fault deep_fault(RecordFields& fields) {
    return DeepFault{fields.number("levels").value_or(DeepFault{}.levels)};
}

Fault large_fault(RecordFields& fields) {
    return LargeFault{fields.number("bytes").value_or(LargeFault{}.bytes)};
}

Fault bad_utf8_fault(RecordFields&) {
    return BadUtf8Fault{};
}

Fault wrong_id_fault(RecordFields&) {
    return WrongIdFault{};
}

Fault lagging_fault(RecordFields&) {
    return LaggingFault{};
}

Fault other_network_fault(RecordFields& fields) {
    OtherNetworkFault fault;
    assign(fault.passphrase, fields.text("passphrase"));
    fault.ledger = fields.number32("ledger").value_or(fault.ledger);
    return fault;
}

Fault entries_fault(RecordFields& fields) {
    using How = EntriesFault::How;
    constexpr std::array<std::pair<std::string_view, How>, 11> ways{{{"shuffled", How::shuffled},
                                                                     {"duplicated", How::duplicated},
                                                                     {"conflicting", How::conflicting},
                                                                     {"unknown", How::unknown},
                                                                     {"renamed", How::renamed},
                                                                     {"missing", How::missing},
                                                                     {"archived", How::archived},
                                                                     {"undecodable", How::undecodable},
                                                                     {"noBase64", How::no_base64},
                                                                     {"wrongType", How::wrong_type},
                                                                     {"swapped", How::swapped}}};
    const std::string_view how = fields.needed_text("how");
    const auto* const way =
        std::find_if(ways.begin(), ways.end(), [how](const auto& each) { return each.first == how; });
    if (way == ways.end()) throw std::invalid_argument("the fault: how is unknown: " + std::string(how));
    EntriesFault fault{.how = way->second};
    assign(fault.key, fields.text("key"));
    return fault;
}

struct Kind {
    std::string_view name;
    Fault (*parse)(RecordFields&);
};

constexpr std::array<Kind, 17> kinds{{
    {"status", status_fault},
    {"error", error_fault},
    {"delay", delay_fault},
    {"hang", hang_fault},
    {"garbage", garbage_fault},
    {"older", older_ledger_fault},
    {"drop", drop_fault},
    {"cut", cut_fault},
    {"wrongLength", wrong_length_fault},
    {"drip", drip_fault},
    {"deep", deep_fault},
    {"large", large_fault},
    {"badUtf8", bad_utf8_fault},
    {"wrongId", wrong_id_fault},
    {"lagging", lagging_fault},
    {"otherNetwork", other_network_fault},
    {"entries", entries_fault},
}};

Fault fault_of(RecordFields& fields) {
    const std::string_view name = fields.needed_text("fault");
    for (const Kind& kind : kinds) {
        if (kind.name == name) return kind.parse(fields);
    }
    throw std::invalid_argument("the fault: no fault is called " + std::string(name));
}

FaultRule rule_of(dom::element value) {
    RecordFields fields(value, "the fault");
    FaultRule rule{.fault = fault_of(fields)};
    assign(rule.method, fields.text("method"));
    assign(rule.containing, fields.text("containing"));
    rule.keys_above = fields.number("keysAbove");
    rule.from = milliseconds(fields.number32("fromMs").value_or(0));
    if (const auto lasting = fields.number32("forMs")) rule.lasting = milliseconds(*lasting);
    if (const auto chance = fields.take("chance")) {
        const bool number = chance->get(rule.chance) == simdjson::SUCCESS;
        if (!number || !(rule.chance >= 0 && rule.chance <= 1)) {
            throw std::invalid_argument("the fault: chance is no number from 0 to 1");
        }
    }
    rule.seed = fields.number("seed").value_or(rule.seed);
    rule.skip = fields.number("skip").value_or(rule.skip);
    rule.every = fields.number("every").value_or(rule.every);
    rule.limit = fields.number("limit");
    fields.finish();
    return rule;
}

} // namespace

std::vector<FaultRule> parse_faults(std::string_view json) {
    dom::parser parser;
    dom::element document;
    if (const auto error = parser.parse(json.data(), json.size()).get(document)) {
        throw std::invalid_argument(std::string("the fault is no JSON: ") + simdjson::error_message(error));
    }
    std::vector<FaultRule> rules;
    if (document.is_array()) {
        for (const dom::element value : dom::array(document)) rules.push_back(rule_of(value));
    } else {
        rules.push_back(rule_of(document));
    }
    return rules;
}

} // namespace devnet
