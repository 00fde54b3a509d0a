// Finds out where markets and users are: in which of Prisma's two spellings, or in the SELECTs of the two SQL settings.
#pragma once

#include "base/errors.hpp"
#include "db/source.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace db {

/// SYNC_MARKETS_SQL and SYNC_USERS_SQL, without a trailing semicolon; empty: find the table.
struct CustomSql {
    std::string markets;
    std::string users;
};

/// A dialogue: while next() has a question, ask the database and hand over the rows (answer) or, where the error is
/// not retryable, throw explain(error). next() gives the same question until it is answered.
class Inspection {
  public:
    struct Wanted {
        bool markets = true;
        bool users = true;
    };
    Inspection(std::string schema, Wanted wanted, CustomSql custom);

    /// nullopt once everything is known. At most seven questions; three if no SQL setting is given and ids are keys.
    std::optional<Query> next() const;

    /// Throws base::Misconfigured, which says what is missing, what was found instead and what to do.
    void answer(const Rows& rows);

    /// The error of the question last given, with the setting at fault.
    base::Misconfigured explain(const DatabaseError& error) const;

    /// Precondition of both: next() is nullopt.
    const Source& source() const { return source_; }
    const std::vector<std::string>& warnings() const { return warnings_; } // to be logged

  private:
    struct Step {
        enum class What { catalog, describe, id_type, null_ids } what;
        Table table = Table::markets; // of all but the catalog
        std::uint32_t type = 0;       // of id_type: pg_type.oid
    };
    void take_id_type(Table table, const Rows& rows);
    void check_description(Table table, const Rows& rows);
    void find_tables(const Rows& rows);
    const std::string& sql(Table table) const { return table == Table::markets ? custom_.markets : custom_.users; }
    bool is_custom(Table table) const { return !sql(table).empty(); }
    Relation& relation(Table table) { return table == Table::markets ? source_.markets : source_.users; }

    std::string schema_;
    CustomSql custom_;
    std::vector<Table> to_find_; // in the catalog
    std::vector<Step> steps_;    // still to be taken, the first first
    Source source_;
    std::vector<std::string> warnings_;
};

} // namespace db
