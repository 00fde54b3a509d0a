#include "db/id_type.hpp"

#include "db/quoting.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

namespace db {
namespace {

// The type without its domains, and the types of its parts (elements of an array, columns of a row type), because
// arrays and row types have an order only if their parts have one. Of each the default btree operator classes that
// PostgreSQL would consider (GetDefaultOpClass): of the type itself, or of one that it is binary-coercible to. One row
// for each operator. That of the equality has the hash function that goes with it, if there is one with 64 bits: the
// second support function of the default hash operator class (PostgreSQL manual, "Interfacing Extensions to Indexes").
constexpr std::string_view id_type_sql = R"(
WITH RECURSIVE asked (type, id_collation) AS (SELECT $1::pg_catalog.oid, $2::pg_catalog.oid), parts (type, whole) AS (
    SELECT asked.type, true FROM asked
    UNION
    SELECT part.type, part.whole
      FROM parts
      JOIN pg_catalog.pg_type t ON t.oid = parts.type
     CROSS JOIN LATERAL (
           SELECT t.typbasetype, parts.whole WHERE t.typtype = 'd'
           UNION ALL
           SELECT e.oid, false FROM pg_catalog.pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid
           UNION ALL
           SELECT a.atttypid, false
             FROM pg_catalog.pg_attribute a
            WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
           ) AS part (type, whole)
)
SELECT parts.whole, parts.type, pg_catalog.format_type(parts.type, NULL), t.typtype, n.nspname, t.typname,
       t.typarray <> '0', class.fit, class.oid, class.pseudo, class.schema, class.name,
       member.amopstrategy, op_schema.nspname, op.oprname, parts.type = (SELECT asked.type FROM asked),
       hash.schema, hash.name,
       EXISTS (SELECT FROM asked JOIN pg_catalog.pg_collation c ON c.oid = asked.id_collation
                WHERE NOT c.collisdeterministic)
  FROM parts
  JOIN pg_catalog.pg_type t ON t.oid = parts.type AND t.typtype <> 'd'
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN LATERAL (
       SELECT c.oid, c.opcfamily, c.opcintype, i.typtype = 'p' AS pseudo, s.nspname AS schema, i.typname AS name,
              CASE WHEN c.opcintype = t.oid THEN 2 WHEN i.typcategory = t.typcategory AND i.typispreferred THEN 1
                   ELSE 0 END AS fit
         FROM pg_catalog.pg_opclass c
         JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
         JOIN pg_catalog.pg_type i ON i.oid = c.opcintype
         JOIN pg_catalog.pg_namespace s ON s.oid = i.typnamespace
        WHERE c.opcdefault
          AND (c.opcintype = t.oid
               OR s.nspname = 'pg_catalog'
                  AND (i.typname = 'anyarray' AND EXISTS (SELECT FROM pg_catalog.pg_type e
                                                           WHERE e.oid = t.typelem AND e.typarray = t.oid)
                       OR i.typname = 'anyenum' AND t.typtype = 'e'
                       OR i.typname = 'anyrange' AND t.typtype = 'r'
                       OR i.typname = 'anymultirange' AND t.typtype = 'm'
                       OR i.typname = 'record' AND t.typtype = 'c')
               OR EXISTS (SELECT FROM pg_catalog.pg_cast k
                           WHERE k.castsource = t.oid AND k.casttarget = c.opcintype AND k.castmethod = 'b'
                             AND k.castcontext = 'i'))
       ) AS class ON true
  LEFT JOIN pg_catalog.pg_amop member ON member.amopfamily = class.opcfamily AND member.amoppurpose = 's'
       AND member.amoplefttype = class.opcintype AND member.amoprighttype = class.opcintype
  LEFT JOIN pg_catalog.pg_operator op ON op.oid = member.amopopr
  LEFT JOIN pg_catalog.pg_namespace op_schema ON op_schema.oid = op.oprnamespace
  LEFT JOIN LATERAL (
       SELECT hs.nspname AS schema, p.proname AS name
         FROM pg_catalog.pg_opclass h
         JOIN pg_catalog.pg_am hm ON hm.oid = h.opcmethod AND hm.amname = 'hash'
         JOIN pg_catalog.pg_amop ho ON ho.amopfamily = h.opcfamily AND ho.amopopr = member.amopopr
         JOIN pg_catalog.pg_amproc hp ON hp.amprocfamily = h.opcfamily AND hp.amproclefttype = h.opcintype
              AND hp.amprocrighttype = h.opcintype AND hp.amprocnum = 2
         JOIN pg_catalog.pg_proc p ON p.oid = hp.amproc
         JOIN pg_catalog.pg_namespace hs ON hs.oid = p.pronamespace
        WHERE h.opcdefault AND h.opcintype = class.opcintype
       ) AS hash ON member.amopstrategy = 3
 ORDER BY parts.whole DESC, parts.type, class.fit DESC, class.oid, member.amopstrategy)";

enum Column : std::size_t {
    whole,
    type,
    shown_name,
    kind,
    schema,
    name,
    has_arrays,
    fit,
    operator_class,
    pseudo,
    operand_schema,
    operand_name,
    strategy,
    operator_schema,
    operator_name,
    no_domain,
    hash_schema,
    hash_name,
    nondeterministic,
};

std::string_view text(const Rows& rows, std::size_t row, Column column) {
    return rows.value(row, column).value_or("");
}

std::string qualified(std::string_view schema, std::string_view name) {
    return quoted_identifier(schema) + '.' + quoted_identifier(name);
}

// Types whose equal values are the same text. Of the others a hash of the text would part equal ids. A text itself is
// one of them unless its collation says otherwise.
bool same_text_if_equal(const Rows& rows, std::size_t row) {
    constexpr std::array<std::string_view, 27> types{
        "bit",  "bool", "bpchar", "bytea",     "char",        "cidr",  "date",   "inet",    "int2",
        "int4", "int8", "ltree",  "macaddr",   "macaddr8",    "money", "name",   "oid",     "pg_lsn",
        "text", "tid",  "time",   "timestamp", "timestamptz", "uuid",  "varbit", "varchar", "xid8"};
    return text(rows, row, kind) == "e" ||
           (std::find(types.begin(), types.end(), text(rows, row, name)) != types.end() &&
            (text(rows, row, schema) == "pg_catalog" || text(rows, row, name) == "ltree"));
}

// "schema"."function" of the part's own equality; empty: none, or none for certain: of a range that somebody made the
// values may have none.
std::string hash_function(const Rows& rows, std::size_t row, std::size_t end) {
    const auto type_kind = text(rows, row, kind);
    if ((type_kind == "r" || type_kind == "m") && text(rows, row, schema) != "pg_catalog") return {};
    const auto chosen = text(rows, row, operator_class);
    for (; row < end && text(rows, row, operator_class) == chosen; ++row) {
        if (!text(rows, row, hash_name).empty()) {
            return qualified(text(rows, row, hash_schema), text(rows, row, hash_name));
        }
    }
    return {};
}

std::size_t end_of_part(const Rows& rows, std::size_t row) {
    const auto part = text(rows, row, type);
    while (row < rows.size() && text(rows, row, type) == part) ++row;
    return row;
}

// Those of the best fit must be one class, or PostgreSQL would not choose any.
bool has_one_class(const Rows& rows, std::size_t row, std::size_t end) {
    const auto best = text(rows, row, fit);
    if (best.empty()) return false;
    const auto chosen = text(rows, row, operator_class);
    for (; row < end && text(rows, row, fit) == best; ++row) {
        if (text(rows, row, operator_class) != chosen) return false;
    }
    return true;
}

IdType read_operators(const Rows& rows, const std::size_t first, std::size_t end) {
    std::size_t row = first;
    IdType id;
    id.input = qualified(text(rows, row, schema), text(rows, row, name));
    id.operand = text(rows, row, pseudo) == "t"
                     ? id.input
                     : qualified(text(rows, row, operand_schema), text(rows, row, operand_name));
    // A cast to the type that it is already would drop its length, and the order of an index with it: char(n),
    // timestamp(3).
    if (id.operand == id.input && text(rows, row, no_domain) == "t") id.operand.clear();
    if (text(rows, row, has_arrays) == "t") id.list = id.input + "[]";
    const auto chosen = text(rows, row, operator_class);
    // Strategy numbers of btree: PostgreSQL manual, "Interfacing Extensions to Indexes".
    const std::array<std::string IdType::*, 6> places{nullptr,        &IdType::less, &IdType::at_most,
                                                      &IdType::equal, nullptr,       &IdType::greater};
    for (; row < end && text(rows, row, operator_class) == chosen; ++row) {
        const auto number = text(rows, row, strategy);
        const std::size_t index = number.size() == 1 ? static_cast<std::size_t>(number[0] - '0') : 0;
        if (index >= places.size() || places[index] == nullptr) continue;
        id.*places[index] = fmt::format("OPERATOR({}.{})", quoted_identifier(text(rows, row, operator_schema)),
                                        text(rows, row, operator_name));
    }
    id.nondeterministic = text(rows, 0, nondeterministic) == "t";
    if (id.nondeterministic || !same_text_if_equal(rows, first)) {
        id.hash_function = hash_function(rows, first, end);
        id.hash = id.hash_function.empty() ? IdType::Hash::none : IdType::Hash::own;
    }
    return id;
}

} // namespace

Query id_type_query(std::uint32_t type, std::uint32_t collation) {
    return {with_own_operators(id_type_sql), {std::to_string(type), std::to_string(collation)}};
}

base::Result<IdType> read_id_type(const Rows& rows) {
    std::optional<IdType> id;
    // The hash function of anyarray or record calls those of the parts.
    const bool whole_is_made_of_parts = rows.size() > 0 && text(rows, 0, pseudo) == "t";
    for (std::size_t row = 0; row < rows.size();) {
        const std::size_t end = end_of_part(rows, row);
        const bool ordered = has_one_class(rows, row, end) && text(rows, row, kind) != "p";
        if (!ordered) {
            const std::string part = id ? fmt::format("a part of the type of id, {},", text(rows, row, shown_name))
                                        : fmt::format("the type of id, {},", text(rows, row, shown_name));
            return base::fail(fmt::format("{} has no order (no default btree operator class), so the rows cannot be "
                                          "read page by page",
                                          part));
        }
        if (!id) {
            id = read_operators(rows, row, end);
        } else if (id->hash == IdType::Hash::own && whole_is_made_of_parts && hash_function(rows, row, end).empty()) {
            id->hash = IdType::Hash::none;
        }
        row = end;
    }
    if (!id) return base::fail("the type of id is not in the catalog");
    return *std::move(id);
}

} // namespace db
