// The type of the ids: how its values are compared, ordered and passed to the server.
#pragma once

#include "base/result.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <string>

namespace db {

/// The operators are those of the type's default btree operator class, by which PostgreSQL itself orders the type and
/// its primary keys. Each is written with its schema, and its operands are cast, so that nothing else can take its
/// place, whatever the search_path. All are ready for a statement.
struct IdType {
    std::string input;                         // "pg_catalog"."varchar": parameters are read as this type
    std::string operand;                       // "pg_catalog"."text": both sides are cast to it; empty: not needed
    std::string list;                          // "pg_catalog"."varchar"[], or empty: there are no arrays of arrays
    std::string less, at_most, equal, greater; // OPERATOR("pg_catalog".<), ...
    /// How a shard is found. Equal ids must be in one shard, or none of its shards sees that they are not unique.
    enum class Hash {
        of_text, // equal ids are the same text
        own,     // "1.0" and "1.00" are equal: by the type's own hash function, which goes with `equal`
        none,    // the type has no hash function: all rows are in shard 0
    };
    Hash hash = Hash::of_text;
    std::string hash_function;     // "pg_catalog"."hash_numeric_extended", of Hash::own
    bool nondeterministic = false; // the collation may call texts equal that are spelled differently
};

/// `type` is a pg_type.oid, `collation` a pg_collation.oid or 0.
Query id_type_query(std::uint32_t type, std::uint32_t collation);

/// The type. The failure is a sentence that says why ids cannot have it: the type or a part of it has no order.
base::Result<IdType> read_id_type(const Rows& rows);

} // namespace db
