#include "db/inspection.hpp"

#include "db/catalog.hpp"
#include "db/quoting.hpp"
#include "verify/checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace db {
namespace {

// As many rows as a page has. A text may have the 0x or \x that such ids are often written with.
constexpr std::string_view other_market_ids_sql = R"(
SELECT 1
  FROM (SELECT source.{0}::pg_catalog.text AS text FROM {1} AS source ORDER BY source.{2} USING {3} LIMIT 2000) AS first
 WHERE first.text COLLATE pg_catalog."C" OPERATOR(pg_catalog.!~) '^(0x|\\x)?[0-9a-fA-F]{{64}}$'
 LIMIT 1)";

// Unlike the description of a SELECT's columns this does not take a domain for the type below it. pg_collation_for()
// fails if the type has no collations; what it writes is read with the same search_path.
Query id_type_query_of_select(const Relation& select) {
    const auto id = fmt::format("(SELECT source.{} FROM {} AS source LIMIT 0)", select.id, select.from);
    const auto type = fmt::format("pg_catalog.pg_typeof({})::pg_catalog.oid", id);
    const auto collation =
        fmt::format("CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_type c WHERE c.oid OPERATOR(pg_catalog.=) {} AND "
                    "c.typcollation OPERATOR(pg_catalog.<>) '0') THEN "
                    "pg_catalog.pg_collation_for({})::pg_catalog.regcollation::pg_catalog.oid END",
                    type, id);
    Query query = id_type_query(0, 0);
    query.parameters.clear();
    // The last first: the SELECT may have such a text, too.
    for (const auto& [given, asked] : {std::pair<std::string_view, const std::string&>("$2::pg_catalog.oid", collation),
                                       std::pair<std::string_view, const std::string&>("$1::pg_catalog.oid", type)}) {
        query.sql.replace(query.sql.find(given), given.size(), asked);
    }
    return query;
}

Query other_market_ids_query(const Relation& markets) {
    const IdType& type = markets.id_type;
    const auto id = type.operand.empty() ? markets.id : markets.id + "::" + type.operand;
    return {fmt::format(other_market_ids_sql, markets.column("market_id"), markets.from, id, type.less), {}, true};
}

bool is_connection_fault(ErrorKind kind) {
    return kind == ErrorKind::credentials || kind == ErrorKind::settings;
}

} // namespace

const std::string& CustomSql::of(Table table) const {
    static const std::string none;
    return table == market_table ? markets : table == user_table ? users : none;
}

Inspection::Inspection(std::string schema, const verify::Checks& checks, CustomSql custom)
    : schema_(std::move(schema)), custom_(std::move(custom)), checks_(verify::built_in_checks()) {
    for (const Check check : checks) {
        if (std::find(checks_.begin(), checks_.end(), check) == checks_.end()) checks_.push_back(check);
    }
    for (const Table table : tables_of(checks)) {
        if (is_custom(table)) {
            relation(table).from = fmt::format("({}\n)", custom_.of(table)); // its last line may be a -- comment
            steps_.push_back({Step::What::describe, table});
        } else {
            to_find_.push_back(table);
        }
    }
    if (!to_find_.empty()) steps_.push_back({Step::What::catalog});
}

std::optional<Query> Inspection::next() const {
    if (steps_.empty()) return std::nullopt;
    const auto& [what, table, type, collation] = steps_.front();
    const Relation& asked = source_.at(table);
    switch (what) {
    case Step::What::catalog:
        return catalog_query(schema_);
    case Step::What::describe:
        return Query{fmt::format("SELECT * FROM {} AS source LIMIT 0", asked.from), {}};
    case Step::What::id_type:
        return is_custom(table) ? id_type_query_of_select(asked) : id_type_query(type, collation);
    case Step::What::null_ids:
        // ROW(NULL, NULL) is a value, and IS NULL is true of it.
        return Query{fmt::format("SELECT 1 FROM {} AS source WHERE source.{} IS NOT DISTINCT FROM NULL LIMIT 1",
                                 asked.from, asked.id),
                     {}};
    case Step::What::market_ids:
        return other_market_ids_query(asked);
    }
    return std::nullopt;
}

Inspection::Step Inspection::take_step() {
    const Step step = steps_.front();
    steps_.erase(steps_.begin());
    return step;
}

void Inspection::answer(const Rows& rows) {
    const Step step = take_step();
    switch (step.what) {
    case Step::What::catalog:
        return take_catalog(rows);
    case Step::What::describe:
        return take_description(step.table, rows);
    case Step::What::id_type:
        return take_id_type(step.table, rows);
    case Step::What::null_ids:
        if (rows.size() == 0) return;
        return give_up(step.table,
                       fmt::format("{} has rows whose id is NULL, and every row needs an id",
                                   is_custom(step.table) ? std::string("the SELECT") : source_.at(step.table).from));
    case Step::What::market_ids:
        if (rows.size() > 0) ignore_market_ids("its values are not market ids, of 64 hex digits or 32 bytes");
        return;
    }
}

void Inspection::refused(const DatabaseError& error) {
    const Step step = take_step();
    if (step.what == Step::What::catalog || is_connection_fault(error.kind)) {
        steps_.clear();
        for (const Check check : checks_) source_.obstacles[check] = Obstacle{"DATABASE_URL", error.text};
    } else if (step.what == Step::What::market_ids) {
        ignore_market_ids(error.text);
    } else if (step.what == Step::What::null_ids) {
        // The SELECT itself has been proven to work: it is a row that fails, and its error when its turn comes.
    } else {
        give_up(step.table,
                is_custom(step.table) ? fmt::format("the database refuses the SELECT: {}", error.text) : error.text);
    }
}

void Inspection::hinder(Check check, std::string text) {
    auto& obstacle = source_.obstacles[check];
    if (!obstacle) obstacle = Obstacle{setting_of(source_, table_of(check)), std::move(text)};
}

void Inspection::give_up(Table table, const std::string& text) {
    std::erase_if(steps_,
                  [table](const Step& step) { return step.what != Step::What::catalog && step.table == table; });
    for (const Check check : checks_of(table, checks_)) hinder(check, text);
}

void Inspection::ignore_market_ids(std::string_view why) {
    auto& markets = relation(market_table);
    warnings_.push_back(
        fmt::format("the column {} of {} is ignored: {}", markets.column("market_id"), markets.from, why));
    markets.columns.erase("market_id");
}

void Inspection::take_description(Table table, const Rows& rows) {
    std::vector<std::string_view> given;
    for (std::size_t i = 0; i < rows.columns(); ++i) given.push_back(rows.column_name(i));
    for (const auto& column : columns_of(table, checks_)) {
        const auto name = spelling_of(column, given);
        if (!name || std::count(given.begin(), given.end(), *name) > 1) {
            return give_up(table, name ? fmt::format("the SELECT gives the column {} twice", *name)
                                       : fmt::format("the SELECT gives both {} and {}", column.snake, column.camel));
        }
        if (!name->empty()) relation(table).columns.emplace(column.snake, quoted_identifier(*name));
    }
    relation(table).id = relation(table).column("id");
    for (const Check check : checks_of(table, checks_)) {
        std::vector<std::string_view> missing;
        for (const auto& column : columns_of(table, checks_)) {
            if (column.needed(check) && relation(table).column(column.snake).empty()) missing.push_back(column.snake);
        }
        if (missing.empty()) continue;
        hinder(check,
               fmt::format("the SELECT gives no column {}; it gives {}", fmt::join(missing, ", "), listed(given)));
    }
    if (relation(table).id.empty()) return;
    steps_.insert(steps_.begin(), {{Step::What::id_type, table}, {Step::What::null_ids, table}});
}

void Inspection::take_catalog(const Rows& rows) {
    const Catalog catalog = read_catalog(rows);
    for (const Table table : to_find_) {
        auto found = find_table(catalog, schema_, table, checks_);
        if (!found) {
            give_up(table, found.error());
            continue;
        }
        relation(table) = std::move(found->relation);
        for (const Check check : checks_of(table, checks_)) {
            if (auto& fault = found->faults[check]) hinder(check, std::move(*fault));
        }
        warnings_.insert(warnings_.end(), found->warnings.begin(), found->warnings.end());
        if (relation(table).id.empty()) continue;
        steps_.push_back({Step::What::id_type, table, found->id_type, found->id_collation});
        if (found->id_may_be_null) steps_.push_back({Step::What::null_ids, table});
        if (!relation(table).column("market_id").empty()) steps_.push_back({Step::What::market_ids, table});
    }
}

void Inspection::take_id_type(Table table, const Rows& rows) {
    if (auto type = read_id_type(rows)) {
        relation(table).id_type = *std::move(type);
    } else {
        give_up(table,
                fmt::format("{}: {}", type.error(),
                            is_custom(table) ? "cast it to one that has"
                                             : fmt::format("give another id, or this one as text, in a SELECT as {}",
                                                           table->setting)));
    }
}

std::optional<base::Misconfigured> refusal(const Source& source, const verify::Checks& checks) {
    std::vector<std::string> texts;
    std::string setting;
    for (const Check check : checks) {
        const auto& obstacle = source.obstacle(check);
        if (!obstacle) return std::nullopt;
        if (std::find(texts.begin(), texts.end(), obstacle->text) == texts.end()) texts.push_back(obstacle->text);
        if (setting.empty() || setting == "DATABASE_URL") setting = obstacle->setting;
    }
    if (texts.empty()) return std::nullopt;
    return base::Misconfigured(setting, fmt::format("{}", fmt::join(texts, "; ")));
}

std::string setting_of(const Source& source, Table table) {
    return source.at(table).from.starts_with('(') ? std::string(table->setting) : "DATABASE_URL";
}

} // namespace db
