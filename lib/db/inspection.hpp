// Finds the tables and columns of the rows, or describes the SELECTs of the settings and of declared checks, and finds
// the type of the ids. If something is missing, only the checks that need it cannot run.
#pragma once

#include "base/errors.hpp"
#include "db/source.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

/// SYNC_MARKETS_SQL and SYNC_USERS_SQL, without a trailing semicolon; empty: find the table.
struct CustomSql {
    std::string markets;
    std::string users;

    /// The SELECT that replaces the table; empty: find the table.
    const std::string& of(Table table) const;
};

/// A dialogue: while next() has a question, ask the database and hand over the rows (answer) or the error, unless
/// trying again may help (refused). next() gives the same question until then.
class Inspection {
  public:
    /// For the tables of these checks. In the application's own tables it finds what each built-in check needs.
    Inspection(std::string schema, const verify::Checks& checks, CustomSql custom);

    /// nullopt once everything is known. At most eight questions; three if no SQL setting is given and ids are keys.
    std::optional<Query> next() const;
    void answer(const Rows& rows);
    void refused(const DatabaseError& error);

    /// Precondition of both: next() is nullopt.
    const Source& source() const { return source_; }
    const std::vector<std::string>& warnings() const { return warnings_; } // to be logged

  private:
    struct Step {
        enum class What { catalog, describe, id_type, null_ids, market_ids } what;
        Table table = nullptr;       // of all but the catalog
        std::uint32_t type = 0;      // of id_type: pg_type.oid
        std::uint32_t collation = 0; // of id_type: pg_collation.oid
    };
    Step take_step();
    void take_catalog(const Rows& rows);
    void take_description(Table table, const Rows& rows);
    void take_id_type(Table table, const Rows& rows);
    void ignore_market_ids(std::string_view why);
    void hinder(Check check, std::string text);
    void give_up(Table table, const std::string& text); // all its checks

    bool is_custom(Table table) const { return !custom_.of(table).empty(); }
    Relation& relation(Table table) { return source_.relations[table]; }

    std::string schema_;
    CustomSql custom_;
    verify::Checks checks_;      // whose needs are known
    std::vector<Table> to_find_; // in the catalog
    std::vector<Step> steps_;    // still to be taken, the first first
    Source source_;
    std::vector<std::string> warnings_;
};

/// What somebody must change if none of these checks can run; nullopt if one can.
std::optional<base::Misconfigured> refusal(const Source& source, const verify::Checks& checks);

/// The setting that names where the rows of a table come from: "SYNC_USERS_SQL" or "DATABASE_URL".
std::string setting_of(const Source& source, Table table);

} // namespace db
