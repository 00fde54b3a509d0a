// Where the rows come from, and the statements that read them. Every table, function, type and operator in them is
// written with its schema: what somebody else creates in a schema of the search_path is never found. Only a SELECT of
// the operator's, which stands in them as a whole, is read with the search_path (database.cpp).
#pragma once

#include "db/database.hpp"
#include "db/id_type.hpp"
#include "verify/row.hpp"
#include "verify/verifier.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using verify::Check;
/// A table of the application, or the SELECT that stands for it.
using Table = const verify::Resource*;
inline constexpr Table market_table = &verify::market_resource;
inline constexpr Table user_table = &verify::user_resource;

inline Table table_of(Check check) {
    return &check.resource();
}

/// Those of the checks that read the table.
verify::Checks checks_of(Table table, const verify::Checks& checks);

/// The tables of the checks, each once.
std::vector<Table> tables_of(const verify::Checks& checks);

/// One of the application's tables, or the SELECT that stands for it. Found by db::Inspection.
struct Relation {
    /// What stands behind FROM, and how each column is written behind "source.": both quoted, ready for a statement. A
    /// column that is not there, or that the role may not read, is empty.
    std::string from;
    std::string id;
    std::map<std::string, std::string, std::less<>> columns = {}; // by the name that Profile::columns has; with the id
    /// Empty if it is not there.
    const std::string& column(std::string_view name) const;
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
    std::map<Table, Relation> relations;                 // of the selected checks
    verify::PerCheck<std::optional<Obstacle>> obstacles; // none: it can run
    const std::optional<Obstacle>& obstacle(Check check) const { return obstacles[check]; }
    /// Empty if it is not one of them.
    const Relation& at(Table table) const;
};

struct Shard {
    unsigned index = 0; // 0 .. count-1
    unsigned count = 1;
};

/// Which rows: of a check, of a shard, or (ids) a chosen few. `ids` are canonical (canonical_id).
struct Scope {
    Check check;
    Shard shard = {};
    std::optional<std::vector<std::string>> ids = std::nullopt;
};

/// The rows whose id has a hash that ends in these bits: half of them with each bit more, and known without any id.
/// Equal ids are in the same slice.
struct Slice {
    unsigned bits = 0; // 0: all rows
    std::uint32_t value = 0;
};

/// after < id <= up_to, each where given, in the slice, without the first `skip` of those rows; ids compare as their
/// column's type does.
struct Range {
    std::optional<std::string> after = std::nullopt;
    std::optional<std::string> up_to = std::nullopt;
    std::size_t skip = 0;
    Slice slice = {};
};

/// The first rows of the range by ascending id, at most `limit`, with the check's columns: those with its status; of a
/// check without one ALL rows, those without an address too, for they are counted. A value of more than
/// verify::most_value_bytes is cut to one character more; a title to 500 characters and an ellipsis.
Query page(const Source& source, const Scope& scope, const Range& range, std::size_t limit);
/// The ids alone of the same rows.
Query ids(const Source& source, const Scope& scope, const Range& range, std::size_t limit);
/// A page without rows. If it fails as the page of `range` did, the server computes rows before it chooses among them
/// (a SELECT with LIMIT, WITH ... AS MATERIALIZED): no condition on the ids leaves out the one that cannot be given.
/// `by_slice`: the condition is that of a slice; else that of a range.
Query page_of_nothing(const Source& source, const Scope& scope, Range range, bool by_slice);
/// Whether the rows can be sliced.
bool can_be_sliced(const Source& source, Check check);
/// Whether row number `row` > 0 of page() or ids() has the same id as the row before it. An id that was cut is no
/// other's.
bool has_id_of_row_before(const Rows& rows, std::size_t row);

/// No rows, for learn_types(): the columns that the check reads.
Query types(const Source& source, Check check);
/// Takes from the answer to types() which values of the check's table need no guard against their length.
void learn_types(Source& source, Check check, const Rows& rows);

/// One id of the table beyond `range.after`, each with the same chance, picked by `seed`; or none. Of a stored table it
/// comes from a sample of a few blocks, so that it costs the same whatever the table's size.
Query place(const Source& source, const Scope& scope, const Range& range, std::uint64_t seed);

/// The same rows again, as they are now: those of `ids` that are still in the check's scope.
Query again(const Source& source, Check check, std::span<const std::string> ids);

/// One row, one number (count_of): how many rows in scope a range holds.
Query count(const Source& source, const Scope& scope, const Range& range);
/// One row, two numbers: how many rows of the scope have this id, and how many of its table. With `all_in_scope` both
/// are the second: it needs no other column, which may be the one that cannot be given.
Query count_repeated(const Source& source, const Scope& scope, const std::string& id, bool all_in_scope = false);
/// The same of all rows of a range.
Query count_repeated(const Source& source, const Scope& scope, const Range& range, bool all_in_scope);
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

} // namespace db
