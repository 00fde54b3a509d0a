#include "db/catalog.hpp"

#include "db/quoting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace db {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::array market_columns{
    ColumnNames{&Relation::id, "id", "id"},
    ColumnNames{&Relation::contract_address, "contract_address", "contractAddress"},
    ColumnNames{&Relation::title, "title", "title"},
    ColumnNames{&Relation::status, "status", "status"},
    ColumnNames{&Relation::yes_liquidity, "yes_liquidity", "yesLiquidity"},
    ColumnNames{&Relation::no_liquidity, "no_liquidity", "noLiquidity"},
    ColumnNames{&Relation::winning_outcome, "winning_outcome", "winningOutcome"},
};
constexpr std::array user_columns{
    ColumnNames{&Relation::id, "id", "id"},
    ColumnNames{&Relation::wallet_address, "wallet_address", "walletAddress"},
    ColumnNames{&Relation::usdc_balance, "usdc_balance", "usdcBalance"},
};

struct Spelling {
    std::string_view table;
    std::string_view ColumnNames::*column;
};

std::array<Spelling, 2> spellings(Table table) {
    if (table == Table::users) return {{{"users", &ColumnNames::snake}, {"User", &ColumnNames::camel}}};
    return {{{"markets", &ColumnNames::snake}, {"Market", &ColumnNames::camel}}};
}

// The columns of the last two lines are those of the candidates in the schema.
constexpr std::string_view catalog_sql = R"(
SELECT n.nspname, c.relname, c.relkind, pg_catalog.row_security_active(c.oid), current_user,
       a.attname, a.attnotnull,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND
       pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'), a.atttypid
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

// Those of the needed columns, in the spelling, that are in the list, or that are not.
Names needed(Table table, const Spelling& spelling, const Names& list, bool in_list) {
    Names names;
    for (const auto& column : columns_of(table)) {
        const auto name = column.*spelling.column;
        if (contains(list, name) == in_list) names.push_back(name);
    }
    return names;
}

std::string not_found(const Catalog& catalog, const std::string& schema, Table table) {
    const auto names = spellings(table);
    Names here, elsewhere;
    for (const auto& found : catalog.tables) {
        if (found.schema == schema) {
            here.push_back(found.name);
        } else if (found.name == names[0].table || found.name == names[1].table) {
            elsewhere.push_back(found.schema);
        }
    }
    std::string text = fmt::format("schema {} has neither a table {} nor {}; it holds {}", quoted_identifier(schema),
                                   quoted_identifier(names[0].table), quoted_identifier(names[1].table), listed(here));
    if (!elsewhere.empty()) text += fmt::format("; there is such a table in schema {}", listed(elsewhere));
    return text +
           fmt::format(": choose the schema with schema= in DATABASE_URL, or give a SELECT as {}", sql_setting(table));
}

base::Result<FoundTable> use(const Catalog& catalog, Table table, const CatalogTable& found, const Spelling& spelling) {
    FoundTable result;
    result.relation.from = quoted_identifier(found.schema) + '.' + quoted_identifier(found.name);
    result.relation.stored = found.kind == "r" || found.kind == "p" || found.kind == "m";
    result.id_may_be_null = contains(found.nullable, "id");
    result.id_type = found.id_type;
    for (const auto& column : columns_of(table)) {
        result.relation.*column.place = quoted_identifier(column.*spelling.column);
    }
    const auto role = quoted_identifier(catalog.role);
    if (const auto hidden = needed(table, spelling, found.unreadable, true); !hidden.empty()) {
        return base::fail(fmt::format("role {0} may not read {1} of {2}: GRANT USAGE ON SCHEMA {3} TO {0} and GRANT "
                                      "SELECT ON {2} TO {0}",
                                      role, listed(hidden), result.relation.from, quoted_identifier(found.schema)));
    }
    if (found.row_security) {
        result.warning = fmt::format("row-level security is active on {} for role {}: rows that its policies hide are "
                                     "not checked",
                                     result.relation.from, role);
    }
    return result;
}

} // namespace

std::span<const ColumnNames> columns_of(Table table) {
    if (table == Table::users) return user_columns;
    return market_columns;
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
            tables.push_back({text(0), text(1), text(2), text(3) == "t", {}, {}, {}, 0});
        }
        catalog.role = text(4);
        if (!rows.value(i, 5)) continue;
        tables.back().columns.push_back(text(5));
        if (text(6) != "t") tables.back().nullable.push_back(text(5));
        if (text(7) != "t") tables.back().unreadable.push_back(text(5));
        if (text(5) == "id") std::from_chars(text(8).begin(), text(8).end(), tables.back().id_type);
    }
    return catalog;
}

base::Result<FoundTable> find_table(const Catalog& catalog, const std::string& schema, Table table) {
    std::vector<std::pair<const CatalogTable*, Spelling>> complete;
    std::string near_misses;
    for (const auto& spelling : spellings(table)) {
        const auto* found = find(catalog, schema, spelling.table);
        if (!found) continue;
        if (const auto missing = needed(table, spelling, found->columns, false); !missing.empty()) {
            near_misses += fmt::format("{}.{} has no column {} (it has {}); ", quoted_identifier(schema),
                                       quoted_identifier(found->name), listed(missing), listed(found->columns));
        } else {
            complete.emplace_back(found, spelling);
        }
    }
    if (complete.size() > 1) {
        return base::fail(fmt::format("schema {} holds both {} and {}, each with all columns: say which one counts "
                                      "with a SELECT in {}",
                                      quoted_identifier(schema), quoted_identifier(complete[0].first->name),
                                      quoted_identifier(complete[1].first->name), sql_setting(table)));
    }
    if (!complete.empty()) return use(catalog, table, *complete[0].first, complete[0].second);
    if (near_misses.empty()) return base::fail(not_found(catalog, schema, table));
    return base::fail(near_misses + fmt::format("choose another schema with schema= in DATABASE_URL, or give the "
                                                "columns in a SELECT as {}",
                                                sql_setting(table)));
}

std::string listed(std::span<const std::string_view> names) {
    constexpr std::size_t enough = 30;
    if (names.empty()) return "nothing";
    const auto shown = names.first(std::min(names.size(), enough));
    const auto rest = names.size() - shown.size();
    return fmt::format("{}{}", fmt::join(shown, ", "), rest == 0 ? "" : fmt::format(" and {} more", rest));
}

std::string sql_setting(Table table) {
    return table == Table::markets ? "SYNC_MARKETS_SQL" : "SYNC_USERS_SQL";
}

} // namespace db
