#include "db/catalog.hpp"

#include "db/quoting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace db {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::string_view market_id = "market_id";

void add(std::vector<ColumnNames>& columns, const verify::Column& column, std::optional<Check> needed_by) {
    auto found = std::find_if(columns.begin(), columns.end(),
                              [&column](const ColumnNames& each) { return each.snake == column.name; });
    if (found == columns.end()) found = columns.insert(columns.end(), {column.name, column.camel(), {}});
    if (needed_by) found->needed_by.push_back(*needed_by);
}

// The columns (a.*) are those of the candidates in the schema.
constexpr std::string_view catalog_sql = R"(
SELECT n.nspname, c.relname, c.relkind, pg_catalog.row_security_active(c.oid), current_user,
       a.attname, a.attnotnull,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND
       pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'), a.atttypid,
       EXISTS (SELECT FROM pg_catalog.pg_type t
                WHERE t.oid = a.atttypid
                  AND (t.typcategory = 'S' OR 'pg_catalog.bytea'::pg_catalog.regtype = ANY (ARRAY[t.oid, t.typbasetype]))),
       a.attcollation
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                                     AND n.nspname = $1 AND c.relname = ANY ($2)
 WHERE c.relkind = ANY ('{r,p,v,m,f}')
   AND (n.nspname = $1 OR c.relname = ANY ($2))
   AND n.nspname <> ALL ('{pg_catalog,information_schema,pg_toast}')
 ORDER BY c.relname = ANY ($2) DESC, n.nspname, c.relname, a.attnum
 LIMIT 10000)";

bool contains(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const CatalogTable* find(const Catalog& catalog, std::string_view schema, std::string_view name) {
    for (const auto& table : catalog.tables) {
        if (table.schema == schema && table.name == name) return &table;
    }
    return nullptr;
}

std::string choose_columns(Table table) {
    return fmt::format("choose another schema with schema= in DATABASE_URL, or give the columns in a SELECT as {}",
                       table->setting);
}

// What the table lacks for one check, or (nullopt) for any of them; empty: nothing.
std::string lacking(Table table, const verify::Checks& checks, const CatalogTable& found, std::optional<Check> check) {
    std::vector<std::string> missing;
    std::string text;
    const auto name = quoted_identifier(found.schema) + '.' + quoted_identifier(found.name);
    for (const auto& column : columns_of(table, checks)) {
        const auto spelling = spelling_of(column, found.columns);
        if (!spelling) {
            text += fmt::format("{} has both a column {} and a column {}; ", name, column.snake, column.camel);
        } else if (spelling->empty() && (check ? column.needed(*check) : !column.optional())) {
            missing.push_back(std::string(column.snake));
            if (column.snake != column.camel) missing.back().append(" or ").append(column.camel);
        }
    }
    if (!missing.empty()) {
        text += fmt::format("{} has no column {} (it has {}); ", name, fmt::join(missing, ", "), listed(found.columns));
    }
    return text;
}

std::string not_found(const Catalog& catalog, const std::string& schema, Table table) {
    const auto names = table->tables;
    Names here, elsewhere;
    for (const auto& found : catalog.tables) {
        if (found.schema == schema) {
            here.push_back(found.name);
        } else if (found.name == names[0] || found.name == names[1]) {
            elsewhere.push_back(found.schema);
        }
    }
    std::string text = fmt::format("schema {} has neither a table {} nor {}; it holds {}", quoted_identifier(schema),
                                   quoted_identifier(names[0]), quoted_identifier(names[1]), listed(here));
    if (!elsewhere.empty()) text += fmt::format("; there is such a table in schema {}", listed(elsewhere));
    return text +
           fmt::format(": choose the schema with schema= in DATABASE_URL, or give a SELECT as {}", table->setting);
}

// The optional market_id: of a type that can hold one, or it means something else.
void take_market_id(FoundTable& result, const CatalogTable& found, std::string_view name) {
    const auto ignored = [&](std::string_view why) {
        result.warnings.push_back(
            fmt::format("the column {} of {} is ignored: {}", quoted_identifier(name), result.relation.from, why));
    };
    if (contains(found.unreadable, name)) return ignored("the role may not read it");
    if (!contains(found.textual, name)) return ignored("its type is neither text nor bytea");
    result.relation.columns.emplace(market_id, quoted_identifier(name));
}

// Sets the columns that are there and may be read; of the others, by check, those that may not.
verify::PerCheck<Names> take_columns(FoundTable& result, Table table, const verify::Checks& checks,
                                     const CatalogTable& found) {
    verify::PerCheck<Names> hidden;
    for (const auto& column : columns_of(table, checks)) {
        const auto name = spelling_of(column, found.columns).value_or("");
        if (name.empty()) continue;
        if (column.optional()) {
            take_market_id(result, found, name);
        } else if (!contains(found.unreadable, name)) {
            result.relation.columns.emplace(column.snake, quoted_identifier(name));
        } else {
            for (const Check check : column.needed_by) hidden[check].push_back(name);
        }
    }
    result.relation.id = result.relation.column("id");
    return hidden;
}

FoundTable use(const Catalog& catalog, Table table, const verify::Checks& checks, const CatalogTable& found) {
    FoundTable result;
    result.relation.from = quoted_identifier(found.schema) + '.' + quoted_identifier(found.name);
    result.relation.stored = found.kind == "r" || found.kind == "p" || found.kind == "m";
    result.id_may_be_null = contains(found.nullable, "id");
    result.id_type = found.id_type;
    result.id_collation = found.id_collation;
    const auto hidden = take_columns(result, table, checks, found);
    const auto role = quoted_identifier(catalog.role);
    for (const Check check : checks_of(table, checks)) {
        const auto& columns = hidden[check];
        auto& fault = result.faults[check];
        if (const auto lack = lacking(table, checks, found, check); !lack.empty()) {
            fault = lack + choose_columns(table);
        } else if (!columns.empty()) {
            fault =
                fmt::format("role {0} may not read {1} of {2}: GRANT USAGE ON SCHEMA {3} TO {0} and GRANT SELECT ON "
                            "{2} TO {0}",
                            role, listed(columns), result.relation.from, quoted_identifier(found.schema));
        }
    }
    if (found.row_security) {
        result.warnings.push_back(fmt::format("row-level security is active on {} for role {}: rows that its policies "
                                              "hide are not checked",
                                              result.relation.from, role));
    }
    return result;
}

} // namespace

bool ColumnNames::needed(Check check) const {
    return std::find(needed_by.begin(), needed_by.end(), check) != needed_by.end();
}

std::vector<ColumnNames> columns_of(Table table, const verify::Checks& checks) {
    std::vector<ColumnNames> columns;
    const auto add_all = [&columns, table, &checks](bool optional) {
        for (const Check check : checks_of(table, checks)) {
            for (const verify::Column& column : check->profile().columns) {
                if (column.optional != optional) continue;
                add(columns, column, optional ? std::nullopt : std::optional(check));
                if (column.name == "title" && !check->profile().status.empty())
                    add(columns, {"status", "status"}, check);
            }
        }
    };
    add_all(false);
    add_all(true);
    return columns;
}

Query catalog_query(const std::string& schema) {
    return {with_own_operators(catalog_sql), {schema, "{markets,users,Market,User}"}};
}

Catalog read_catalog(const Rows& rows) {
    Catalog catalog;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto text = [&](std::size_t column) { return rows.value(i, column).value_or(""); };
        auto& tables = catalog.tables;
        if (tables.empty() || tables.back().schema != text(0) || tables.back().name != text(1)) {
            tables.push_back({text(0), text(1), text(2), text(3) == "t", {}, {}, {}, {}, 0, 0});
        }
        catalog.role = text(4);
        if (!rows.value(i, 5)) continue;
        tables.back().columns.push_back(text(5));
        if (text(6) != "t") tables.back().nullable.push_back(text(5));
        if (text(7) != "t") tables.back().unreadable.push_back(text(5));
        if (text(9) == "t") tables.back().textual.push_back(text(5));
        if (text(5) != "id") continue;
        std::from_chars(text(8).begin(), text(8).end(), tables.back().id_type);
        std::from_chars(text(10).begin(), text(10).end(), tables.back().id_collation);
    }
    return catalog;
}

base::Result<FoundTable> find_table(const Catalog& catalog, const std::string& schema, Table table,
                                    const verify::Checks& checks) {
    std::vector<const CatalogTable*> found, complete;
    std::string near_misses;
    for (const auto name : table->tables) {
        const auto* candidate = find(catalog, schema, name);
        if (!candidate) continue;
        const auto lack = lacking(table, checks, *candidate, std::nullopt);
        found.push_back(candidate);
        if (lack.empty()) complete.push_back(candidate);
        near_misses += lack;
    }
    if (complete.size() > 1) {
        return base::fail(fmt::format("schema {} holds both {} and {}, each with all columns: say which one counts "
                                      "with a SELECT in {}",
                                      quoted_identifier(schema), quoted_identifier(complete[0]->name),
                                      quoted_identifier(complete[1]->name), table->setting));
    }
    if (found.empty()) return base::fail(not_found(catalog, schema, table));
    if (complete.empty() && found.size() > 1) return base::fail(near_misses + choose_columns(table));
    return use(catalog, table, checks, *(complete.empty() ? found : complete).front());
}

std::optional<std::string_view> spelling_of(const ColumnNames& column, std::span<const std::string_view> names) {
    const auto given = [names](std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!given(column.snake)) return given(column.camel) ? column.camel : std::string_view();
    if (column.snake != column.camel && given(column.camel)) return std::nullopt;
    return column.snake;
}

std::string listed(std::span<const std::string_view> names) {
    constexpr std::size_t enough = 30;
    if (names.empty()) return "nothing";
    const auto shown = names.first(std::min(names.size(), enough));
    const auto rest = names.size() - shown.size();
    return fmt::format("{}{}", fmt::join(shown, ", "), rest == 0 ? "" : fmt::format(" and {} more", rest));
}

} // namespace db
