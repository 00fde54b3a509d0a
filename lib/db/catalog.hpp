// The tables of the database according to its catalog, and the choice among them.
#pragma once

#include "base/result.hpp"
#include "db/source.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A column of a table, and who needs it.
struct ColumnNames {
    std::string_view snake; // Prisma's two spellings
    std::string camel;
    verify::Checks needed_by; // none: it is optional

    bool needed(Check check) const;
    bool optional() const { return needed_by.empty(); }
};
/// All columns that the checks read of the table.
std::vector<ColumnNames> columns_of(Table table, const verify::Checks& checks);

/// The views live as long as the rows they were read from.
struct CatalogTable {
    std::string_view schema, name, kind; // kind: pg_class.relkind
    bool row_security = false;           // policies hide rows from this role
    // For candidates in the requested schema: all columns, those the role may not read, those that may be NULL, and
    // those whose type is a text type or bytea.
    std::vector<std::string_view> columns, unreadable, nullable, textual;
    std::uint32_t id_type = 0;      // pg_type.oid of the column id
    std::uint32_t id_collation = 0; // pg_collation.oid of it; 0: its type has none
};

struct Catalog {
    std::vector<CatalogTable> tables;
    std::string_view role;
};

/// All tables of the schema, and those with a matching name in any other schema. Needs no right on any of them.
Query catalog_query(const std::string& schema);
Catalog read_catalog(const Rows& rows);

struct FoundTable {
    Relation relation;                                   // market_id: not yet known to hold market ids
    verify::PerCheck<std::optional<std::string>> faults; // what a check lacks, and what to do
    bool id_may_be_null = false;
    std::uint32_t id_type = 0;      // pg_type.oid; 0 if there is no column id
    std::uint32_t id_collation = 0; // pg_collation.oid, or 0
    std::vector<std::string> warnings;
};

/// The table that exists under one of the two names; if both exist, the one that has all columns. Each column may have
/// either spelling. The failure says what is missing, what exists instead and what to do.
base::Result<FoundTable> find_table(const Catalog& catalog, const std::string& schema, Table table,
                                    const verify::Checks& checks);

/// "a, b, c", the first thirty of them, or "nothing".
std::string listed(std::span<const std::string_view> names);

/// The spelling of the column that is among the names; empty if neither is, nullopt if both are.
std::optional<std::string_view> spelling_of(const ColumnNames& column, std::span<const std::string_view> names);

} // namespace db
