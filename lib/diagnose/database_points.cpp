// The database's part of the checklist.
#include "db/examination.hpp"
#include "db/inspection.hpp"
#include "diagnose/diagnosis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace diagnose {
namespace {

using diagnose::Mark;
using diagnose::Part;

std::string advice_for(db::ErrorKind kind) {
    switch (kind) {
    case db::ErrorKind::unreachable:
    case db::ErrorKind::timed_out:
        return "is the server up, and are host and port in DATABASE_URL right and open to this machine?";
    case db::ErrorKind::lost:
    case db::ErrorKind::busy:
        return "try again; if it stays so, look at the server's log";
    case db::ErrorKind::credentials:
        return "correct role and password in DATABASE_URL, or the server's pg_hba.conf";
    case db::ErrorKind::missing:
        return "correct the database or the schema in DATABASE_URL";
    case db::ErrorKind::forbidden:
        return "GRANT the role what is missing";
    case db::ErrorKind::settings:
        return "correct the TLS settings in DATABASE_URL (sslmode, sslrootcert)";
    case db::ErrorKind::bad_value:
    case db::ErrorKind::too_large:
    case db::ErrorKind::other:
        break;
    }
    return "look at the server's log";
}

std::string advice_for_warning(std::string_view warning) {
    return warning.starts_with("row-level")
               ? "a role that sees every row"
               : "if these are the factory's market ids, give them as market_id in a SELECT as "
                 "SYNC_MARKETS_SQL";
}

std::string what_it_may(const db::RoleFacts& role) {
    std::vector<std::string> rights;
    if (role.superuser) rights.emplace_back("it is a superuser");
    if (role.creates_in_database) rights.emplace_back("it may create schemas in the database");
    if (role.creates_in_schema) rights.emplace_back("it may create tables in the schema");
    if (role.writable_count > 0) {
        rights.push_back(fmt::format("it may change rows of {}", fmt::join(role.writable, ", ")));
        if (role.writable_count > role.writable.size())
            rights.back() += fmt::format(" and {} more", role.writable_count - role.writable.size());
    }
    return fmt::format("{}", fmt::join(rights, ", "));
}

} // namespace

Diagnosis::Diagnosis(Settings settings, diagnose::Checklist& list, const base::Clock& clock)
    : settings_(std::move(settings)), list_(list), attempt_(list, clock) {}

std::optional<db::Rows> Diagnosis::ask(std::string what, db::Query query) {
    if (!loop_->database().idle()) loop_->database().abandon(); // cut in the middle of a step
    std::optional<db::Answer> answer = loop_->ask(std::move(query));
    if (!answer) {
        list_.add({Part::database, std::move(what), Mark::unavailable, "there was no time left for it",
                   "allow more time (SYNC_TIMEOUT_MS)"});
        return std::nullopt;
    }
    if (*answer) return std::move(**answer);
    const db::DatabaseError& error = answer->error();
    const Mark mark = db::retryable(error.kind) ? Mark::unavailable : Mark::failed;
    list_.add({Part::database, std::move(what), mark, error.text, advice_for(error.kind)});
    return std::nullopt;
}

void Diagnosis::examine_database(cycle::Loop& loop) {
    loop_ = &loop;
    const auto rows = ask("connection", db::server_query());
    if (!rows) {
        for (const char* what : {"role", "tables", "rows"})
            list_.add({Part::database, what, Mark::skipped, "not tried without a connection"});
        return;
    }
    connected_ = true;
    const db::ServerFacts server = db::read_server(*rows);
    list_.add({Part::database,
               "connection",
               Mark::ok,
               fmt::format("PostgreSQL {}, database {}, schema {}{}", server.version, server.database, settings_.schema,
                           server.standby ? ", a standby" : ""),
               "",
               {{"version", server.version}, {"standby", server.standby}}});
    if (const auto transport = loop_->database().transport()) {
        const bool open = transport->tls.empty() && !transport->local;
        list_.add({Part::database,
                   "encryption",
                   open ? Mark::warning : Mark::ok,
                   !transport->tls.empty() ? transport->tls
                   : open                  ? "none: whoever is on the way reads password and rows"
                                           : "none, on this machine",
                   open ? "sslmode=verify-full in DATABASE_URL, once the server offers TLS" : "",
                   {{"tls", transport->tls}}});
    }
    examine_role();
    for (const db::Table table : db::tables_of(settings_.selection.checks)) examine_table(table);
}

void Diagnosis::examine_role() {
    const auto rows = ask("role", db::role_query(settings_.schema));
    if (!rows || rows->size() == 0) return;
    const db::RoleFacts role = db::read_role(*rows);
    if (role.reads_only()) {
        list_.add({Part::database, "role", Mark::ok, fmt::format("{} can change nothing", role.role)});
        return;
    }
    list_.add({Part::database, "role", Mark::warning,
               fmt::format("{} could write: {}. No statement of this program does", role.role, what_it_may(role)),
               "a role of its own, with SELECT on the two tables and nothing else"});
}

void Diagnosis::examine_table(db::Table table) {
    const std::string what = fmt::format("table {}", table->many);
    cycle::Selection selection;
    selection.checks = db::checks_of(table, settings_.selection.checks);
    std::optional<db::Source> source = attempt_(Part::database, what, [&](cycle::Findings& findings) {
        return cycle::Preparation(*loop_, findings).find_source(settings_.schema, settings_.custom_sql, selection);
    });
    if (!source) return;
    const db::Relation& relation = source->at(table);
    const bool custom = relation.from.starts_with('(');
    const bool hindered = std::any_of(selection.checks.begin(), selection.checks.end(),
                                      [&](verify::Check check) { return source->obstacle(check).has_value(); });
    list_.add({Part::database, what, Mark::ok,
               hindered ? (custom ? "the SELECT of the setting is accepted" : fmt::format("{} is there", relation.from))
               : custom ? "the SELECT of the setting gives every column"
                        : fmt::format("{} has every column, and they can be read", relation.from)});
    for (const std::string& warning : attempt_.warnings())
        list_.add({Part::database, what, Mark::warning, warning, advice_for_warning(warning)});
    examine_index(table, relation);
    for (const verify::Check check : selection.checks) {
        if (const auto& obstacle = source->obstacle(check)) {
            list_.add({Part::database, fmt::format("rows of {}", check.name()), Mark::failed,
                       fmt::format("this check cannot run: {}", obstacle->text),
                       fmt::format("correct it, or choose checks without {} (--only)", check.name())});
        } else {
            count_rows(check, *source);
        }
    }
    sources_.emplace(table, *std::move(source));
}

void Diagnosis::examine_index(db::Table table, const db::Relation& relation) {
    const std::string what = fmt::format("index of {}", table->many);
    if (!relation.stored) {
        list_.add(
            {Part::database, what, Mark::skipped, "a view or a SELECT: its pages may be read by an index or not"});
        return;
    }
    const auto rows = ask(what, db::id_index_query(relation));
    if (!rows) return;
    if (rows->size() > 0) {
        list_.add(
            {Part::database, what, Mark::ok, fmt::format("{} serves the order of id", rows->value(0, 0).value_or(""))});
    } else {
        list_.add({Part::database, what, Mark::warning,
                   "no index begins with id: each page of 2000 rows sorts the whole table",
                   fmt::format("CREATE UNIQUE INDEX ON {} ({})", relation.from, relation.id)});
    }
}

void Diagnosis::count_rows(verify::Check check, const db::Source& source) {
    const std::string what = fmt::format("rows of {}", check.name());
    db::Scope scope;
    scope.check = check;
    scope.shard = settings_.selection.shard;
    const auto rows = ask(what, db::count(source, scope, {}));
    if (!rows) return;
    const std::uint64_t count = db::count_of(*rows);
    list_.add({Part::database,
               what,
               count > 0 ? Mark::ok : Mark::warning,
               fmt::format("{} {}", count, check->profile().scope),
               count > 0 ? "" : "is it the right database and schema?",
               {{"rows", count}}});
}

} // namespace diagnose
