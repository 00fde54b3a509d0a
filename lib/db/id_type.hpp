// The type of the ids: how its values are compared, ordered and passed to the server.
#pragma once

#include "base/result.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <string>

namespace db {

/// The operators are those of the type's default btree operator class, by which PostgreSQL itself orders the type and
/// its primary keys. Each is written with its schema, and its operands are cast, so that nothing else can take its
/// place whatever search_path says. All are ready for a statement.
struct IdType {
    std::string input;                         // "pg_catalog"."varchar": parameters are read as this type
    std::string operand;                       // "pg_catalog"."text": both sides are cast to it; empty: not needed
    std::string list;                          // "pg_catalog"."varchar"[], or empty: there are no arrays of arrays
    std::string less, at_most, equal, greater; // OPERATOR("pg_catalog".<), ...
};

/// `type` is a pg_type.oid.
Query id_type_query(std::uint32_t type);

/// The type, or a sentence that says why it cannot be that of ids: it has no order, or a part of it has none.
base::Result<IdType> read_id_type(const Rows& rows);

} // namespace db
