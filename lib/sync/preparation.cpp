#include "sync/preparation.hpp"

#include "base/errors.hpp"
#include "sync/coverage.hpp"
#include "sync/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace cycle {
namespace {

std::string cannot_read(db::Table table, const db::DatabaseError& error) {
    return fmt::format("the rows of {} cannot be read: {}", table->many, error.text);
}

/// Whether a look-up failed because the text is not a value of the id's type. The statement itself has been proven to
/// work, so a syntax error or an internal error is the value's: ltree and hstore use these codes.
bool is_no_value(const db::DatabaseError& error) {
    return error.kind == db::ErrorKind::bad_value || error.sqlstate == "42601" || error.sqlstate == "XX000";
}

} // namespace

std::optional<InScope> Preparation::find_rows(const CycleSettings& settings, bool estimate) {
    std::optional<db::Source> source = find_source(settings.schema, settings.custom_sql, settings.selection);
    if (!source) return std::nullopt;
    std::optional<std::vector<db::Scope>> scopes = find_scopes(*source, settings.selection);
    if (!scopes) return std::nullopt;
    InScope in_scope{std::move(*source), {}, {}, {}};
    for (db::Scope& scope : *scopes) {
        auto& kind = in_scope.source.obstacle(scope.check) ? in_scope.hindered : in_scope.scopes;
        kind.push_back(std::move(scope));
    }
    if (estimate) in_scope.estimates = estimate_rows(in_scope);
    return in_scope;
}

std::optional<Prepared> Preparation::find_chain(const CycleSettings& settings, Coverage& coverage) {
    if (!find_network(loop_, findings_)) return std::nullopt;
    std::optional<Watermark> watermark = find_watermark(settings.watermark);
    if (!watermark) {
        if (!loop_.cut()) coverage.lose_database();
        return std::nullopt;
    }
    Prepared prepared{settings.target, std::move(*watermark)};
    const std::vector<db::Scope>& scopes = coverage.in_scope().scopes;
    if (std::any_of(scopes.begin(), scopes.end(),
                    [](const db::Scope& scope) { return scope.check->profile().needs.token; })) {
        std::optional<verify::Token> token = find_token(loop_, findings_, settings.token);
        if (!token) return std::nullopt;
        prepared.target.token = std::move(*token);
    }
    if (!find_shared_market(loop_, findings_, settings.selection, prepared.target)) return std::nullopt;
    return prepared;
}

/// Returns the rows, or an error that would come again. nullopt: no answer, or an error that retries did not remove
/// (reported).
std::optional<db::Answer> Preparation::ask(db::Query query) {
    std::optional<db::Answer> answer = loop_.ask(std::move(query));
    if (!answer) {
        findings_.failure("database", "", verify::Reason::database, "no answer came before the cycle was cut short");
        return std::nullopt;
    }
    if (*answer || !db::retryable(answer->error().kind) || answer->error().blocked) return answer;
    findings_.unavailable("database", verify::Reason::database, answer->error().text);
    return std::nullopt;
}

std::optional<db::Source> Preparation::find_source(const std::string& schema, const db::CustomSql& custom_sql,
                                                   const Selection& selection) {
    db::Inspection inspection(schema, selection.checks, custom_sql);
    while (const std::optional<db::Query> question = inspection.next()) {
        const auto answer = ask(*question);
        if (!answer) return std::nullopt;
        if (*answer) {
            inspection.answer(**answer);
        } else {
            inspection.refused(answer->error());
        }
    }
    for (const std::string& warning : inspection.warnings()) findings_.warning(warning);
    db::Source source = inspection.source();
    if (!prove_readable(source, selection)) return std::nullopt;
    if (const auto refusal = db::refusal(source, selection.checks)) throw *refusal;
    return source;
}

/// Everybody can read the catalog; reading the rows needs a right. False if the database gave no answer (reported).
bool Preparation::prove_readable(db::Source& source, const Selection& selection) {
    for (const verify::Check check : selection.checks) {
        auto& obstacle = source.obstacles[check];
        if (obstacle) continue;
        const auto answer = ask(db::types(source, check));
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

/// The rows of each check, whether it can run or not.
std::optional<std::vector<db::Scope>> Preparation::find_scopes(const db::Source& source, const Selection& selection) {
    const std::optional<Ids> markets = find_ids(source, db::market_table, selection.markets);
    if (!markets) return std::nullopt;
    const std::optional<Ids> users = find_ids(source, db::user_table, selection.users);
    if (!users) return std::nullopt;
    std::vector<db::Scope> scopes;
    for (const verify::Check check : selection.checks) {
        db::Scope scope{check, selection.shard, db::table_of(check) == db::user_table ? *users : *markets};
        if (!scope.ids || !scope.ids->empty()) scopes.push_back(std::move(scope));
    }
    return scopes;
}

/// The chosen ids as the database writes them, each once; nullopt if the database gave no answer (reported).
std::optional<Preparation::Ids> Preparation::find_ids(const db::Source& source, db::Table table,
                                                      const std::vector<std::string>& ids) {
    if (ids.empty()) return Ids{};
    // Without an order of the ids none can be found; the checks of the table cannot run either way.
    if (source.at(table).id_type.equal.empty()) return Ids(ids);
    std::set<std::string> found;
    for (const std::string& id : ids) {
        const std::optional<db::Answer> answer = loop_.ask(db::look_up(source, table, id));
        if (!answer) return std::nullopt;
        if (!*answer && !is_no_value(answer->error())) {
            if (!db::retryable(answer->error().kind))
                throw base::Misconfigured(db::setting_of(source, table), cannot_read(table, answer->error()));
            findings_.unavailable("database", verify::Reason::database, answer->error().text);
            return std::nullopt;
        }
        if (const std::optional<std::string> canonical = db::canonical_id(*answer)) {
            found.insert(*canonical);
        } else {
            findings_.failure(std::string(table->one), id, verify::Reason::not_found,
                              fmt::format("there is no such id in {}", table->many));
        }
    }
    return Ids(std::vector<std::string>(found.begin(), found.end()));
}

/// One cheap statement a scope, whatever the table's size. No estimate if the rows come from a view or a SELECT, or the
/// database gives no answer.
Estimates Preparation::estimate_rows(const InScope& in_scope) {
    Estimates estimates;
    for (const db::Scope& scope : in_scope.scopes) {
        auto& estimate = estimates[scope.check];
        if (scope.ids) {
            estimate = scope.ids->size();
        } else if (in_scope.source.at(db::table_of(scope.check)).stored) {
            const std::optional<db::Answer> answer = loop_.ask(db::estimate(in_scope.source, scope));
            if (answer && *answer) estimate = db::count_of(**answer);
        }
    }
    return estimates;
}

std::optional<Watermark> Preparation::find_watermark(WatermarkSettings settings) {
    Watermark watermark(std::move(settings), findings_);
    if (!watermark.wanted()) return watermark;
    const std::optional<db::Answer> answer = ask(watermark.first_question());
    if (!answer) return std::nullopt;
    if (!*answer) {
        throw base::Misconfigured("SYNC_WATERMARK_SQL", "the database refuses the SELECT: " + answer->error().text);
    }
    watermark.begin(**answer, loop_.dispatcher().latest_ledger());
    return watermark;
}

} // namespace cycle
