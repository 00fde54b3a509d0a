#include "reconcile/preparation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace reconcile {
namespace {

bool wants(const Selection& selection, db::Table table) {
    return std::any_of(selection.kinds.begin(), selection.kinds.end(),
                       [table](check::Kind kind) { return db::table_of(kind) == table; });
}

/// Asks; an error that trying again did not help is reported, any other is thrown as `explain` puts it.
template <class Explain>
std::optional<db::Rows> ask(Loop& loop, Findings& findings, db::Query query, Explain explain) {
    std::optional<db::Answer> answer = loop.ask(std::move(query));
    if (!answer) {
        findings.failure("database", "", check::Reason::database, "no answer came before the cycle was cut short");
        return std::nullopt;
    }
    if (*answer) return std::move(**answer);
    const db::DatabaseError& error = answer->error();
    if (!db::retryable(error.kind)) throw explain(error);
    findings.failure("database", "", check::Reason::database, error.text);
    findings.summary().unavailable = true;
    return std::nullopt;
}

base::Misconfigured cannot_read(db::Table table, const db::DatabaseError& error) {
    return {"DATABASE_URL", fmt::format("the rows of {} cannot be read: {}", db::name(table), error.text)};
}

std::optional<std::string> canonical_id(Loop& loop, Findings& findings, const db::Source& source, db::Table table,
                                        const std::string& id, bool& unreachable) {
    std::optional<db::Answer> answer = loop.ask(db::look_up(source, table, id));
    unreachable = !answer.has_value();
    if (!answer) return std::nullopt;
    if (!*answer && answer->error().kind != db::ErrorKind::bad_value) {
        if (!db::retryable(answer->error().kind)) throw cannot_read(table, answer->error());
        findings.failure("database", "", check::Reason::database, answer->error().text);
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
            findings.failure(table == db::Table::users ? "user" : "market", id, check::Reason::not_found,
                             fmt::format("there is no such id in {}", db::name(table)));
        }
    }
    return std::vector<std::string>(found.begin(), found.end());
}

} // namespace

std::optional<db::Source> find_source(Loop& loop, Findings& findings, const std::string& schema,
                                      const db::CustomSql& custom_sql, const Selection& selection) {
    db::Inspection inspection(schema, {wants(selection, db::Table::markets), wants(selection, db::Table::users)},
                              custom_sql);
    while (const std::optional<db::Query> question = inspection.next()) {
        const auto rows =
            ask(loop, findings, *question, [&](const db::DatabaseError& error) { return inspection.explain(error); });
        if (!rows) return std::nullopt;
        inspection.answer(*rows);
    }
    for (const std::string& warning : inspection.warnings()) findings.warning(warning);
    // The catalog can be read by everybody, the rows by those who have the right: better known before a check is done.
    for (const check::Kind kind : selection.kinds) {
        const db::Table table = db::table_of(kind);
        db::Scope scope;
        scope.kind = kind;
        const auto rows = ask(loop, findings, db::page(inspection.source(), scope, {}, 0),
                              [table](const db::DatabaseError& error) { return cannot_read(table, error); });
        if (!rows) return std::nullopt;
    }
    return inspection.source();
}

std::optional<std::vector<db::Scope>> find_scopes(Loop& loop, Findings& findings, const db::Source& source,
                                                  const Selection& selection) {
    std::optional<std::vector<std::string>> markets;
    std::optional<std::vector<std::string>> users;
    if (!selection.markets.empty()) {
        markets = find_ids(loop, findings, source, db::Table::markets, selection.markets);
        if (!markets) return std::nullopt;
    }
    if (!selection.users.empty()) {
        users = find_ids(loop, findings, source, db::Table::users, selection.users);
        if (!users) return std::nullopt;
    }
    std::vector<db::Scope> scopes;
    for (const check::Kind kind : selection.kinds) {
        db::Scope scope;
        scope.kind = kind;
        scope.shard = selection.shard;
        scope.ids = db::table_of(kind) == db::Table::users ? users : markets;
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
    findings.failure("rpc", "", check::Reason::rpc, why_no_endpoint(dispatcher));
    findings.summary().unavailable = true;
    return false;
}

bool find_watermark(Loop& loop, Findings& findings, const WatermarkSettings& settings) {
    if (settings.sql.empty()) return true;
    const auto misconfigured = [](const std::string& why) { return base::Misconfigured("SYNC_WATERMARK_SQL", why); };
    const auto rows = ask(loop, findings, db::watermark(settings.sql), [&](const db::DatabaseError& error) {
        return misconfigured(fmt::format("the database refuses the SELECT: {}", error.text));
    });
    if (!rows) return false;
    const base::Result<std::uint32_t> watermark = db::watermark_of(*rows);
    if (!watermark) throw misconfigured(watermark.error());
    const std::uint32_t ledger = loop.dispatcher().start_ledger();
    findings.summary().indexer = {*watermark, ledger, settings.max_lag, {}};
    if (*watermark > ledger && *watermark - ledger > settings.max_lag) {
        findings.warning(fmt::format("the indexer's watermark, {}, is far ahead of the node's latest ledger, {}: does "
                                     "SYNC_WATERMARK_SQL give a ledger of this network?",
                                     *watermark, ledger));
    }
    return true;
}

std::optional<base::Result<net::LedgerEntries>> ask_entries(Loop& loop, Findings& findings,
                                                            const std::shared_ptr<const net::KeyGroups>& keys) {
    loop.dispatcher().read_entries(keys);
    std::vector<net::Finished> finished;
    while (finished.empty()) {
        if (loop.cut()) return std::nullopt;
        loop.dispatcher().advance({});
        loop.dispatcher().settle();
        finished = loop.dispatcher().take_finished();
        if (finished.empty()) loop.turn();
    }
    if (auto* entries = std::get_if<net::LedgerEntries>(&finished.front().outcome)) {
        findings.summary().answered_from(entries->ledger);
        return std::move(*entries);
    }
    const auto* failure = std::get_if<net::Failure>(&finished.front().outcome);
    return base::fail(failure != nullptr ? failure->text : "no RPC endpoint is left");
}

std::optional<net::LedgerEntries> read_entries(Loop& loop, Findings& findings,
                                               const std::shared_ptr<const net::KeyGroups>& keys,
                                               const std::string& what) {
    auto entries = ask_entries(loop, findings, keys);
    if (!entries) return std::nullopt;
    if (*entries) return std::move(**entries);
    refuse_if_hopeless(loop.dispatcher());
    findings.failure("rpc", "", check::Reason::rpc, fmt::format("{} could not be read: {}", what, entries->error()));
    findings.summary().unavailable = true;
    return std::nullopt;
}

} // namespace reconcile
