// Where the rows come from, and the statements that read them. Every table, function, type and operator in them is
// written with its schema: what somebody else creates in a schema of the search_path is never found. Only a SELECT of
// the operator's, which stands in them as a whole, is read with the search_path (database.cpp).
#pragma once

#include "check/row.hpp"
#include "db/database.hpp"
#include "db/id_type.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace db {

enum class Table : std::uint8_t { markets, users };

constexpr Table table_of(check::Kind kind) {
    return kind == check::Kind::balances ? Table::users : Table::markets;
}

/// The checks that read the table.
constexpr std::span<const check::Kind> kinds_of(Table table) {
    const std::span<const check::Kind> all = check::all_kinds;
    return table == Table::markets ? all.first(2) : all.last(1);
}

/// "markets", "users".
std::string_view name(Table table);

/// One of the application's tables, or the SELECT that stands for it. Found by db::Inspection.
struct Relation {
    /// What stands behind FROM, and how each column is written behind "source.": both quoted, ready for a statement. A
    /// column that is not there, or that the role may not read, is empty.
    std::string from;
    std::string id, contract_address, title, status, yes_liquidity, no_liquidity, winning_outcome; // markets
    std::string market_id;                                                                         // optional
    std::string wallet_address, usdc_balance;                                                      // users (and id)
    IdType id_type;
    bool stored = false;                   // a table, not a view or a SELECT: the order of id comes from an index
    std::vector<std::string> bounded = {}; // of these columns: no value can be long (learn_types)
    bool ids_differ_as_text = false;       // equal ids are the same text: numeric 1.0 and 1.00 are not
};

/// Why a check cannot run: a table, a column or a right is missing, or the ids have no order.
struct Obstacle {
    std::string setting; // what to change: "DATABASE_URL", "SYNC_USERS_SQL"
    std::string text;
};

struct Source {
    Relation markets; // only what the selected checks need is filled in
    Relation users;
    std::array<std::optional<Obstacle>, 3> obstacles; // by check; none: it can run
    const std::optional<Obstacle>& obstacle(check::Kind kind) const {
        return obstacles[static_cast<std::size_t>(kind)];
    }
    const Relation& at(Table table) const { return table == Table::markets ? markets : users; }
};

struct Shard {
    unsigned index = 0; // 0 .. count-1
    unsigned count = 1;
};

/// Which rows: of a check, of a shard, or (ids) a chosen few. `ids` are canonical (canonical_id).
struct Scope {
    check::Kind kind = check::Kind::odds;
    Shard shard = {};
    std::optional<std::vector<std::string>> ids = std::nullopt;
};

/// after < id <= up_to, each where given, without the first `skip` of those rows; ids compare as their column's type
/// does.
struct Range {
    std::optional<std::string> after = std::nullopt;
    std::optional<std::string> up_to = std::nullopt;
    std::size_t skip = 0;
};

/// Bytes of a value, beyond which its row is BAD_VALUE. The server cuts what is longer to one character more; a title
/// it cuts to 500 characters and an ellipsis.
inline constexpr std::size_t most_value_bytes = std::size_t{64} << 10;

/// The first rows of the range by ascending id, at most `limit`. Odds: status OPEN, outcomes: RESOLVED, whatever the
/// case. Balances: ALL users, those without a wallet too, for they are counted. Only the columns that the check needs
/// are read, those of the other are NULL.
Query page(const Source& source, const Scope& scope, const Range& range, std::size_t limit);
/// The ids alone of the same rows.
Query ids(const Source& source, const Scope& scope, const Range& range, std::size_t limit);
/// Whether row number `row` > 0 of page() has the same id as the row before it. An id that was cut is no other's.
bool has_id_of_row_before(const Rows& rows, std::size_t row);

/// No rows, for learn_types(): the columns that the check reads.
Query types(const Source& source, check::Kind kind);
/// Takes from the answer to types() which values of the check's table need no guard against their length.
void learn_types(Source& source, check::Kind kind, const Rows& rows);

/// One id of the table beyond `range.after`, each with the same chance, picked by `seed`; or none. Of a stored table it
/// comes from a sample of a few blocks, so that it costs the same whatever the table's size.
Query place(const Source& source, const Scope& scope, const Range& range, std::uint64_t seed);

/// The same rows again, as they are now: those of `ids` that are still in the check's scope (of users: with a wallet).
Query again(const Source& source, check::Kind kind, std::span<const std::string> ids);

/// One row, one number (count_of): how many rows in scope a range holds, of users only those with a wallet.
Query count(const Source& source, const Scope& scope, const Range& range);
/// One row, two numbers: how many rows of the scope have this id, and how many of its table.
Query count_repeated(const Source& source, const Scope& scope, const std::string& id);
/// Likewise about how many rows a scope without ids has, of a stored table: from a sample of a few blocks, as place().
/// Exact for a table that is no larger than the sample.
Query estimate(const Source& source, const Scope& scope);
std::uint64_t count_of(const Rows& rows, std::size_t column = 0);
/// Whether count() can be asked although the check itself cannot run.
bool countable(const Source& source, const Scope& scope);

/// One row with the id as the database writes it (canonical_id), or none, whatever the status. An error of the kind
/// bad_value means the same as none: the text is no id of the column's type.
Query look_up(const Source& source, Table table, std::string id);
std::optional<std::string> canonical_id(const Answer& answer);

/// Row number `row` of page() or again(); the views live as long as `rows`.
check::MarketRow market_row(const Rows& rows, std::size_t row);
check::UserRow user_row(const Rows& rows, std::size_t row);

/// No wallet: NULL, or nothing but ASCII blanks (space, \t \n \v \f \r). The statements have the same rule.
bool is_blank(std::optional<std::string_view> wallet);

} // namespace db
