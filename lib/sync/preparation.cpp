#include "sync/preparation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cycle {
namespace {

/// Asks. Returns the rows, or an error that would come again; reports one that did not go away by retries (nullopt).
std::optional<db::Answer> ask(Loop& loop, Findings& findings, db::Query query) {
    std::optional<db::Answer> answer = loop.ask(std::move(query));
    if (!answer) {
        findings.failure("database", "", verify::Reason::database, "no answer came before the cycle was cut short");
        return std::nullopt;
    }
    if (*answer || !db::retryable(answer->error().kind) || answer->error().blocked) return answer;
    findings.failure("database", "", verify::Reason::database, answer->error().text);
    findings.summary().unavailable = true;
    return std::nullopt;
}

/// The same; an error that would come again is thrown as `explain` puts it.
template <class Explain>
std::optional<db::Rows> ask(Loop& loop, Findings& findings, db::Query query, Explain explain) {
    std::optional<db::Answer> answer = ask(loop, findings, std::move(query));
    if (!answer) return std::nullopt;
    if (!*answer) throw explain(answer->error());
    return std::move(**answer);
}

std::string cannot_read(db::Table table, const db::DatabaseError& error) {
    return fmt::format("the rows of {} cannot be read: {}", table->many, error.text);
}

/// The catalog can be read by everybody, the rows by those who have the right: better known before a check is done.
/// False if the database gave no answer (reported).
bool prove_readable(Loop& loop, Findings& findings, db::Source& source, const Selection& selection) {
    for (const verify::Check check : selection.checks) {
        auto& obstacle = source.obstacles[check];
        if (obstacle) continue;
        const auto answer = ask(loop, findings, db::types(source, check));
        if (!answer) return false;
        const db::Table table = db::table_of(check);
        if (*answer) {
            db::learn_types(source, check, **answer);
        } else if (!answer->error().blocked) { // if it is, its pages are tried at the end, whatever the types
            obstacle = {db::setting_of(source, table), cannot_read(table, answer->error())};
        }
    }
    return true;
}

/// Whether a look-up failed because the text is not a value of the id's type. The statement itself has been proven to
/// work, so a syntax error or an internal error is the value's: ltree and hstore use these codes.
bool is_no_value(const db::DatabaseError& error) {
    return error.kind == db::ErrorKind::bad_value || error.sqlstate == "42601" || error.sqlstate == "XX000";
}

std::optional<std::string> canonical_id(Loop& loop, Findings& findings, const db::Source& source, db::Table table,
                                        const std::string& id, bool& unreachable) {
    std::optional<db::Answer> answer = loop.ask(db::look_up(source, table, id));
    unreachable = !answer.has_value();
    if (!answer) return std::nullopt;
    if (!*answer && !is_no_value(answer->error())) {
        if (!db::retryable(answer->error().kind)) {
            throw base::Misconfigured(db::setting_of(source, table), cannot_read(table, answer->error()));
        }
        findings.failure("database", "", verify::Reason::database, answer->error().text);
        findings.summary().unavailable = true;
        unreachable = true;
        return std::nullopt;
    }
    return db::canonical_id(*answer);
}

/// The chosen ids as the database writes them, each once; nullopt where the database gave no answer.
std::optional<std::vector<std::string>> find_ids(Loop& loop, Findings& findings, const db::Source& source,
                                                 db::Table table, const std::vector<std::string>& ids) {
    std::set<std::string> found;
    for (const std::string& id : ids) {
        bool unreachable = false;
        const auto canonical = canonical_id(loop, findings, source, table, id, unreachable);
        if (unreachable) return std::nullopt;
        if (canonical) {
            found.insert(*canonical);
        } else {
            findings.failure(std::string(table->one), id, verify::Reason::not_found,
                             fmt::format("there is no such id in {}", table->many));
        }
    }
    return std::vector<std::string>(found.begin(), found.end());
}

} // namespace

std::optional<db::Source> find_source(Loop& loop, Findings& findings, const std::string& schema,
                                      const db::CustomSql& custom_sql, const Selection& selection) {
    db::Inspection inspection(schema, selection.checks, custom_sql);
    while (const std::optional<db::Query> question = inspection.next()) {
        const auto answer = ask(loop, findings, *question);
        if (!answer) return std::nullopt;
        if (*answer) {
            inspection.answer(**answer);
        } else {
            inspection.refused(answer->error());
        }
    }
    for (const std::string& warning : inspection.warnings()) findings.warning(warning);
    db::Source source = inspection.source();
    if (!prove_readable(loop, findings, source, selection)) return std::nullopt;
    if (const auto refusal = db::refusal(source, selection.checks)) throw *refusal;
    return source;
}

std::optional<std::vector<db::Scope>> find_scopes(Loop& loop, Findings& findings, const db::Source& source,
                                                  const Selection& selection) {
    std::optional<std::vector<std::string>> markets;
    std::optional<std::vector<std::string>> users;
    // Without an order of the ids none can be found; the checks of the table cannot run either way.
    const auto find = [&](db::Table table, const std::vector<std::string>& ids) {
        return source.at(table).id_type.equal.empty() ? std::optional(ids)
                                                      : find_ids(loop, findings, source, table, ids);
    };
    if (!selection.markets.empty()) {
        markets = find(db::market_table, selection.markets);
        if (!markets) return std::nullopt;
    }
    if (!selection.users.empty()) {
        users = find(db::user_table, selection.users);
        if (!users) return std::nullopt;
    }
    std::vector<db::Scope> scopes;
    for (const verify::Check check : selection.checks) {
        db::Scope scope;
        scope.check = check;
        scope.shard = selection.shard;
        scope.ids = db::table_of(check) == db::user_table ? users : markets;
        if (!scope.ids || !scope.ids->empty()) scopes.push_back(std::move(scope));
    }
    return scopes;
}

namespace {

std::string why_no_endpoint(const net::Dispatcher& dispatcher) {
    std::string texts;
    for (const net::EndpointRejected& rejected : dispatcher.rejections()) {
        texts += (texts.empty() ? "" : "; ") + rejected.text;
    }
    return fmt::format("no RPC endpoint can be used: {}", texts);
}

} // namespace

void refuse_if_hopeless(const net::Dispatcher& dispatcher) {
    const auto& rejections = dispatcher.rejections();
    const bool hopeless = std::all_of(rejections.begin(), rejections.end(), [](const net::EndpointRejected& rejected) {
        return rejected.rejection == net::Rejection::wrong_network ||
               rejected.rejection == net::Rejection::unauthorized;
    });
    if (dispatcher.exhausted() && hopeless) throw base::Misconfigured("SOROBAN_RPC_URL", why_no_endpoint(dispatcher));
}

bool find_network(Loop& loop, Findings& findings) {
    if (!loop.await_endpoint()) return false;
    const net::Dispatcher& dispatcher = loop.dispatcher();
    if (dispatcher.serving()) return true;
    refuse_if_hopeless(dispatcher);
    findings.failure("rpc", "", verify::Reason::rpc, why_no_endpoint(dispatcher));
    findings.summary().unavailable = true;
    return false;
}

bool find_watermark(Loop& loop, Findings& findings, Watermark& watermark) {
    if (!watermark.wanted()) return true;
    const auto rows = ask(loop, findings, watermark.first_question(), [&](const db::DatabaseError& error) {
        return base::Misconfigured("SYNC_WATERMARK_SQL", "the database refuses the SELECT: " + error.text);
    });
    if (rows) watermark.begin(*rows, loop.dispatcher().latest_ledger());
    return rows.has_value();
}

std::optional<base::Result<net::LedgerEntries>> ask_entries(Loop& loop, Findings& findings,
                                                            const std::shared_ptr<const net::KeyGroups>& keys) {
    auto parts = loop.read_entries(keys);
    if (!parts) return std::nullopt;
    if (auto* entries = std::get_if<net::LedgerEntries>(&parts->front().outcome)) {
        findings.summary().answered_from(entries->ledger);
        return std::move(*entries);
    }
    const auto* failure = std::get_if<net::Failure>(&parts->front().outcome);
    return base::fail(failure != nullptr ? failure->text : "no RPC endpoint is left");
}

std::optional<net::LedgerEntries> read_entries(Loop& loop, Findings& findings,
                                               const std::shared_ptr<const net::KeyGroups>& keys,
                                               const std::string& what) {
    auto entries = ask_entries(loop, findings, keys);
    if (!entries) return std::nullopt;
    if (*entries) return std::move(**entries);
    refuse_if_hopeless(loop.dispatcher());
    findings.failure("rpc", "", verify::Reason::rpc, fmt::format("{} could not be read: {}", what, entries->error()));
    findings.summary().unavailable = true;
    return std::nullopt;
}

} // namespace cycle
