// libpq, and nothing of it shows: postgres.cpp alone includes libpq-fe.h.
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
    /// nullopt for NULL; of char(n) without the blanks it is filled up with. Both indexes must be in range.
    std::optional<std::string_view> value(std::size_t row, std::size_t column) const override;
    /// Bytes of memory that it takes.
    std::size_t bytes() const;
    /// By the column's type: no value is longer than 64 KiB (a numeric: 144 KiB).
    bool is_bounded(std::size_t column) const;
    /// By the column's type: values that its order calls equal are the same text, unless a collation says otherwise.
    bool differs_as_text(std::size_t column) const;

    /// The indexer's watermark in the snapshot that these rows are from; nullptr if it was not asked for.
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

/// How a connection goes over the wire.
struct Transport {
    std::string tls;    // "TLSv1.3"; empty: none
    bool local = false; // through a Unix socket, or to this machine
};

/// One statement with its parameters ($1, $2, ...): text of no stated type, so that the server takes the column's.
struct Statement {
    enum class Kept { nothing, rows, watermark }; // of what it returns
    std::string sql;
    std::vector<std::string> parameters;
    Kept kept = Kept::nothing;
};

/// A non-blocking connection: no retries, no time-outs (db::Database has them). Not thread-safe. Destroying it closes
/// the connection at once, whatever it is doing. An answer of more than most_answer_bytes breaks it, too, with the
/// error too_large. Limit: libpq resolves host names with getaddrinfo(), which blocks for as long as resolv.conf
/// allows.
class Connection {
  public:
    static constexpr std::size_t most_answer_bytes = std::size_t{8} << 20;

    enum class State { connecting, ready, working, broken };

    explicit Connection(const ConnectionParameters& parameters); // starts connecting
    State state() const { return state_; }

    /// What to wait for; nullopt while ready or broken.
    std::optional<base::Descriptor> descriptor() const;

    /// Goes on as far as is possible without waiting. May be called at any time, also when nothing is ready.
    void advance();

    /// Runs the statements in one round trip, in a pipeline without named statements; the first must open a transaction
    /// and the last commit it. What the statements marked Kept::rows and, after it, Kept::watermark return is the
    /// answer. Precondition: ready. After an error the transaction is rolled back before the answer is given.
    void run(const std::vector<Statement>& transaction);

    /// The answer of run() once state() is ready or broken again, or why the connection broke; each is given once.
    std::optional<base::Result<Rows, DatabaseError>> take_answer();

    /// Whether the database is in SQL_ASCII: then nothing is known of the encoding, and bytes come as they are.
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

    std::unique_ptr<pg_conn, Finish> connection_;
    State state_ = State::connecting;
    std::string password_; // only to mask it
    bool want_write_ = true;
    bool rolling_back_ = false;
    std::vector<Statement::Kept> statements_; // of the transaction
    std::size_t finished_ = 0;                // of these
    std::uint64_t received_ = 0;              // bytes, since run(); of a socket that does not count itself: at least
    std::optional<std::uint64_t> received_before_; // by a socket that counts, until run()
    std::optional<base::Result<Rows, DatabaseError>> answer_;
};

/// The parameters libpq knows, and its reading of a URL (which must hold no others); nullopt where it cannot be parsed.
/// libpq's own message is withheld: it repeats parts of the URL.
bool libpq_knows(std::string_view keyword);
std::optional<std::vector<std::pair<std::string, std::string>>> libpq_parse(const std::string& url);

/// For --version: "15.18".
std::string libpq_version();

} // namespace db
