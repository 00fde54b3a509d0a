#include "report/json.hpp"

#include "base/clock.hpp"
#include "base/json_writer.hpp"
#include "report/events.hpp"
#include "report/wording.hpp"

namespace report {

namespace {

using base::JsonWriter;

void put(JsonWriter& writer, std::string_view key, std::string_view text) {
    writer.key(key);
    writer.string(text);
}

void put(JsonWriter& writer, std::string_view key, std::uint64_t number) {
    writer.key(key);
    writer.unsigned_integer(number);
}

void put(JsonWriter& writer, std::string_view key, std::optional<std::uint32_t> number) {
    writer.key(key);
    if (number)
        writer.unsigned_integer(*number);
    else
        writer.null();
}

void write_times(JsonWriter& writer, const verify::Summary& summary) {
    put(writer, "startTime", base::rfc3339(summary.start));
    put(writer, "endTime", base::rfc3339(summary.end));
    writer.key("durationMs");
    writer.integer((summary.end - summary.start).count());
    if (!summary.shard.empty()) put(writer, "shard", summary.shard);
    writer.key("timedOut");
    writer.boolean(summary.timed_out);
}

void write_chain(JsonWriter& writer, const verify::Summary& summary) {
    writer.key("network");
    if (summary.network.empty())
        writer.null();
    else
        writer.string(summary.network);
    writer.key("ledger");
    writer.begin_object();
    put(writer, "first", summary.first_ledger);
    put(writer, "last", summary.last_ledger);
    writer.end_object();
    writer.key("rpc");
    writer.begin_object();
    put(writer, "requests", summary.rpc_requests);
    put(writer, "retries", summary.rpc_retries);
    writer.end_object();
}

void write_indexer(JsonWriter& writer, const verify::Indexer& indexer) {
    writer.key("indexer");
    writer.begin_object();
    put(writer, "watermark", std::uint64_t{indexer.watermark});
    put(writer, "lag", std::uint64_t{indexer.lag()});
    put(writer, "mismatches", indexer.mismatches());
    writer.end_object();
}

void write_counts(JsonWriter& writer, const verify::Summary& summary) {
    put(writer, "marketsChecked", checked(summary, verify::market_resource));
    put(writer, "usersChecked", checked(summary, verify::user_resource));
    put(writer, "usersSkipped", skipped(summary));
    writer.key("checks");
    writer.begin_object();
    for (const verify::Check check : summary.all()) {
        const verify::Tally& tally = summary.tally(check);
        writer.key(check.name());
        writer.begin_object();
        put(writer, "inScope", tally.in_scope());
        put(writer, "checked", tally.checked());
        put(writer, "matched", tally.matched);
        put(writer, "mismatched", tally.mismatched);
        put(writer, "transient", tally.transient);
        if (summary.exemptions) put(writer, "exempt", tally.exempt);
        put(writer, "errors", tally.errors);
        base::write_fields(writer, drift_fields(check, summary.drift(check)));
        writer.end_object();
    }
    writer.end_object();
}

void write_mismatch_members(JsonWriter& writer, const verify::Mismatch& mismatch) {
    const MismatchPieces pieces = pieces_of(mismatch);
    put(writer, "type", mismatch.check().type());
    put(writer, "priority", verify::name(mismatch.priority()));
    put(writer, "resourceType", mismatch.check().resource().type);
    put(writer, "resourceId", mismatch.id);
    writer.key("databaseValue");
    base::write_value(writer, pieces.database.value);
    writer.key("blockchainValue");
    base::write_value(writer, pieces.blockchain.value);
    writer.key("metadata");
    writer.begin_object();
    base::write_fields(writer, pieces.subject);
    base::write_fields(writer, pieces.extent);
    base::write_fields(writer, pieces.seen);
    writer.end_object();
    put(writer, "timestamp", base::rfc3339(mismatch.time));
}

void write_error(JsonWriter& writer, const verify::Error& error) {
    writer.begin_object();
    put(writer, "operation", error.operation);
    base::write_fields(writer, error_fields(error));
    put(writer, "timestamp", base::rfc3339(error.time));
    writer.end_object();
}

void write_list(JsonWriter& writer, std::string_view key, const std::vector<verify::Exemption>& list) {
    writer.key(key);
    writer.begin_array();
    for (const verify::Exemption& exemption : list) {
        writer.begin_object();
        base::write_fields(writer, exemption_fields(exemption));
        writer.end_object();
    }
    writer.end_array();
}

void write_exemptions(JsonWriter& writer, const verify::Summary& summary) {
    writer.key("exemptions");
    writer.begin_object();
    writer.key("applied");
    writer.begin_array();
    for (const verify::Exempted& exempted : summary.exempted()) {
        writer.begin_object();
        write_mismatch_members(writer, exempted.mismatch);
        put(writer, "reason", exempted.reason);
        put(writer, "expires", verify::to_text(exempted.expires));
        writer.end_object();
    }
    writer.end_array();
    write_list(writer, "expired", summary.exemptions->expired);
    write_list(writer, "unused", summary.exemptions->unused);
    writer.end_object();
}

std::string on_one_line(const verify::Summary& summary) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    put(writer, "syncId", summary.sync_id);
    put(writer, "status", verify::name(summary.status()));
    write_times(writer, summary);
    write_chain(writer, summary);
    if (summary.indexer) write_indexer(writer, *summary.indexer);
    write_counts(writer, summary);
    writer.key("mismatches");
    writer.begin_array();
    for (const verify::Mismatch& mismatch : summary.mismatches()) {
        writer.begin_object();
        write_mismatch_members(writer, mismatch);
        writer.end_object();
    }
    writer.end_array();
    if (summary.exemptions) write_exemptions(writer, summary);
    writer.key("errors");
    writer.begin_array();
    for (const verify::Error& error : summary.errors()) write_error(writer, error);
    writer.end_array();
    writer.key("truncated");
    writer.boolean(summary.truncated());
    writer.key("hints");
    base::write_value(writer, summary.hints());
    writer.end_object();
    return out;
}

} // namespace

std::string spread(std::string_view json) {
    std::string out;
    std::size_t depth = 0;
    bool in_string = false;
    const auto new_line = [&] { out.append(1, '\n').append(2 * depth, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            out += c;
            if (c == '\\') out += json[++i];
            in_string = c != '"';
        } else if ((c == '{' || c == '[') && json[i + 1] != '}' && json[i + 1] != ']') {
            out += c;
            ++depth;
            new_line();
        } else if ((c == '}' || c == ']') && json[i - 1] != '{' && json[i - 1] != '[') {
            --depth;
            new_line();
            out += c;
        } else {
            out += c;
            in_string = c == '"';
            if (c == ',') new_line();
            if (c == ':') out += ' ';
        }
    }
    return out;
}

std::string render_json(const verify::Summary& summary, bool pretty) {
    std::string json = on_one_line(summary);
    if (pretty) json = spread(json);
    return json += '\n';
}

} // namespace report
