// The tables of the database, as its catalog has them, and the choice among them.
#pragma once

#include "base/result.hpp"
#include "db/source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A column that the program needs: where its name is kept, and Prisma's two spellings of it.
struct ColumnNames {
    std::string Relation::*place;
    std::string_view snake, camel;
};
std::span<const ColumnNames> columns_of(Table table);

/// The views live as long as the rows they were read from.
struct CatalogTable {
    std::string_view schema, name, kind;                         // kind: pg_class.relkind
    bool row_security = false;                                   // policies hide rows from this role
    std::vector<std::string_view> columns, unreadable, nullable; // only of the candidates in the schema asked for
    std::uint32_t id_type = 0;                                   // pg_type.oid of the column id
};

struct Catalog {
    std::vector<CatalogTable> tables;
    std::string_view role;
};

/// All tables of the schema, and those of the right name in any other schema. Needs no right on any of them.
Query catalog_query(const std::string& schema);
Catalog read_catalog(const Rows& rows);

struct FoundTable {
    Relation relation;
    bool id_may_be_null = false;
    std::uint32_t id_type = 0; // pg_type.oid
    std::string warning;       // or empty
};

/// The one of the two spellings that has all columns, or a text that says what is missing or not allowed, what is there
/// instead and what to do.
base::Result<FoundTable> find_table(const Catalog& catalog, const std::string& schema, Table table);

/// "a, b, c", the first thirty of them, or "nothing".
std::string listed(std::span<const std::string_view> names);

/// SYNC_MARKETS_SQL or SYNC_USERS_SQL.
std::string sql_setting(Table table);

} // namespace db
