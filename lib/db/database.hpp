// The database as the cycle sees it: one question at a time, retried if that may help, never blocking.
//
// Every question is one SELECT in a READ ONLY transaction of its own, sent in ONE round trip:
//     BEGIN READ ONLY; SELECT set_config(statement_timeout, search_path, DateStyle, ...); <the query>; COMMIT
// The settings hold for this transaction. They pin everything that changes how values are printed and compared. So no
// session state is needed (PgBouncer in transaction mode), and a question can always be retried. A question that wants
// the indexer's watermark has one more SELECT, which sees the same snapshot as the rows: hence REPEATABLE READ.
//
// Retry budget: a question is asked at most 1 + max_retries times, a failed attempt to connect being one of them. Each
// attempt may take the operation timeout to connect and the operation timeout to answer. The server gets the same
// limit (statement_timeout). We wait a little longer before we close the connection, so that normally the server ends
// the statement itself and the connection survives.
#pragma once

#include "base/clock.hpp"
#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/retry_budget.hpp"
#include "db/connection_url.hpp"
#include "db/postgres.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace db {

struct Query {
    std::string sql; // one SELECT, without a trailing semicolon
    std::vector<std::string> parameters = {};
    bool prefer_index_order = false; // the planner misjudges our filters: see source.cpp
    std::string watermark_sql = {};  // one SELECT whose answer comes with the rows (Rows::watermark); empty: none
    bool once = false; // if the server ends it at the time-out, the caller tries again, and other questions go first
};

using Answer = base::Result<Rows, DatabaseError>;

/// Not thread-safe. The caller polls descriptor() until wakeup(), then calls advance(), then take_answer().
class Database {
  public:
    struct Settings {
        base::Duration operation_timeout = std::chrono::seconds(10);
        base::RetryPolicy retry;
    };
    /// Called before the wait for a retry.
    using RetryObserver = std::function<void(const DatabaseError& why, const base::Retry& retry)>;

    /// Does not connect yet. `clock` must outlive the database; `jitter` returns numbers in [0, 1].
    Database(ConnectionParameters parameters, Settings settings, const base::Clock& clock,
             std::function<double()> jitter, RetryObserver on_retry = {});

    /// Starts a question. Precondition: idle().
    void ask(Query query);

    /// True if no question is being asked and no answer waits to be taken.
    bool idle() const;

    /// The socket to wait for; nullopt if there is only wakeup() to wait for.
    std::optional<base::Descriptor> descriptor() const;

    /// When advance() has something to do even if the descriptor is quiet; base::never if there is no such time.
    base::TimePoint wakeup() const;

    /// Does what can be done without waiting. May be called at any time.
    void advance();

    /// The rows, or the error after all retries; nullopt while there is none. Given once, then the database is idle.
    std::optional<Answer> take_answer();

    /// How the connection that delivered the last answer is encrypted; nullopt if it is closed.
    std::optional<Transport> transport() const;

    /// Drops the question, the answer and the connection at once (deadline, signals). Then idle, and usable again.
    void abandon();

  private:
    void start_attempt();
    void send();
    void timed_out();
    void attempt_failed(DatabaseError error);
    base::Duration answer_limit() const;

    ConnectionParameters parameters_;
    Settings settings_;
    const base::Clock& clock_;
    std::function<double()> jitter_;
    RetryObserver on_retry_;
    base::Duration connect_limit_;

    std::unique_ptr<Connection> connection_;
    std::optional<Query> query_;        // the question being asked
    base::RetryBudget retries_;         // of it
    base::TimePoint due_ = base::never; // end of the backoff, or of the running operation's time
    bool waiting_ = false;              // in backoff
    bool sent_ = false;                 // the question was sent in this attempt
    std::optional<Answer> answer_;
};

} // namespace db
