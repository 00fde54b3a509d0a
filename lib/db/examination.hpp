// What `doctor` asks the database in addition to a cycle: the server, the role and its rights, and whether an index
// serves the pages.
#pragma once

#include "db/source.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct ServerFacts {
    std::string version; // "15.18"
    std::string database;
    bool standby = false;
};
Query server_query();
ServerFacts read_server(const Rows& rows);

/// What a role may do that the program never needs.
struct RoleFacts {
    std::string role;
    bool superuser = false;
    bool creates_in_database = false;
    bool creates_in_schema = false;
    std::vector<std::string> writable; // tables of the schema with INSERT, UPDATE, DELETE or TRUNCATE, the first few
    std::uint64_t writable_count = 0;

    bool reads_only() const { return !superuser && !creates_in_database && !creates_in_schema && writable_count == 0; }
};
Query role_query(const std::string& schema);
RoleFacts read_role(const Rows& rows);

/// For a stored table (Relation::stored): one row if a valid B-tree index of all rows starts with the column id.
Query id_index_query(const Relation& relation);

} // namespace db
