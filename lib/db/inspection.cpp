#include "db/inspection.hpp"

#include "db/catalog.hpp"
#include "db/quoting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace db {

Inspection::Inspection(std::string schema, Wanted wanted, CustomSql custom)
    : schema_(std::move(schema)), custom_(std::move(custom)) {
    for (const Table table : {Table::markets, Table::users}) {
        if (!(table == Table::markets ? wanted.markets : wanted.users)) continue;
        if (is_custom(table)) {
            relation(table).from = fmt::format("({}\n)", sql(table)); // its last line may be a -- comment
            steps_.push_back({Step::What::describe, table});
        } else {
            to_find_.push_back(table);
        }
    }
    if (!to_find_.empty()) steps_.push_back({Step::What::catalog, Table::markets});
}

std::optional<Query> Inspection::next() const {
    if (steps_.empty()) return std::nullopt;
    const auto& [what, table, type] = steps_.front();
    const Relation& asked = source_.at(table);
    switch (what) {
    case Step::What::catalog:
        return catalog_query(schema_);
    case Step::What::describe:
        return Query{fmt::format("SELECT * FROM {} AS source LIMIT 0", asked.from), {}};
    case Step::What::id_type:
        return id_type_query(type);
    case Step::What::null_ids:
        return Query{fmt::format("SELECT 1 FROM {} AS source WHERE source.{} IS NULL LIMIT 1", asked.from, asked.id),
                     {}};
    }
    return std::nullopt;
}

void Inspection::answer(const Rows& rows) {
    const Step step = steps_.front();
    steps_.erase(steps_.begin());
    switch (step.what) {
    case Step::What::catalog:
        return find_tables(rows);
    case Step::What::describe:
        return check_description(step.table, rows);
    case Step::What::id_type:
        return take_id_type(step.table, rows);
    case Step::What::null_ids:
        if (rows.size() == 0) return;
        throw base::Misconfigured(
            is_custom(step.table) ? sql_setting(step.table) : "DATABASE_URL",
            fmt::format("{} has rows whose id is NULL, and every row needs an id",
                        is_custom(step.table) ? std::string("the SELECT") : source_.at(step.table).from));
    }
}

base::Misconfigured Inspection::explain(const DatabaseError& error) const {
    if (!steps_.empty() && steps_.front().what != Step::What::catalog && is_custom(steps_.front().table)) {
        return {sql_setting(steps_.front().table), fmt::format("the database refuses the SELECT: {}", error.text)};
    }
    return {"DATABASE_URL", error.text};
}

void Inspection::check_description(Table table, const Rows& rows) {
    std::vector<std::string_view> given, missing;
    for (std::size_t i = 0; i < rows.columns(); ++i) given.push_back(rows.column_name(i));
    for (const auto& column : columns_of(table)) {
        const auto times = std::count(given.begin(), given.end(), column.snake);
        if (times == 0) missing.push_back(column.snake);
        if (times > 1) {
            throw base::Misconfigured(sql_setting(table),
                                      fmt::format("the SELECT gives the column {} twice", column.snake));
        }
        relation(table).*column.place = quoted_identifier(column.snake);
    }
    if (!missing.empty()) {
        throw base::Misconfigured(sql_setting(table), fmt::format("the SELECT gives no column {}; it gives {}",
                                                                  listed(missing), listed(given)));
    }
    const auto id = std::find(given.begin(), given.end(), "id") - given.begin();
    steps_.insert(steps_.begin(), {{Step::What::id_type, table, rows.column_type(static_cast<std::size_t>(id))},
                                   {Step::What::null_ids, table}});
}

void Inspection::take_id_type(Table table, const Rows& rows) {
    auto type = read_id_type(rows);
    if (!type) {
        const auto setting = sql_setting(table);
        const auto advice =
            is_custom(table) ? "cast it to one that has" : "give another id with a SELECT as " + setting;
        throw base::Misconfigured(is_custom(table) ? setting : "DATABASE_URL", type.error() + ": " + advice);
    }
    relation(table).id_type = *std::move(type);
}

void Inspection::find_tables(const Rows& rows) {
    const Catalog catalog = read_catalog(rows);
    std::string faults;
    for (const Table table : to_find_) {
        auto found = find_table(catalog, schema_, table);
        if (!found) {
            faults.append(faults.empty() ? "" : "; ").append(found.error());
            continue;
        }
        relation(table) = std::move(found->relation);
        steps_.push_back({Step::What::id_type, table, found->id_type});
        if (found->id_may_be_null) steps_.push_back({Step::What::null_ids, table});
        if (!found->warning.empty()) warnings_.push_back(std::move(found->warning));
    }
    if (!faults.empty()) throw base::Misconfigured("DATABASE_URL", faults);
}

} // namespace db
