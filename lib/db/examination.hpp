// What `doctor` asks the database beyond what a cycle asks: who is connected to what, what the role may do, whether the
// pages are read by an index.
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

/// Of a stored table (Relation::stored): rows where a valid B-tree index of all rows begins with the column id.
Query id_index_query(const Relation& relation);

} // namespace db
