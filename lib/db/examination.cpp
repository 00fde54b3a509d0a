#include "db/examination.hpp"

#include "db/quoting.hpp"

#include <charconv>

namespace db {
namespace {

constexpr std::string_view server_sql = "SELECT pg_catalog.current_setting('server_version'), "
                                        "pg_catalog.current_database(), pg_catalog.pg_is_in_recovery()";

// One row for each of the first writable tables, and one without a table if there is none.
constexpr std::string_view role_sql = R"(
SELECT r.rolname, r.rolsuper, pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
       coalesce(pg_catalog.has_schema_privilege(n.oid, 'CREATE'), false),
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname), pg_catalog.count(t.relname) OVER ()
  FROM pg_catalog.pg_roles r
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1::pg_catalog.name
  LEFT JOIN pg_catalog.pg_class t
    ON t.relnamespace = n.oid AND t.relkind = ANY ('{r,p,v,m,f}')
       AND (pg_catalog.has_table_privilege(t.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR pg_catalog.has_any_column_privilege(t.oid, 'INSERT, UPDATE'))
 WHERE r.rolname = current_user
 ORDER BY t.relname
 LIMIT 5)";

constexpr std::string_view id_index_sql = R"(
SELECT i.indexrelid::pg_catalog.regclass
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = c.relam
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
 WHERE i.indrelid = $1::pg_catalog.regclass AND m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL
   AND a.attname = $2::pg_catalog.name
 LIMIT 1)";

std::string text(const Rows& rows, std::size_t row, std::size_t column) {
    return std::string(rows.value(row, column).value_or(""));
}

bool truth(const Rows& rows, std::size_t column) {
    return rows.value(0, column) == "t";
}

} // namespace

Query server_query() {
    return {std::string(server_sql), {}};
}

ServerFacts read_server(const Rows& rows) {
    const std::string version = text(rows, 0, 0);
    return {version.substr(0, version.find(' ')), text(rows, 0, 1), truth(rows, 2)};
}

Query role_query(const std::string& schema) {
    return {with_own_operators(role_sql), {schema}};
}

RoleFacts read_role(const Rows& rows) {
    RoleFacts facts{text(rows, 0, 0), truth(rows, 1), truth(rows, 2), truth(rows, 3), {}, 0};
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (const auto table = rows.value(row, 4)) facts.writable.emplace_back(*table);
    }
    const std::string count = text(rows, 0, 5);
    std::from_chars(count.data(), count.data() + count.size(), facts.writable_count);
    return facts;
}

Query id_index_query(const Relation& relation) {
    return {with_own_operators(id_index_sql), {relation.from, "id"}};
}

} // namespace db
