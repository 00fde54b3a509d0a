// What can go wrong with the database, in the classes that the program treats differently. Pure: no libpq here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace db {

struct DatabaseError {
    enum class Kind : std::uint8_t {
        unreachable, // no connection came about
        lost,        // the connection broke, or the server ended it
        timed_out,   // neither the server nor we wanted to wait longer
        busy,        // the server says: not now (starting up, too many connections, conflict with recovery)
        credentials, // password refused, role unknown, no pg_hba.conf entry
        missing,     // no such database, schema, table, column, function
        forbidden,   // a right is missing
        bad_value,   // a value is none of the type, division by zero, ... (class 22)
        settings,    // the connection's own settings cannot work (TLS refused, certificate not valid)
        too_large,   // the answer is longer than the program takes (Connection::most_answer_bytes)
        other,       // anything else that would fail the same way again
    };
    Kind kind = Kind::other;
    std::string sqlstate;      // five characters; empty where the error is not the server's
    std::string text;          // one line for a person; never holds the password
    bool of_watermark = false; // the statement at fault is the one for the indexer's watermark
    bool of_statement = false; // the server refused a statement, and the connection is as good as before
};

using ErrorKind = DatabaseError::Kind;

/// The one translation of a SQLSTATE (empty: none) and, where that says too little, of the text: PgBouncer calls
/// everything 08P01, and what libpq finds itself has no code at all. `connected`: the connection had come about.
ErrorKind classify(std::string_view sqlstate, std::string_view text, bool connected);

/// Whether trying again may help: exit code 4 when it did not, where the others are 2.
bool retryable(ErrorKind kind);

/// Whether a single row's values may be the cause of an error that no retry helps against, so that the other rows of
/// the statement can be had without it. Precondition: the statement has been proven to work. Then the SQLSTATE says
/// nothing: a cast, a domain or a function in a view can raise any of them for one value.
bool may_be_of_a_row(const DatabaseError& error);

/// "unreachable", "timed_out", ...: for logs and tests.
std::string_view name(ErrorKind kind);

/// Makes an error of what libpq says of a connection that failed, in its verbose form, which alone has the SQLSTATE:
/// finds the last one, and leaves out the code and the LOCATION lines. `password` is masked should it ever occur.
DatabaseError connection_error(std::string_view verbose_text, std::string_view password, bool connected);

/// On one line: newlines with the blanks around them become "; ".
std::string one_line(std::string_view text);

} // namespace db
