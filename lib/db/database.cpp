#include "db/database.hpp"

#include "db/quoting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace db {
namespace {

using std::chrono::milliseconds;

std::string* find(ConnectionParameters& parameters, std::string_view keyword) {
    for (auto& [name, value] : parameters.keywords) {
        if (name == keyword) return &value;
    }
    return nullptr;
}

long long whole_milliseconds(base::Duration duration) {
    const auto count = std::chrono::ceil<milliseconds>(duration).count();
    return std::clamp<long long>(count, 1, std::numeric_limits<int>::max());
}

std::string in_words(base::Duration duration) {
    const auto ms = whole_milliseconds(duration);
    return ms % 1000 == 0 ? fmt::format("{} s", ms / 1000) : fmt::format("{} ms", ms);
}

// "a,b,c" becomes "b,c,a".
void rotate_list(std::string& list) {
    if (const auto comma = list.find(','); comma != list.npos) {
        list = list.substr(comma + 1) + ',' + list.substr(0, comma);
    }
}

bool has_nul(const Query& query) {
    const auto bad = [](const std::string& text) { return text.find('\0') != text.npos; };
    return bad(query.sql) || bad(query.watermark_sql) ||
           std::any_of(query.parameters.begin(), query.parameters.end(), bad);
}

// All settings that change how a value is printed, read or compared: the role, the database or, behind a pooler,
// another client's SET may have changed them. The values are PostgreSQL's defaults, except for those that depend on the
// locale.
constexpr std::string_view pinned_settings = ", pg_catalog.set_config('extra_float_digits', '1', true)"
                                             ", pg_catalog.set_config('datestyle', 'ISO, MDY', true)"
                                             ", pg_catalog.set_config('intervalstyle', 'postgres', true)"
                                             ", pg_catalog.set_config('timezone', 'UTC', true)"
                                             ", pg_catalog.set_config('bytea_output', 'hex', true)"
                                             ", pg_catalog.set_config('lc_monetary', 'C', true)"
                                             ", pg_catalog.set_config('lc_numeric', 'C', true)"
                                             ", pg_catalog.set_config('array_nulls', 'on', true)"
                                             ", pg_catalog.set_config('xmlbinary', 'base64', true)"
                                             ", pg_catalog.set_config('xmloption', 'content', true)"
                                             ", pg_catalog.set_config('quote_all_identifiers', 'off', true)"
                                             ", pg_catalog.set_config('standard_conforming_strings', 'on', true)"
                                             ", pg_catalog.set_config('transform_null_equals', 'off', true)"
                                             // else the planner answers page_of_nothing() without the table
                                             ", pg_catalog.set_config('constraint_exclusion', 'partition', true)"
                                             // else a GIN index may leave rows out
                                             ", pg_catalog.set_config('gin_fuzzy_search_limit', '0', true)";

// The role's own search_path ($user, public), between pg_catalog and pg_temp.
constexpr std::string_view own_search_path =
    "'pg_catalog, ' OPERATOR(pg_catalog.||) CASE WHEN pg_catalog.current_setting('search_path') "
    "OPERATOR(pg_catalog.=) '' THEN '' ELSE pg_catalog.current_setting('search_path') OPERATOR(pg_catalog.||) ', ' END "
    "OPERATOR(pg_catalog.||) 'pg_temp'";

// Settings of this transaction. The search_path is for the SELECTs of the SQL settings: the program's own SQL qualifies
// every name. pg_temp comes last, since behind a pooler another client may have created a table there.
Statement local_settings(const Query& query, const ConnectionParameters& parameters, base::Duration limit,
                         bool sql_ascii) {
    Statement statement{"SELECT pg_catalog.set_config('statement_timeout', $1, true)",
                        {std::to_string(whole_milliseconds(limit))}};
    if (parameters.schema_given) {
        statement.sql += ", pg_catalog.set_config('search_path', $2, true)";
        statement.parameters.push_back("pg_catalog, " + quoted_identifier(parameters.schema) + ", pg_temp");
    } else {
        statement.sql += fmt::format(", pg_catalog.set_config('search_path', {}, true)", own_search_path);
    }
    statement.sql += pinned_settings;
    // Otherwise such a database refuses a parameter that is not UTF-8, as an id may be.
    if (sql_ascii) statement.sql += ", pg_catalog.set_config('client_encoding', 'SQL_ASCII', true)";
    if (query.prefer_index_order) {
        // If a sort is needed all the same, its cost is 10^10, and each page would be compiled first: 0.5 s of the
        // server.
        statement.sql +=
            ", pg_catalog.set_config('enable_sort', 'off', true), pg_catalog.set_config('jit', 'off', true)"
            ", pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)";
    }
    return statement;
}

} // namespace

Database::Database(ConnectionParameters parameters, Settings settings, const base::Clock& clock,
                   std::function<double()> jitter, RetryObserver on_retry)
    : parameters_(std::move(parameters)), settings_(settings), clock_(clock), jitter_(std::move(jitter)),
      on_retry_(std::move(on_retry)), connect_limit_(settings.operation_timeout), retries_(settings.retry) {
    if (const std::string* own = find(parameters_, "connect_timeout")) { // libpq uses it only in blocking calls
        int seconds = 0;
        std::from_chars(own->data(), own->data() + own->size(), seconds);
        if (seconds > 0) connect_limit_ = std::min<base::Duration>(connect_limit_, std::chrono::seconds(seconds));
    }
    // One silent address of several must not use up the time of the others: the kernel ends the attempt earlier.
    if (!find(parameters_, "tcp_user_timeout")) {
        parameters_.keywords.emplace_back("tcp_user_timeout", std::to_string(whole_milliseconds(connect_limit_ / 2)));
    }
}

bool Database::idle() const {
    return !query_ && !answer_;
}

void Database::ask(Query query) {
    if (has_nul(query)) { // libpq would cut the text there
        answer_.emplace(base::Fail{DatabaseError{ErrorKind::bad_value, "22021", "a text holds a NUL character"}});
        return;
    }
    query_ = std::move(query);
    retries_.restart();
    start_attempt();
    advance();
}

void Database::start_attempt() {
    waiting_ = false;
    sent_ = false;
    if (!connection_) connection_ = std::make_unique<Connection>(parameters_);
    due_ = clock_.now() + connect_limit_;
}

base::Duration Database::answer_limit() const {
    const auto grace = std::min<base::Duration>(settings_.operation_timeout / 4, std::chrono::seconds(1));
    return settings_.operation_timeout + grace;
}

void Database::send() {
    sent_ = true;
    due_ = clock_.now() + answer_limit();
    using Kept = Statement::Kept;
    std::vector<Statement> transaction{
        {"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", {}},
        local_settings(*query_, parameters_, settings_.operation_timeout, connection_->sql_ascii()),
        {query_->sql, query_->parameters, Kept::rows}};
    if (!query_->watermark_sql.empty()) transaction.push_back({query_->watermark_sql, {}, Kept::watermark});
    transaction.push_back({"COMMIT", {}});
    connection_->run(std::move(transaction));
}

std::optional<base::Descriptor> Database::descriptor() const {
    return connection_ && query_ && !waiting_ ? connection_->descriptor() : std::nullopt;
}

base::TimePoint Database::wakeup() const {
    if (answer_) return clock_.now();
    return query_ ? due_ : base::never;
}

void Database::advance() {
    if (!query_) return;
    if (waiting_) {
        if (clock_.now() < due_) return;
        start_attempt();
    }
    connection_->advance();
    if (connection_->state() == Connection::State::ready && !sent_) send();
    if (auto answer = connection_->take_answer()) {
        if (connection_->state() == Connection::State::broken) connection_.reset();
        if (!*answer) return attempt_failed(answer->error());
        query_.reset();
        answer_ = std::move(answer);
    } else if (clock_.now() >= due_) {
        timed_out();
    }
}

void Database::timed_out() {
    connection_.reset(); // the server ends the statement itself; PQcancel would block
    if (sent_) {
        return attempt_failed(
            {ErrorKind::timed_out, "", fmt::format("the database did not answer within {}", in_words(answer_limit()))});
    }
    // The next attempt starts with the next host of the list, if there is one.
    for (const auto* keyword : {"host", "hostaddr", "port"}) {
        if (std::string* list = find(parameters_, keyword)) rotate_list(*list);
    }
    attempt_failed(
        {ErrorKind::timed_out, "", fmt::format("no connection to the database within {}", in_words(connect_limit_))});
}

void Database::attempt_failed(DatabaseError error) {
    error.blocked = query_->once && error.of_statement && error.kind == ErrorKind::timed_out;
    std::optional<base::Retry> retry;
    if (retryable(error.kind) && !error.blocked) retry = retries_.take(base::TimeBudget(clock_), jitter_);
    if (!retry) {
        query_.reset();
        answer_.emplace(base::Fail{std::move(error)});
        return;
    }
    if (error.kind == ErrorKind::lost) connection_.reset();
    waiting_ = true;
    due_ = retry->due;
    if (on_retry_) on_retry_(error, *retry);
}

std::optional<Answer> Database::take_answer() {
    return std::exchange(answer_, std::nullopt);
}

std::optional<Transport> Database::transport() const {
    return connection_ && idle() ? std::optional(connection_->transport()) : std::nullopt;
}

void Database::abandon() {
    connection_.reset();
    query_.reset();
    answer_.reset();
    waiting_ = false;
}

} // namespace db
