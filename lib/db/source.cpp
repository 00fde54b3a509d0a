#include "db/source.hpp"

#include "db/quoting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace db {
namespace {

std::string of_source(const std::string& column) {
    return "source." + column;
}

// As text, of a collation that is there whatever a SELECT made it of, and the same everywhere.
std::string text_of(const std::string& column) {
    return of_source(column) + R"(::pg_catalog.text COLLATE pg_catalog."C")";
}

std::string has_status(const Relation& relation, std::string_view status) {
    return fmt::format("pg_catalog.upper({}) OPERATOR(pg_catalog.=) '{}'", text_of(relation.column("status")), status);
}

// The rule of verify::is_blank(). PostgreSQL's E'' strings have no \v.
std::string has_address(const Relation& relation, Check check) {
    return fmt::format(R"(pg_catalog.btrim({}, E' \t\n\x0B\f\r') OPERATOR(pg_catalog.<>) '')",
                       text_of(relation.column(check->profile().columns[1].name)));
}

std::string in_scope(const Relation& relation, Check check) {
    const verify::Profile& profile = check->profile();
    if (profile.every_row) return "true";
    return profile.scoped_by_address() ? has_address(relation, check) : has_status(relation, profile.status);
}

// "value::type", and if the operators take another one, to which it is binary-coercible, "value::type::operand".
std::string as_operand(std::string value, const IdType& type, bool is_of_type) {
    if (!is_of_type) value += "::" + type.input;
    if (!type.operand.empty() && (is_of_type || type.operand != type.input)) value += "::" + type.operand;
    return value;
}

// The id as its operators take it: an index on the column serves this, for the cast changes no value.
std::string id_operand(const Relation& relation) {
    return as_operand(of_source(relation.id), relation.id_type, true);
}

// 64 bits, the same for equal ids. Any hash will do, so long as every shard asks the same server. Precondition: there
// is one.
std::string hash_of_id(const Relation& relation, unsigned seed) {
    const IdType& type = relation.id_type;
    if (type.hash == IdType::Hash::own)
        return fmt::format("{}({}, {})", type.hash_function, id_operand(relation), seed);
    return fmt::format("pg_catalog.hashtextextended({}, {})", text_of(relation.id), seed);
}

// A statement in the making: conditions joined by AND, values as parameters, which are cast to the id's type.
class Select {
  public:
    explicit Select(const Relation& relation) : relation_(relation), id_(id_operand(relation)) {}

    void where(std::string condition) { conditions_.push_back(std::move(condition)); }
    void where_id(const std::string& comparison, std::string value) {
        parameters_.push_back(std::move(value));
        const auto parameter = fmt::format("${}", parameters_.size());
        where(fmt::format("{} {} {}", id_, comparison, as_operand(parameter, relation_.id_type, false)));
    }
    /// `id` is not cut when it is cast to the type: "abc" to the "char" a.
    void where_whole(std::string id) {
        const std::string& type = relation_.id_type.input;
        const bool is_array = type == R"("pg_catalog"."_name")" || type == R"("pg_catalog"."_char")";
        if (!is_array && type != R"("pg_catalog"."name")" && type != R"("pg_catalog"."char")") return;
        // A parameter of its own: the type of one is that of its first cast.
        parameters_.push_back(std::move(id));
        where(fmt::format(
            R"(${0}::{1}::{2}::{1} COLLATE pg_catalog."C" OPERATOR(pg_catalog.=) ${0}::{1} COLLATE pg_catalog."C")",
            parameters_.size(), is_array ? "pg_catalog.text[]" : "pg_catalog.text", type));
    }
    void where_id_in(std::span<const std::string> ids) {
        parameters_.push_back(array_literal(ids));
        const auto& type = relation_.id_type;
        // An index on id serves the first form, and the second where PostgreSQL finds it cheaper.
        const auto list =
            !type.list.empty()
                ? fmt::format("${}::{}", parameters_.size(), type.list) +
                      (type.operand.empty() || type.operand == type.input ? "" : fmt::format("::{}[]", type.operand))
                : fmt::format("SELECT {} FROM pg_catalog.unnest(${}::pg_catalog.text[]) AS listed (id)",
                              as_operand("listed.id", type, false), parameters_.size());
        where(fmt::format("{} {} ANY ({})", id_, type.equal, list));
    }
    void where_range(const Range& range) {
        if (range.after) where_id(relation_.id_type.greater, *range.after);
        if (range.up_to) where_id(relation_.id_type.at_most, *range.up_to);
        if (range.slice.bits > 0) where_slice((std::uint64_t{1} << range.slice.bits) - 1, range.slice.value);
    }
    /// Not the hash of the shards: in one of two shards all ids would be in the same half.
    void where_slice(std::uint64_t mask, std::int64_t value) {
        where(fmt::format(
            "({} OPERATOR(pg_catalog.&) '{}'::pg_catalog.int8) OPERATOR(pg_catalog.=) '{}'::pg_catalog.int8",
            hash_of_id(relation_, 1), mask, value));
    }
    void where_shard(const Shard& shard) {
        if (shard.count <= 1) return;
        if (relation_.id_type.hash == IdType::Hash::none) {
            if (shard.index > 0) where("false");
            return;
        }
        // scripts/sql/shard-index.sql has the same term.
        where(fmt::format("pg_catalog.mod(pg_catalog.mod({0}, {1}) OPERATOR(pg_catalog.+) {1}, {1}) "
                          "OPERATOR(pg_catalog.=) {2}",
                          hash_of_id(relation_, 0), shard.count, shard.index));
    }
    void where_scope(const Scope& scope) {
        if (scope.ids) where_id_in(*scope.ids);
        where_shard(scope.shard);
    }

    /// Only about 16 blocks of 8 KiB of the table with all its partitions; all blocks of a small one.
    void sample_blocks(std::uint32_t seed) {
        parameters_.push_back(relation_.from);
        blocks_ = fmt::format("greatest(1, coalesce((SELECT pg_catalog.sum(pg_catalog.pg_relation_size(part.relid)) "
                              "FROM pg_catalog.pg_partition_tree(${0}::pg_catalog.regclass) AS part), "
                              "pg_catalog.pg_relation_size(${0}::pg_catalog.regclass)) OPERATOR(pg_catalog./) 8192.0)",
                              parameters_.size());
        sample_ =
            fmt::format(" TABLESAMPLE pg_catalog.system (least(100, 1600.0 OPERATOR(pg_catalog./) {})) REPEATABLE ({})",
                        blocks_, seed);
    }

    Query finish(std::string_view columns, std::string_view tail) && {
        std::string sql = fmt::format("SELECT {} FROM {} AS source{}", columns, relation_.from, sample_);
        std::string_view glue = " WHERE ";
        for (const auto& condition : conditions_) {
            sql.append(glue).append(condition);
            glue = " AND ";
        }
        sql.append(tail);
        return {std::move(sql), std::move(parameters_)};
    }

    /// So many rows of the sample's blocks meet the conditions, times all blocks for each of those.
    Query finish_estimate() && {
        std::string condition;
        for (const auto& each : std::exchange(conditions_, {})) (condition += condition.empty() ? "" : " AND ") += each;
        const std::string of_sample = "pg_catalog.count(DISTINCT (source.tableoid, "
                                      "(source.ctid::pg_catalog.text::pg_catalog.point)[0]))";
        return std::move(*this).finish(
            fmt::format("pg_catalog.round((pg_catalog.count(*) FILTER (WHERE {}) OPERATOR(pg_catalog.*) {}) "
                        "OPERATOR(pg_catalog./) greatest(1, {}))::pg_catalog.int8",
                        condition, blocks_, of_sample),
            "");
    }

  private:
    const Relation& relation_;
    std::string id_;
    std::string blocks_; // of the table, if it is sampled
    std::string sample_;
    std::vector<std::string> conditions_;
    std::vector<std::string> parameters_;
};

// In the order of verify::Row; empty: NULL in its place.
std::vector<std::string> columns_of(const Relation& relation, Check check) {
    std::vector<std::string> columns;
    for (const verify::Column& column : check->profile().columns) columns.push_back(relation.column(column.name));
    return columns;
}

// Without a cast to text where no value can be long: everything comes as text anyway, and a cast would make each
// numeric and uuid a text value first, which takes the server longer than all the rest. The length of a text costs
// nothing, not even of one that is stored apart.
std::string guarded(const Relation& relation, const std::string& column) {
    if (column.empty()) return "NULL";
    const auto& bounded = relation.bounded;
    if (std::find(bounded.begin(), bounded.end(), column) != bounded.end()) return of_source(column);
    return fmt::format("CASE WHEN pg_catalog.octet_length({0}::pg_catalog.text) OPERATOR(pg_catalog.<=) {1} "
                       "THEN {0}::pg_catalog.text ELSE pg_catalog.left({0}::pg_catalog.text, {1} + 1) END",
                       of_source(column), verify::most_value_bytes);
}

// The ellipsis is a character of its own where the server's encoding has it for certain.
std::string cut_title(const std::string& column) {
    constexpr std::string_view cut =
        "CASE WHEN pg_catalog.octet_length({0}::pg_catalog.text) OPERATOR(pg_catalog.>) 500 AND "
        "pg_catalog.length(pg_catalog.left({0}::pg_catalog.text, 501)) OPERATOR(pg_catalog.>) 500 "
        "THEN pg_catalog.concat(pg_catalog.left({0}::pg_catalog.text, 500), "
        "CASE WHEN pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.=) 'UTF8' "
        "THEN pg_catalog.convert_from(pg_catalog.decode('e280a6', 'hex'), pg_catalog.getdatabaseencoding()) "
        "ELSE '...' END) ELSE {0}::pg_catalog.text END";
    return fmt::format(cut, of_source(column));
}

std::string guarded_columns(const Relation& relation, Check check) {
    std::string text;
    for (const verify::Column& column : check->profile().columns) {
        const std::string& place = relation.column(column.name);
        if (!text.empty()) text += ", ";
        text += !place.empty() && column.name == "title" ? cut_title(place) : guarded(relation, place);
    }
    return text;
}

constexpr std::string_view repeated_column = "stellar_sync_repeated"; // of page(); it is the last

// Qualified: the column of the output is text and would sort 10 before 9.
std::string by_id(const Relation& relation) {
    return fmt::format(" ORDER BY {} USING {}", id_operand(relation), relation.id_type.less);
}

std::string first_rows(const Relation& relation, const Range& range, std::size_t limit) {
    const std::string skipped = range.skip > 0 ? fmt::format(" OFFSET {} ROWS", range.skip) : "";
    return fmt::format("{}{} FETCH FIRST {} ROWS ONLY", by_id(relation), skipped, limit);
}

std::string repeated(const Relation& relation) {
    return fmt::format("{0} {1} pg_catalog.lag({0}) OVER ({2}) AS {3}", id_operand(relation), relation.id_type.equal,
                       by_id(relation), repeated_column);
}

Select select_rows(const Source& source, const Scope& scope, const Range& range) {
    const Relation& relation = source.at(table_of(scope.check));
    Select select(relation);
    if (!scope.check->profile().scoped_by_address()) select.where(in_scope(relation, scope.check));
    select.where_scope(scope);
    select.where_range(range);
    return select;
}

Query finish_page(Select select, const Relation& relation, std::string columns, const Range& range, std::size_t limit) {
    if (!relation.ids_differ_as_text) columns += ", " + repeated(relation);
    auto query = std::move(select).finish(columns, first_rows(relation, range, limit));
    // Of upper(status) and of the shard the planner assumes that one row in 200 passes, and would read and sort the
    // whole table for each page. A million markets, half of them open: 307 ms a page of 2000, against 22 by the index.
    query.prefer_index_order = relation.stored;
    return query;
}

} // namespace

const std::string& Relation::column(std::string_view name) const {
    static const std::string none;
    const auto found = columns.find(name);
    return found == columns.end() ? none : found->second;
}

const Relation& Source::at(Table table) const {
    static const Relation none{};
    const auto found = relations.find(table);
    return found == relations.end() ? none : found->second;
}

verify::Checks checks_of(Table table, const verify::Checks& checks) {
    verify::Checks of_table;
    std::copy_if(checks.begin(), checks.end(), std::back_inserter(of_table),
                 [table](Check check) { return table_of(check) == table; });
    return of_table;
}

std::vector<Table> tables_of(const verify::Checks& checks) {
    std::vector<Table> tables;
    for (const Check check : checks) {
        if (std::find(tables.begin(), tables.end(), table_of(check)) == tables.end()) tables.push_back(table_of(check));
    }
    return tables;
}

Query page(const Source& source, const Scope& scope, const Range& range, std::size_t limit) {
    const Relation& relation = source.at(table_of(scope.check));
    return finish_page(select_rows(source, scope, range), relation, guarded_columns(relation, scope.check), range,
                       limit);
}

Query ids(const Source& source, const Scope& scope, const Range& range, std::size_t limit) {
    const Relation& relation = source.at(table_of(scope.check));
    return finish_page(select_rows(source, scope, range), relation, guarded(relation, relation.id), range, limit);
}

Query page_of_nothing(const Source& source, const Scope& scope, Range range, bool by_slice) {
    const Relation& relation = source.at(table_of(scope.check));
    range.skip = 0;
    if (!by_slice) range.after = range.up_to;
    Select select = select_rows(source, scope, range);
    // No slice has this mask: the planner knows that one expression cannot equal two constants.
    if (by_slice) select.where_slice(2, -1);
    return finish_page(std::move(select), relation, guarded_columns(relation, scope.check), range, 1);
}

bool can_be_sliced(const Source& source, Check check) {
    return source.at(table_of(check)).id_type.hash != IdType::Hash::none;
}

bool has_id_of_row_before(const Rows& rows, std::size_t row) {
    const auto id = rows.value(row, 0).value_or("");
    if (id.size() > verify::most_value_bytes) return false;
    const std::size_t last = rows.columns() - 1;
    if (rows.column_name(last) == repeated_column) return rows.value(row, last) == "t";
    return id == rows.value(row - 1, 0).value_or("");
}

Query types(const Source& source, Check check) {
    const Relation& relation = source.at(table_of(check));
    Select select(relation);
    if (!check->profile().scoped_by_address()) select.where(in_scope(relation, check));
    std::string columns;
    for (const std::string& column : columns_of(relation, check)) {
        columns += (columns.empty() ? "" : ", ") + (column.empty() ? "NULL" : of_source(column));
    }
    Query query = std::move(select).finish(columns, " FETCH FIRST 0 ROWS ONLY");
    query.once = true;
    return query;
}

void learn_types(Source& source, Check check, const Rows& rows) {
    Relation& relation = source.relations[table_of(check)];
    const auto columns = columns_of(relation, check);
    for (std::size_t i = 0; i < columns.size() && i < rows.columns(); ++i) {
        if (!columns[i].empty() && rows.is_bounded(i)) relation.bounded.push_back(columns[i]);
    }
    relation.ids_differ_as_text = rows.differs_as_text(0) && !relation.id_type.nondeterministic;
}

Query place(const Source& source, const Scope& scope, const Range& range, std::uint64_t seed) {
    const Relation& relation = source.at(table_of(scope.check));
    const auto salt = static_cast<std::uint32_t>(seed >> 32);
    Select select(relation);
    if (relation.stored) select.sample_blocks(salt);
    select.where_range(range);
    return std::move(select).finish(
        of_source(relation.id),
        fmt::format(" ORDER BY pg_catalog.hashtextextended({}, {}) FETCH FIRST ROW ONLY", text_of(relation.id), salt));
}

Query again(const Source& source, Check check, std::span<const std::string> ids) {
    const Relation& relation = source.at(table_of(check));
    Select select(relation);
    select.where_id_in(ids);
    select.where(in_scope(relation, check));
    return std::move(select).finish(guarded_columns(relation, check), by_id(relation));
}

Query count(const Source& source, const Scope& scope, const Range& range) {
    const Relation& relation = source.at(table_of(scope.check));
    Select select(relation);
    select.where(in_scope(relation, scope.check));
    select.where_scope(scope);
    select.where_range(range);
    return std::move(select).finish("pg_catalog.count(*)", "");
}

namespace {

Query finish_count_repeated(Select select, const Relation& relation, Check check, bool all_in_scope) {
    return std::move(select).finish(
        all_in_scope
            ? "pg_catalog.count(*), pg_catalog.count(*)"
            : fmt::format("pg_catalog.count(*) FILTER (WHERE {}), pg_catalog.count(*)", in_scope(relation, check)),
        "");
}

} // namespace

Query count_repeated(const Source& source, const Scope& scope, const std::string& id, bool all_in_scope) {
    const Relation& relation = source.at(table_of(scope.check));
    Select select(relation);
    select.where_id(relation.id_type.equal, id);
    select.where_shard(scope.shard);
    return finish_count_repeated(std::move(select), relation, scope.check, all_in_scope);
}

Query count_repeated(const Source& source, const Scope& scope, const Range& range, bool all_in_scope) {
    const Relation& relation = source.at(table_of(scope.check));
    Select select(relation);
    select.where_scope(scope);
    select.where_range(range);
    return finish_count_repeated(std::move(select), relation, scope.check, all_in_scope);
}

Query estimate(const Source& source, const Scope& scope) {
    const Relation& relation = source.at(table_of(scope.check));
    Select select(relation);
    select.where(in_scope(relation, scope.check));
    select.where_scope(scope);
    select.sample_blocks(0);
    Query query = std::move(select).finish_estimate();
    query.once = true;
    return query;
}

std::uint64_t count_of(const Rows& rows, std::size_t column) {
    std::uint64_t number = 0;
    if (rows.size() == 1) {
        const auto text = rows.value(0, column).value_or("0");
        std::from_chars(text.data(), text.data() + text.size(), number);
    }
    return number;
}

bool countable(const Source& source, const Scope& scope) {
    const Relation& relation = source.at(table_of(scope.check));
    const verify::Profile& profile = scope.check->profile();
    if (relation.from.empty()) return false;
    if (!profile.every_row && relation.column(profile.scoped_by_address() ? profile.columns[1].name : "status").empty())
        return false;
    if (scope.ids && relation.id_type.equal.empty()) return false;
    return !relation.id.empty() || (!scope.ids && scope.shard.count <= 1);
}

Query look_up(const Source& source, Table table, std::string id) {
    const Relation& relation = source.at(table);
    Select select(relation);
    select.where_id(relation.id_type.equal, id);
    select.where_whole(std::move(id));
    return std::move(select).finish(of_source(relation.id), " FETCH FIRST ROW ONLY");
}

std::optional<std::string> canonical_id(const Answer& answer) {
    if (!answer || answer->size() == 0) return std::nullopt;
    return std::string(answer->value(0, 0).value_or(""));
}

} // namespace db
