// Database errors, in the classes that the program treats differently. Pure: without libpq.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace db {

struct DatabaseError {
    enum class Kind : std::uint8_t {
        unreachable, // the connection could not be established
        lost,        // the connection broke, or the server ended it
        timed_out,   // by the server's limit or by ours
        busy,        // temporarily refused (starting up, too many connections, conflict with recovery)
        credentials, // password refused, role unknown, no pg_hba.conf entry
        missing,     // no such database, schema, table, column, function
        forbidden,   // a right is missing
        bad_value,   // a value does not fit its type, division by zero, ... (class 22)
        settings,    // the connection's settings cannot work (TLS refused, certificate not valid, key file missing)
        too_large,   // the answer is longer than the program takes (Connection::most_answer_bytes)
        other,       // anything else that would fail the same way again
    };
    Kind kind = Kind::other;
    std::string sqlstate;      // five characters; empty if the error is not the server's
    std::string text;          // one line, at most 2,000 bytes; never holds the password
    bool of_watermark = false; // the statement that failed reads the indexer's watermark
    bool of_statement = false; // the server refused a statement; the connection is still usable
    bool blocked = false;      // the server ended a statement (Query::once) at the time-out: a table may be locked
};

using ErrorKind = DatabaseError::Kind;

/// The kind of an error, by its SQLSTATE, or by its text if the SQLSTATE is empty (libpq's own errors) or 08P01 (all of
/// PgBouncer's). `connected`: the connection had been established.
ErrorKind classify(std::string_view sqlstate, std::string_view text, bool connected);

/// True if trying again may help. If it did not, the program exits with 4; with the other kinds it exits with 2.
bool retryable(ErrorKind kind);

/// True if one row's values may have caused an error that a retry does not help, so that the other rows of the
/// statement can be read without it. Precondition: the statement has worked before. The SQLSTATE does not decide: a
/// cast, a domain or a function in a view can raise any of them for one value.
bool may_be_of_a_row(const DatabaseError& error);

/// "unreachable", "timed_out", ...: for logs and tests.
std::string_view name(ErrorKind kind);

/// Makes an error of libpq's message, which must be verbose: only that form has the SQLSTATE. The last SQLSTATE counts;
/// the codes and the LOCATION lines are removed. `password` is masked, the text is cut.
DatabaseError connection_error(std::string_view verbose_text, std::string_view password, bool connected);

/// On one line: newlines with the blanks around them become "; ".
std::string one_line(std::string_view text);

} // namespace db
