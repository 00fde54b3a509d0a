#include "alert/pagerduty.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "report/events.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace alert {

namespace {

using base::JsonWriter;

constexpr std::size_t longest_summary = 1024;
constexpr std::size_t longest_detail = 1024; // of ours: an event may have 512 KiB in all

std::string_view severity(verify::Priority priority) {
    return priority == verify::Priority::critical ? "critical" : "warning";
}

struct Trigger {
    std::string dedup_key;
    std::string summary;
    std::string_view severity;
    base::WallTime time;
    std::string component; // the check
    std::string type;      // of the mismatch
    base::Fields details;
};

base::Fields bounded(base::Fields fields) {
    for (base::Field& field : fields)
        if (auto* text = std::get_if<std::string>(&field.value)) *text = base::shortened(*text, longest_detail);
    return fields;
}

Trigger trigger_of(const verify::Mismatch& mismatch, const Alert& alert) {
    const std::string type(mismatch.check().type());
    const std::string prefix = fmt::format("stellar-sync/{}/", type);
    Trigger trigger{prefix + unique_id(mismatch.id, longest_dedup_key - prefix.size()),
                    base::harmless(report::mismatch_sentence(mismatch)),
                    severity(mismatch.priority()),
                    mismatch.time,
                    std::string(mismatch.check().name()),
                    type,
                    report::mismatch_event(mismatch).fields};
    trigger.details.push_back({"syncId", alert.summary->sync_id});
    return trigger;
}

/// Each shard sums up rows of its own.
std::string of_its_shard(std::string_view name, const verify::Summary& summary) {
    return summary.shard.empty() ? std::string(name) : fmt::format("{}/{}", name, summary.shard);
}

/// For what has no event of its own.
Trigger summing_up(const Alert& alert, std::string name, std::string summary, std::string_view how_severe) {
    return {
        fmt::format("stellar-sync/{}", name), std::move(summary), how_severe, alert.summary->end, "", std::move(name),
        {{"syncId", alert.summary->sync_id}}};
}

base::Fields counts_of(const Alert& alert, const CountPerCheck& counts) {
    base::Fields fields;
    for (const verify::Check check : alert.summary->all()) fields.push_back({std::string(check.name()), counts[check]});
    return fields;
}

/// Stands for all mismatches of a check that a hint explains.
Trigger hinted_trigger(const Alert& alert, verify::Check check) {
    const verify::Summary& summary = *alert.summary;
    const std::string type(check.type());
    Trigger trigger = summing_up(alert, of_its_shard("HINT/" + type, summary),
                                 base::harmless(summary.hint_about(check)), severity(check.priority()));
    trigger.component = check.name();
    trigger.type = type;
    trigger.details.push_back({"mismatches", alert.hinted[check]});
    for (base::Field& field : report::drift_fields(check, summary.drift(check)))
        trigger.details.push_back(std::move(field));
    return trigger;
}

std::vector<Trigger> triggers_of(const Alert& alert) {
    const verify::Summary& summary = *alert.summary;
    std::vector<Trigger> triggers;
    if (alert.test) triggers.push_back(summing_up(alert, "TEST", headline(alert), "info"));
    const std::size_t shown = std::min(alert.listed.size(), most_in_pagerduty);
    for (std::size_t i = 0; i < shown; ++i) triggers.push_back(trigger_of(*alert.listed[i], alert));
    const CountPerCheck beyond = alert.beyond(shown);
    if (sum(beyond) > 0) {
        triggers.push_back(
            summing_up(alert, of_its_shard("REST", summary),
                       fmt::format("database and chain differ in {} more", counts_text(beyond)),
                       severity(any_critical(beyond) ? verify::Priority::critical : verify::Priority::normal)));
        triggers.back().details.push_back({"beyond", counts_of(alert, beyond)});
    }
    for (const verify::Check check : summary.all())
        if (alert.hinted[check] > 0) triggers.push_back(hinted_trigger(alert, check));
    if (alert.lagging()) {
        triggers.push_back(summing_up(alert, "INDEXER_LAG", lag_text(alert), severity(alert.lag_priority())));
        triggers.back().details.push_back({"lag", std::uint64_t{summary.indexer->lag()}});
        triggers.back().details.push_back({"explained", counts_of(alert, alert.explained)});
    }
    if (sum(alert.disagreements) > 0) {
        triggers.push_back(summing_up(alert, of_its_shard("ENDPOINTS_DISAGREE", summary), disagreement_text(alert),
                                      severity(verify::Priority::normal)));
        for (const auto& [check, count] : alert.disagreements)
            triggers.back().details.push_back({std::string(check.name()), count});
    }
    return triggers;
}

std::string event_of(const Trigger& trigger, std::string_view routing_key, std::string_view source) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    put(writer, "routing_key", routing_key);
    put(writer, "event_action", "trigger");
    put(writer, "dedup_key", trigger.dedup_key);
    put(writer, "client", "stellar-sync");
    writer.key("payload");
    writer.begin_object();
    put(writer, "summary", base::shortened(trigger.summary, longest_summary));
    put(writer, "source", source);
    put(writer, "severity", trigger.severity);
    put(writer, "timestamp", base::rfc3339(trigger.time));
    if (!trigger.component.empty()) put(writer, "component", trigger.component);
    put(writer, "group", "stellar-sync");
    put(writer, "class", trigger.type);
    writer.key("custom_details");
    writer.begin_object();
    base::write_fields(writer, bounded(trigger.details));
    writer.end_object();
    writer.end_object();
    writer.end_object();
    return out;
}

} // namespace

std::vector<std::string> pagerduty_events(const Alert& alert, std::string_view routing_key, std::string_view source) {
    std::vector<std::string> events;
    for (const Trigger& trigger : triggers_of(alert)) events.push_back(event_of(trigger, routing_key, source));
    return events;
}

} // namespace alert
