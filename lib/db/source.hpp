// Where the rows come from, and the statements that read them. Every table, function, type and operator in them is
// written with its schema, so that nothing created in a schema of the search_path takes its place. Only an operator's
// own SELECT, which is embedded as a whole, uses the search_path (database.cpp).
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

/// The checks that read the table.
verify::Checks checks_of(Table table, const verify::Checks& checks);

/// The tables of the checks, each once.
std::vector<Table> tables_of(const verify::Checks& checks);

/// One of the application's tables, or the SELECT that replaces it. Found by db::Inspection.
struct Relation {
    /// The text after FROM, and the text of each column after "source.": both quoted, ready for a statement. A column
    /// that does not exist, or that the role may not read, is empty.
    std::string from;
    std::string id;
    std::map<std::string, std::string, std::less<>> columns = {}; // by the name that Profile::columns has; with the id
    /// Empty if there is no such column.
    const std::string& column(std::string_view name) const;
    IdType id_type;
    bool stored = false;                   // a table, not a view or a SELECT: an index orders the ids
    std::vector<std::string> bounded = {}; // columns without long values (learn_types)
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
    /// An empty relation if the table is not among them.
    const Relation& at(Table table) const;
};

struct Shard {
    unsigned index = 0; // 0 .. count-1
    unsigned count = 1;
};

/// Which rows: those of a check and a shard, or only those with the given ids, which are canonical (canonical_id).
struct Scope {
    Check check;
    Shard shard = {};
    std::optional<std::vector<std::string>> ids = std::nullopt;
};

/// The rows whose id has a hash that ends in these bits. Each bit halves them, without knowledge of any id. Equal ids
/// are in the same slice.
struct Slice {
    unsigned bits = 0; // 0: all rows
    std::uint32_t value = 0;
};

/// after < id <= up_to (nullopt: no limit), in the slice, without the first `skip` of these rows. Ids compare as in
/// their column's type.
struct Range {
    std::optional<std::string> after = std::nullopt;
    std::optional<std::string> up_to = std::nullopt;
    std::size_t skip = 0;
    Slice slice = {};
};

/// The first rows of the range by ascending id, at most `limit`, with the check's columns. A check with a status gets
/// the rows with that status; a check without one gets ALL rows, since those without an address are counted. A value of
/// more than verify::most_value_bytes is cut to one character more; a title to 500 characters and an ellipsis.
Query page(const Source& source, const Scope& scope, const Range& range, std::size_t limit);
/// The ids alone of the same rows.
Query ids(const Source& source, const Scope& scope, const Range& range, std::size_t limit);
/// A page without rows. If it fails like the page of `range`, the server computes rows before it filters them (a SELECT
/// with LIMIT, WITH ... AS MATERIALIZED): then no condition on the ids excludes the row that cannot be read.
/// `by_slice`: the condition is that of a slice; else that of a range.
Query page_of_nothing(const Source& source, const Scope& scope, Range range, bool by_slice);
/// Whether the rows can be sliced.
bool can_be_sliced(const Source& source, Check check);
/// True if row number `row` > 0 of page() or ids() has the same id as the row before it. An id that was cut equals no
/// other.
bool has_id_of_row_before(const Rows& rows, std::size_t row);

/// No rows, for learn_types(): the columns that the check reads.
Query types(const Source& source, Check check);
/// Learns from the answer to types() which columns need no guard against long values.
void learn_types(Source& source, Check check, const Rows& rows);

/// One id of the table after `range.after`, picked at random by `seed`, or no row. In a stored table it comes from a
/// sample of a few blocks, so that the cost does not depend on the table's size.
Query place(const Source& source, const Scope& scope, const Range& range, std::uint64_t seed);

/// The same rows again, as they are now: those of `ids` that are still in the check's scope.
Query again(const Source& source, Check check, std::span<const std::string> ids);

/// One row, one number (count_of): how many rows in scope a range holds.
Query count(const Source& source, const Scope& scope, const Range& range);
/// One row, two numbers: how many rows of the scope have this id, and how many rows of its table. With `all_in_scope`
/// both are the second, which needs no other column: that may be the one that cannot be read.
Query count_repeated(const Source& source, const Scope& scope, const std::string& id, bool all_in_scope = false);
/// The same of all rows of a range.
Query count_repeated(const Source& source, const Scope& scope, const Range& range, bool all_in_scope);
/// One row, one number: an estimate of the rows of a scope without ids, in a stored table, from a sample of a few
/// blocks like place(). Exact for a table that is not larger than the sample.
Query estimate(const Source& source, const Scope& scope);
std::uint64_t count_of(const Rows& rows, std::size_t column = 0);
/// True if count() can be asked even if the check itself cannot run.
bool countable(const Source& source, const Scope& scope);

/// One row with the id as the database writes it (canonical_id), or none, whatever the status. An error of the kind
/// bad_value means the same as no row: the text is not a value of the id's type.
Query look_up(const Source& source, Table table, std::string id);
std::optional<std::string> canonical_id(const Answer& answer);

} // namespace db
