#include "report/events.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <csignal>
#include <utility>

namespace report {

namespace {

using base::Event;
using base::Field;
using base::Fields;
using base::Level;
using base::Number;
using base::Value;

Value or_null(const std::optional<std::uint32_t>& number) {
    return number ? Value{std::uint64_t{*number}} : Value{nullptr};
}

Fields seen_fields(const verify::Mismatch& mismatch) {
    const verify::Sighting& seen = mismatch.seen;
    Fields fields{{"confirmed", mismatch.confirmed},
                  {"ledger", seen.ledger == 0 ? Value{nullptr} : Value{std::uint64_t{seen.ledger}}},
                  {"lastModifiedLedger", or_null(seen.last_modified_ledger)},
                  {"archived", seen.archived}};
    if (mismatch.likely_cause) fields.push_back({"likelyCause", std::string(verify::name(*mismatch.likely_cause))});
    if (mismatch.second_opinion) {
        fields.push_back({"secondOpinion", std::string(verify::name(mismatch.second_opinion->word))});
    }
    return fields;
}

void append(Fields& fields, Fields more) {
    for (Field& field : more) fields.push_back(std::move(field));
}

std::string in_message(std::string_view text) {
    return base::shortened(text, longest_in_message);
}

Level level_of(const verify::Summary& summary) {
    switch (summary.status()) {
    case verify::Status::in_sync:
        return Level::info;
    case verify::Status::mismatch:
    case verify::Status::incomplete:
        return Level::warn;
    case verify::Status::failed:
        return Level::error;
    }
    return Level::error;
}

/// "databaseOdds".
std::string side_field(std::string_view side, const verify::Profile& profile) {
    std::string name(profile.value);
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
    return fmt::format("{}{}", side, name);
}

} // namespace

MismatchPieces pieces_of(const verify::Mismatch& mismatch) {
    const verify::Profile& profile = mismatch.check()->profile();
    verify::Shown shown = mismatch.check()->show(mismatch.difference);
    MismatchPieces pieces;
    pieces.resource = {std::string(profile.resource->id), mismatch.id};
    pieces.subject = {{profile.columns[1].camel(), mismatch.address}};
    if (profile.resource->titled) pieces.subject.push_back({"title", mismatch.title});
    pieces.database = {side_field("database", profile), std::move(shown.database_value)};
    pieces.blockchain = {side_field("blockchain", profile), std::move(shown.chain_value)};
    pieces.extent = std::move(shown.extent);
    pieces.seen = seen_fields(mismatch);
    return pieces;
}

Event mismatch_event(const verify::Mismatch& mismatch) {
    const bool critical = mismatch.priority() == verify::Priority::critical;
    Event event{critical ? Level::error : Level::warn, "MISMATCH", mismatch_sentence(mismatch), {}};
    event.fields = {{"mismatchType", std::string(mismatch.check().type())},
                    {"priority", std::string(verify::name(mismatch.priority()))}};
    MismatchPieces pieces = pieces_of(mismatch);
    append(event.fields, std::move(pieces.seen));
    event.fields.push_back(std::move(pieces.resource));
    append(event.fields, std::move(pieces.subject));
    event.fields.push_back(std::move(pieces.database));
    event.fields.push_back(std::move(pieces.blockchain));
    append(event.fields, std::move(pieces.extent));
    return event;
}

Fields error_fields(const verify::Error& error) {
    Fields fields{{"resourceId", error.resource_id.empty() ? Value{nullptr} : Value{error.resource_id}},
                  {"reason", std::string(verify::name(error.reason))},
                  {"error", error.text}};
    if (error.aggregate) fields.push_back({"count", error.count});
    return fields;
}

Event item_error_event(const verify::Error& error) {
    const bool about_one = !error.aggregate && !error.resource_id.empty();
    std::string message;
    if (error.aggregate)
        message =
            fmt::format("{} could not be verified: {}", counted(error.count, "row", "rows"), in_message(error.text));
    else if (about_one)
        message = fmt::format("{}: {} could not be verified: {}", error.operation, in_message(error.resource_id),
                              in_message(error.text));
    else
        message = in_message(error.text);
    Event event{about_one ? Level::warn : Level::error, "ITEM_ERROR", std::move(message), {}};
    event.fields = {{"check", error.operation}};
    append(event.fields, error_fields(error));
    return event;
}

Event disagreement_event(const verify::Disagreement& disagreement, const verify::Error& error) {
    const verify::Mismatch& mismatch = disagreement.mismatch;
    const MismatchPieces pieces = pieces_of(mismatch);
    const std::string side(mismatch.check()->profile().value);
    const auto word = [&side](const std::string& endpoint, const verify::Said& said, std::uint32_t ledger) {
        return Fields{{"endpoint", endpoint}, {side, said.value}, {"ledger", std::uint64_t{ledger}}};
    };
    const verify::SecondOpinion& second = *mismatch.second_opinion;
    Event event = item_error_event(error);
    event.level = Level::error;
    event.type = "ENDPOINTS_DISAGREE";
    append(event.fields, pieces.subject);
    event.fields.push_back(pieces.database);
    event.fields.push_back(
        {"first", word(disagreement.endpoint, mismatch.check()->said(mismatch.difference), mismatch.seen.ledger)});
    event.fields.push_back({"second", word(second.endpoint, second.said, second.ledger)});
    return event;
}

Event transient_event(verify::Check check, std::string_view id) {
    return {Level::info,
            "TRANSIENT",
            fmt::format("{} {} differed at first and agreed at the recheck", check.resource().one, in_message(id)),
            {{"check", std::string(check.name())}, {"resourceId", std::string(id)}}};
}

Event exempt_event(const verify::Exempted& exempted) {
    Event event = mismatch_event(exempted.mismatch);
    event.level = Level::info;
    event.type = "EXEMPT";
    event.message = exempt_sentence(exempted);
    event.fields.push_back({"reason", exempted.reason});
    event.fields.push_back({"expires", verify::to_text(exempted.expires)});
    return event;
}

Fields drift_fields(verify::Check check, const verify::Drift& drift) {
    if (check->profile().scale != verify::Scale::amount)
        return {{"largest", nullptr}, {"chainMore", nullptr}, {"chainLess", nullptr}};
    return {{"largest", verify::format_stroops(drift.largest)},
            {"chainMore", verify::format_stroops(drift.chain_more)},
            {"chainLess", verify::format_stroops(drift.chain_less)}};
}

Fields exemption_fields(const verify::Exemption& exemption) {
    return {{"check", std::string(exemption.check.name())},
            {"resourceId", exemption.id},
            {"reason", exemption.reason},
            {"expires", verify::to_text(exemption.expires)}};
}

Event exemption_expired_event(const verify::Exemption& exemption) {
    return {Level::warn, "EXEMPTION_EXPIRED", expired_sentence(exemption), exemption_fields(exemption)};
}

Event exemption_unused_event(const verify::Exemption& exemption) {
    return {Level::warn, "EXEMPTION_UNUSED", unused_sentence(exemption), exemption_fields(exemption)};
}

Event start_event(const verify::Checks& checks, const std::string& shard) {
    Event event{Level::info, "SYNC_START", "verification cycle started", {{"checks", verify::names_of(checks, ",")}}};
    if (!shard.empty()) event.fields.push_back({"shard", shard});
    return event;
}

Event indexer_lag_event(const verify::Indexer& indexer) {
    return {Level::warn,
            "INDEXER_LAG",
            indexer_sentence(indexer),
            {{"watermark", std::uint64_t{indexer.watermark}},
             {"ledger", std::uint64_t{indexer.ledger}},
             {"lag", std::uint64_t{indexer.lag()}},
             {"maxLag", std::uint64_t{indexer.max_lag}},
             {"mismatches", indexer.mismatches()}}};
}

Event timeout_event(base::Duration timeout) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout);
    return {Level::error,
            "SYNC_TIMEOUT",
            fmt::format("the cycle was cut short after {} (SYNC_TIMEOUT_MS); the partial result is reported",
                        shown_duration(ms)),
            {{"timeoutMs", std::int64_t{ms.count()}}}};
}

Event stopped_event(int signal) {
    return {Level::warn,
            "SYNC_STOPPED",
            fmt::format("stopped by {}; the partial result is reported", signal == SIGINT ? "SIGINT" : "SIGTERM"),
            {}};
}

Event lines_lost_event(std::uint64_t count) {
    return {
        Level::warn,
        "LOG_LINES_LOST",
        fmt::format(
            "{} before this one could not be written, because standard error was not read; the result has all counts",
            counted(count, "log line", "log lines")),
        {{"lines", count}}};
}

Event complete_event(const verify::Summary& summary) {
    const verify::Tally sum = total(summary);
    Event event{level_of(summary),
                "SYNC_COMPLETE",
                summary_sentence(summary),
                {{"status", std::string(verify::name(summary.status()))},
                 {"durationMs", std::int64_t{(summary.end - summary.start).count()}},
                 {"timedOut", summary.timed_out},
                 {"marketsChecked", checked(summary, verify::market_resource)},
                 {"usersChecked", checked(summary, verify::user_resource)},
                 {"usersSkipped", skipped(summary)},
                 {"mismatched", sum.mismatched},
                 {"transient", sum.transient},
                 {"errors", sum.errors},
                 {"rpcRequests", summary.rpc_requests},
                 {"rpcRetries", summary.rpc_retries}}};
    if (!summary.hints().empty()) event.fields.push_back({"hints", summary.hints()});
    return event;
}

Event nothing_checked_event() {
    return {
        Level::warn,
        "NOTHING_CHECKED",
        "no row was in scope: no OPEN or RESOLVED market and no user with a wallet; are the database and the schema "
        "the right ones?",
        {}};
}

} // namespace report
