// The wrapper around libpq: only postgres.cpp includes libpq-fe.h.
#pragma once

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "db/connection_url.hpp"
#include "db/database_error.hpp"
#include "verify/row.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace db {

/// The rows of one answer, all columns as text. Owns them: the views live as long as it does. Movable.
class Rows final : public verify::Values {
  public:
    explicit Rows(pg_result* result); // takes ownership
    std::size_t size() const;         // rows
    std::size_t columns() const;
    std::string_view column_name(std::size_t column) const;
    /// nullopt for NULL, and for an index out of range; char(n) comes without its padding.
    std::optional<std::string_view> value(std::size_t row, std::size_t column) const override;
    /// The memory it takes, in bytes.
    std::size_t bytes() const;
    /// True if the column's type allows no value longer than 64 KiB (numeric: 144 KiB).
    bool is_bounded(std::size_t column) const;
    /// True if values of the column's type that compare equal are the same text, unless a collation says otherwise.
    bool differs_as_text(std::size_t column) const;

    /// The indexer's watermark, read in the same snapshot as these rows; nullptr if it was not asked for.
    const Rows* watermark() const { return watermark_.get(); }
    void set_watermark(Rows watermark) { watermark_ = std::make_unique<Rows>(std::move(watermark)); }

  private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
    std::vector<bool> padded_; // by column
    std::unique_ptr<Rows> watermark_;
};

/// How a connection is encrypted.
struct Transport {
    std::string tls;    // "TLSv1.3"; empty: none
    bool local = false; // through a Unix socket, or to this machine
};

/// One statement and its parameters ($1, $2, ...). Parameters are sent without a type: the server infers it.
struct Statement {
    enum class Kept { nothing, rows, watermark }; // what becomes of its result
    std::string sql;
    std::vector<std::string> parameters;
    Kept kept = Kept::nothing;
};

/// A non-blocking connection: no retries, no time-outs (db::Database has them). Not thread-safe. Destroying it closes
/// the connection at once, whatever it is doing. An answer of more than most_answer_bytes breaks it with the error
/// too_large, and more than most_greeting_bytes before the server accepts the connection with unreachable. Limits that
/// only the program's last-resort timer can enforce: libpq resolves host names with getaddrinfo(), which blocks for as
/// long as resolv.conf allows, and computes as many SCRAM iterations as the server asks for.
class Connection {
  public:
    static constexpr std::size_t most_answer_bytes = std::size_t{8} << 20;
    static constexpr std::size_t most_greeting_bytes = std::size_t{128} << 10; // TLS and authentication included

    enum class State { connecting, ready, working, broken };

    explicit Connection(const ConnectionParameters& parameters); // starts connecting
    State state() const { return state_; }

    /// What to wait for; nullopt while ready or broken.
    std::optional<base::Descriptor> descriptor() const;

    /// Does what can be done without waiting. May be called at any time, even if nothing is ready.
    void advance();

    /// Runs the statements in one round trip, in a pipeline without named statements. The first must open a transaction
    /// and the last must commit it. The answer is the result of the statement marked Kept::rows and of the one marked
    /// Kept::watermark, which comes after it. After an error the transaction is rolled back before the answer is given.
    /// Precondition: ready.
    void run(const std::vector<Statement>& transaction);

    /// The answer of run(), or why the connection broke; nullopt until state() is ready or broken. Given once.
    std::optional<base::Result<Rows, DatabaseError>> take_answer();

    /// True if the database is in SQL_ASCII: the encoding is unknown, and bytes come as they are.
    bool sql_ascii() const;

    /// Precondition: the connection has been ready.
    Transport transport() const;

  private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    void advance_connecting();
    void settle();
    void advance_working();
    void collect_results();
    void take_result(pg_result* result);
    void pipeline_ended();
    void break_off();
    bool socket_ready() const;
    void consume_input();
    template <class Read>
    bool metered(std::uint64_t most, Read read);

    std::unique_ptr<pg_conn, Finish> connection_;
    State state_ = State::connecting;
    std::string password_; // only to mask it
    bool want_write_ = true;
    bool rolling_back_ = false;
    std::vector<Statement::Kept> statements_; // of the transaction
    std::size_t finished_ = 0;                // number of these
    std::uint64_t received_ = 0; // bytes since run(), or since the connection was begun; a lower bound for Unix sockets
    std::uint64_t received_before_ = 0; // until run(), as TCP sockets count
    std::optional<base::Result<Rows, DatabaseError>> answer_;
};

/// True if libpq has this connection parameter.
bool libpq_knows(std::string_view keyword);
/// The keywords and values of a URL that has no parameters unknown to libpq; nullopt if libpq cannot parse it. libpq's
/// message is withheld, because it repeats parts of the URL.
std::optional<std::vector<std::pair<std::string, std::string>>> libpq_parse(const std::string& url);

/// For --version: "15.18".
std::string libpq_version();

} // namespace db
