#include "db/database_error.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace db {
namespace {

using Kind = ErrorKind;

constexpr std::string_view unsupported_parameter = "unsupported startup parameter"; // PgBouncer

struct Sign {
    std::string_view text;
    Kind kind;
};

// Longest code first: the first matching prefix decides. Codes: PostgreSQL manual, appendix A.
constexpr std::array states{
    Sign{"08", Kind::lost},        // connection exceptions; PgBouncer's every error (08P01), see below
    Sign{"22", Kind::bad_value},   // data exceptions
    Sign{"25P03", Kind::lost},     // idle_in_transaction_session_timeout
    Sign{"28", Kind::credentials}, // invalid authorization, invalid password
    Sign{"3D000", Kind::missing},  // database
    Sign{"3F000", Kind::missing},  // schema
    Sign{"40", Kind::busy},        // serialization failure, deadlock; 40001 is also a standby's conflict with recovery
    Sign{"42501", Kind::forbidden}, Sign{"42703", Kind::missing}, // column
    Sign{"42883", Kind::missing},                                 // function, operator
    Sign{"42P01", Kind::missing},                                 // table
    Sign{"42704", Kind::missing},                                 // type, role, ...
    Sign{"53", Kind::busy},                                       // too many connections, out of memory, disk full
    Sign{"55P03", Kind::busy},                                    // lock not available (lock_timeout)
    Sign{"57014", Kind::timed_out}, // statement_timeout, pg_cancel_backend, a standby's conflict with recovery
    Sign{"57P01", Kind::lost},      // shut down by the administrator, pg_terminate_backend
    Sign{"57P02", Kind::lost},      // another server process crashed
    Sign{"57P03", Kind::busy},      // starting up, shutting down, in recovery
    Sign{"57P04", Kind::missing},   // the database was dropped
    Sign{"57P05", Kind::lost},      // idle_session_timeout
    Sign{"58", Kind::busy},         // the server's own input and output
    Sign{"72000", Kind::busy},      // snapshot too old
};

// Errors without a SQLSTATE. Up to bind message: PgBouncer's (src/client.c, src/objects.c). Then libpq's (fe-connect.c,
// fe-auth.c, fe-secure-openssl.c), in English because the program never calls setlocale(): what only a change of the
// settings, of a file or of the machine puts right.
constexpr std::array phrases{
    Sign{"no such user", Kind::credentials},
    Sign{"authentication failed", Kind::credentials},
    Sign{"auth failed", Kind::credentials},
    Sign{"login rejected", Kind::credentials},
    Sign{"no such database", Kind::missing},
    Sign{"FATAL:  database \"", Kind::missing}, // this and the next passed on from the server, without their code
    Sign{"FATAL:  role \"", Kind::credentials},
    Sign{"too many connections", Kind::busy},
    Sign{"no more connections allowed", Kind::busy},
    Sign{"query_wait_timeout", Kind::busy},
    Sign{"client_login_timeout", Kind::busy},
    Sign{unsupported_parameter, Kind::settings},
    Sign{"SSL required", Kind::settings},
    Sign{"bind message supplies", Kind::other}, // a $1 in a SELECT of the operator's
    Sign{"no password supplied", Kind::credentials},
    Sign{"certificate verify failed", Kind::settings},
    Sign{"server certificate for", Kind::settings},
    Sign{"certificate file", Kind::settings},
    Sign{"private key file", Kind::settings},
    Sign{"private SSL key", Kind::settings},
    Sign{"SSL engine", Kind::settings},
    Sign{"SSL protocol version", Kind::settings},
    Sign{"host name must be specified", Kind::settings},
    Sign{"could not get home directory", Kind::settings},
    Sign{"does not support SSL", Kind::settings},
    Sign{"hannel binding", Kind::settings},
    Sign{"GSSAPI encryption required", Kind::settings},
    Sign{"authentication method", Kind::settings}, // one that libpq does not support
    Sign{"requirepeer", Kind::settings},
    Sign{"could not match", Kind::settings}, // numbers of hosts, addresses and ports
    Sign{"could not parse network address", Kind::settings},
    Sign{"invalid integer value", Kind::settings},
    Sign{"invalid port number", Kind::settings},
    Sign{"invalid connection option", Kind::settings}, // in a service file
    Sign{"definition of service", Kind::settings},
    Sign{"service file", Kind::settings},
    Sign{"is too long (maximum", Kind::settings}, // path of a unix-domain socket
    Sign{"local user", Kind::settings},           // no user in the URL, and the process has none
};

constexpr std::size_t most_verbose_bytes = std::size_t{64} << 10;
constexpr std::size_t most_text_bytes = 2'000; // shown and logged
constexpr std::string_view pooler_hint = ": a pooler such as PgBouncer refuses `options`; remove it from DATABASE_URL, "
                                         "or add pgbouncer=true, which drops it";

bool is_code_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

// In the verbose form a server's message is "<severity>:  <code>: <text>". The severity is in the server's language.
std::optional<std::size_t> find_code(std::string_view text, std::size_t from) {
    constexpr std::string_view lead = ":  ";
    for (auto at = text.find(lead, from); at != text.npos; at = text.find(lead, at + 1)) {
        const auto code = text.substr(at + lead.size(), 5);
        if (code.size() == 5 && std::all_of(code.begin(), code.end(), is_code_character) &&
            text.substr(at + lead.size() + 5, 2) == ": ") {
            return at + lead.size();
        }
    }
    return std::nullopt;
}

// "LOCATION:  auth_failed, auth.c:326"; the label is in libpq's language.
bool is_location(std::string_view line) {
    const auto digits = line.find_last_not_of("0123456789");
    return digits != line.npos && digits + 1 < line.size() && digits >= 2 && line.substr(digits - 2, 3) == ".c:" &&
           line.find(":  ") != line.npos;
}

std::string without_locations(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (!is_location(text.substr(0, end))) kept.append(text.substr(0, end)).push_back('\n');
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return kept;
}

} // namespace

ErrorKind classify(std::string_view sqlstate, std::string_view text, bool connected) {
    const bool vague = sqlstate.empty() || sqlstate == "08P01";
    if (vague) {
        for (const auto& [phrase, kind] : phrases) {
            if (text.find(phrase) != text.npos) return kind;
        }
        return connected ? Kind::lost : Kind::unreachable;
    }
    for (const auto& [prefix, kind] : states) {
        if (!sqlstate.starts_with(prefix)) continue;
        return kind == Kind::lost && !connected ? Kind::unreachable : kind;
    }
    return Kind::other;
}

bool retryable(ErrorKind kind) {
    switch (kind) {
    case Kind::unreachable:
    case Kind::lost:
    case Kind::timed_out:
    case Kind::busy:
        return true;
    case Kind::credentials:
    case Kind::missing:
    case Kind::forbidden:
    case Kind::bad_value:
    case Kind::settings:
    case Kind::too_large:
    case Kind::other:
        return false;
    }
    return false;
}

bool may_be_of_a_row(const DatabaseError& error) {
    return error.kind == Kind::too_large || (error.of_statement && !retryable(error.kind));
}

std::string_view name(ErrorKind kind) {
    constexpr std::array<std::string_view, 11> names{"unreachable", "lost",      "timed_out", "busy",
                                                     "credentials", "missing",   "forbidden", "bad_value",
                                                     "settings",    "too_large", "other"};
    return names[static_cast<std::size_t>(kind)];
}

DatabaseError connection_error(std::string_view verbose_text, std::string_view password, bool connected) {
    std::string text(verbose_text);
    base::mask_secret(text, password); // before anything else changes it
    text = without_locations(base::shortened(text, most_verbose_bytes));
    std::string sqlstate;
    // libpq reports every host it tried; the last one decides.
    for (auto at = find_code(text, 0); at; at = find_code(text, *at)) {
        sqlstate = text.substr(*at, 5);
        text.erase(*at - 1, 7); // " 28P01:", which leaves one blank before the message
    }
    text = one_line(text);
    const Kind kind = classify(sqlstate, text, connected);
    if (text.find(unsupported_parameter) != text.npos) text += pooler_hint;
    return {kind, std::move(sqlstate), base::shortened(text, most_text_bytes)};
}

std::string one_line(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    std::string line;
    while (true) {
        const auto begin = text.find_first_not_of(blanks);
        if (begin == text.npos) return line;
        text.remove_prefix(begin);
        const auto end = std::min(text.find('\n'), text.size());
        const auto part = text.substr(0, text.substr(0, end).find_last_not_of(blanks) + 1);
        if (!line.empty()) line += "; ";
        line += part;
        text.remove_prefix(end);
    }
}

} // namespace db
