#include "db/database_error.hpp"

#include <catch2/catch.hpp>

using db::classify;
using db::connection_error;
using db::ErrorKind;

TEST_CASE("every SQLSTATE has its kind, and every kind says whether trying again may help", "[db]") {
    struct Row {
        const char* sqlstate;
        const char* text;
        bool connected;
        ErrorKind kind;
        bool again;
    };
    const Row rows[] = {
        {"", "Connection refused", false, ErrorKind::unreachable, true},
        {"", "could not translate host name \"db\" to address", false, ErrorKind::unreachable, true},
        {"", "server closed the connection unexpectedly", true, ErrorKind::lost, true},
        {"", "fe_sendauth: no password supplied", false, ErrorKind::credentials, false},
        {"", "SSL error: certificate verify failed", false, ErrorKind::settings, false},
        {"", "server certificate for \"a\" does not match host name \"b\"", false, ErrorKind::settings, false},
        {"", "root certificate file \"/x\" does not exist", false, ErrorKind::settings, false},
        {"", "server does not support SSL, but SSL was required", false, ErrorKind::settings, false},
        {"", "session is read-only", false, ErrorKind::unreachable, true},
        {"", "local user with ID 4711 does not exist", false, ErrorKind::settings, false},
        {"", "could not look up local user ID 4711: timeout", false, ErrorKind::settings, false},
        {"", "private key file \"/k\" has group or world access", false, ErrorKind::settings, false},
        {"", "private key file \"/k\" is not a regular file", false, ErrorKind::settings, false},
        {"", "could not load private key file \"/k\": bad decrypt", false, ErrorKind::settings, false},
        {"", "certificate does not match private key file \"/k\": x", false, ErrorKind::settings, false},
        {"", "could not open certificate file \"/c\": Permission denied", false, ErrorKind::settings, false},
        {"", "could not load SSL engine \"e\": x", false, ErrorKind::settings, false},
        {"", "invalid SSL protocol version range", false, ErrorKind::settings, false},
        {"", "service file \"/s\" not found", false, ErrorKind::settings, false},
        {"", "definition of service \"s\" not found", false, ErrorKind::settings, false},
        {"", "authentication method 99 not supported", false, ErrorKind::settings, false},
        {"", "could not parse network address \"x\": y", false, ErrorKind::settings, false},
        {"", "requirepeer specifies \"a\", but actual peer user name is \"b\"", false, ErrorKind::settings, false},
        {"08P01", "unsupported startup parameter: options", false, ErrorKind::settings, false},
        {"08P01", "SSL required", false, ErrorKind::settings, false},
        {"08P01", "login rejected", false, ErrorKind::credentials, false},
        {"08006", "", true, ErrorKind::lost, true},
        {"08001", "", false, ErrorKind::unreachable, true},
        {"08P01", "no such user: x", false, ErrorKind::credentials, false},
        {"08P01", "password authentication failed", false, ErrorKind::credentials, false},
        {"08P01", "SASL authentication failed", false, ErrorKind::credentials, false},
        {"08P01", "no such database: x", false, ErrorKind::missing, false},
        {"08P01", "FATAL:  database \"x\" does not exist", false, ErrorKind::missing, false},
        {"08P01", "FATAL:  role \"x\" does not exist", false, ErrorKind::credentials, false},
        {"08P01", "no more connections allowed (max_client_conn)", false, ErrorKind::busy, true},
        {"08P01", "query_wait_timeout", true, ErrorKind::busy, true},
        {"08P01", "bind message supplies 0 parameters, but prepared statement \"\" requires 1", true, ErrorKind::other,
         false},
        {"08P01", "server conn crashed?", true, ErrorKind::lost, true},
        {"22P02", "", true, ErrorKind::bad_value, false},
        {"22003", "", true, ErrorKind::bad_value, false},
        {"22012", "", true, ErrorKind::bad_value, false},
        {"25006", "", true, ErrorKind::other, false},
        {"25P03", "", true, ErrorKind::lost, true},
        {"28000", "no pg_hba.conf entry", false, ErrorKind::credentials, false},
        {"28P01", "", false, ErrorKind::credentials, false},
        {"3D000", "", false, ErrorKind::missing, false},
        {"3F000", "", true, ErrorKind::missing, false},
        {"40001", "conflict with recovery", true, ErrorKind::busy, true},
        {"40P01", "deadlock", true, ErrorKind::busy, true},
        {"42501", "", true, ErrorKind::forbidden, false},
        {"42601", "syntax error", true, ErrorKind::other, false},
        {"42703", "", true, ErrorKind::missing, false},
        {"42883", "", true, ErrorKind::missing, false},
        {"42P01", "", true, ErrorKind::missing, false},
        {"53300", "", false, ErrorKind::busy, true},
        {"53200", "", true, ErrorKind::busy, true},
        {"55P03", "", true, ErrorKind::busy, true},
        {"57014", "statement timeout", true, ErrorKind::timed_out, true},
        {"57P01", "", true, ErrorKind::lost, true},
        {"57P01", "", false, ErrorKind::unreachable, true},
        {"57P02", "", true, ErrorKind::lost, true},
        {"57P03", "starting up", false, ErrorKind::busy, true},
        {"57P04", "", true, ErrorKind::missing, false},
        {"57P05", "", true, ErrorKind::lost, true},
        {"58030", "", true, ErrorKind::busy, true},
        {"XX000", "", true, ErrorKind::other, false},
        {"0A000", "", true, ErrorKind::other, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.sqlstate, row.text, row.connected);
        const auto kind = classify(row.sqlstate, row.text, row.connected);
        CHECK(name(kind) == name(row.kind));
        CHECK(retryable(kind) == row.again);
    }
}

TEST_CASE("the SQLSTATE is found in libpq's verbose text, and what is for developers is left out", "[db]") {
    const auto error =
        connection_error("connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password "
                         "authentication failed for user \"app\"\nLOCATION:  auth_failed, auth.c:326\n",
                         "pw", false);
    CHECK(error.sqlstate == "28P01");
    CHECK(error.kind == ErrorKind::credentials);
    CHECK(error.text ==
          "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  password authentication failed "
          "for user \"app\"");
}

TEST_CASE("the severity may be in any language", "[db]") {
    const auto error =
        connection_error("Verbindung fehlgeschlagen: SCHWERWIEGEND:  57P03: das Datenbanksystem startet\n"
                         "ORT:  ProcessStartupPacket, postmaster.c:2404\n",
                         "", false);
    CHECK(error.kind == ErrorKind::busy);
    CHECK(error.text == "Verbindung fehlgeschlagen: SCHWERWIEGEND:  das Datenbanksystem startet");
}

TEST_CASE("of several hosts the last SQLSTATE counts", "[db]") {
    const auto error =
        connection_error("connection to \"a\" failed: FATAL:  57P03: the database system is starting up\n"
                         "LOCATION:  f, postmaster.c:2404\n"
                         "connection to \"b\" failed: FATAL:  3D000: database \"x\" does not exist\n",
                         "", false);
    CHECK(error.kind == ErrorKind::missing);
    CHECK(error.text == "connection to \"a\" failed: FATAL:  the database system is starting up; connection to \"b\" "
                        "failed: FATAL:  database \"x\" does not exist");
}

TEST_CASE("a password is masked wherever it may stand", "[db]") {
    const auto error = connection_error("could not do hunter2 with hunter2hunter2", "hunter2", true);
    CHECK(error.text == "could not do *** with ******");
    CHECK(connection_error("text", "", true).text == "text");
}

TEST_CASE("several lines become one", "[db]") {
    CHECK(db::one_line("server closed\n\tThis probably means\n\n  more  \n") ==
          "server closed; This probably means; more");
    CHECK(db::one_line("") == "");
    CHECK(db::one_line(" \n ") == "");
}

TEST_CASE("a text is cut after its password was masked, and however many codes it has", "[db]") {
    std::string text = "hunter2\nhunter2 ";
    for (int i = 0; i < 100'000; ++i) text += "FATAL:  28P01: x\n";
    const auto error = connection_error(text, "hunter2\nhunter2", true);
    CHECK(error.text.starts_with("*** FATAL:  x; FATAL:"));
    CHECK(error.text.size() <= 2000);
    CHECK(error.kind == ErrorKind::credentials);
}
