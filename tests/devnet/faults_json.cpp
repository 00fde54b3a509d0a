#include "devnet/faults.hpp"
#include "devnet/record_fields.hpp"

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
    return DelayFault{*time};
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

struct Kind {
    std::string_view name;
    Fault (*parse)(RecordFields&);
};

constexpr std::array<Kind, 7> kinds{{
    {"status", status_fault},
    {"error", error_fault},
    {"delay", delay_fault},
    {"hang", hang_fault},
    {"garbage", garbage_fault},
    {"older", older_ledger_fault},
    {"drop", drop_fault},
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
