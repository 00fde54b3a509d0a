#include "fakes/postgres_server.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace fakes {
namespace {

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                           c == '_' || c == '-';
        encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

pg_conn* connect(const std::string& url) {
    pg_conn* connection = PQconnectdb(url.c_str());
    if (PQstatus(connection) != CONNECTION_OK) {
        const std::string why = PQerrorMessage(connection);
        PQfinish(connection);
        throw std::runtime_error("test set-up: " + why);
    }
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
    return connection;
}

std::string run(pg_conn* connection, const std::string& sql) {
    pg_result* result = PQexec(connection, sql.c_str());
    const auto status = PQresultStatus(result);
    const std::string why = PQresultErrorMessage(result);
    const std::string value = PQntuples(result) > 0 && PQnfields(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error("test set-up: " + why);
    return value;
}

std::string script(std::string_view verb, const std::string& directory) {
    return fmt::format("'{}' {} '{}' </dev/null >/dev/null", THROWAWAY_POSTGRES, verb, directory);
}

std::string literal(const std::optional<std::string>& value) {
    if (!value) return "NULL";
    std::string quoted = "'";
    for (const char c : *value) quoted.append(c == '\'' ? 2 : 1, c);
    return quoted + "'";
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

} // namespace

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() {
    std::string url = environment("TEST_POSTGRES_URL");
    std::string directory = environment("TEST_POSTGRES_DIR");
    if (url.empty() && directory.empty()) {
        char name[] = "/tmp/tpg-XXXXXX";
        if (!mkdtemp(name)) throw std::runtime_error("test set-up: no temporary directory");
        directory = directory_ = name;
        if (std::system(script("start", directory).c_str()) != 0) {
            throw std::runtime_error("test set-up: scripts/throwaway-postgres failed");
        }
    }
    if (url.empty()) std::getline(std::ifstream(directory + "/url"), url);

    pg_conn* connection = connect(url);
    host_ = PQhost(connection);
    port_ = PQport(connection);
    superuser_ = PQuser(connection);
    // Many test processes may share the server and get here at once.
    run(connection, "SELECT pg_advisory_lock(4711)");
    for (const std::string_view role : {"app", "reader"}) {
        if (run(connection, fmt::format("SELECT 1 FROM pg_roles WHERE rolname = '{}'", role)).empty()) {
            run(connection, fmt::format("CREATE ROLE {} LOGIN PASSWORD '{}'", role, password));
        }
    }
    PQfinish(connection);
}

PostgresServer::~PostgresServer() {
    if (!directory_.empty() && std::system(script("stop", directory_).c_str()) != 0) {
        std::fprintf(stderr, "the throw-away server in %s was not stopped\n", directory_.c_str());
    }
}

std::string PostgresServer::url(std::string_view role, std::string_view database) const {
    return fmt::format("postgresql://{}:{}@{}:{}/{}", role == "postgres" ? superuser_ : role, percent_encoded(password),
                       percent_encoded(host_), port_, percent_encoded(database));
}

TestDatabase::TestDatabase(std::string_view encoding) {
    static int number = 0;
    const auto& server = PostgresServer::shared();
    name_ = fmt::format("test_{}_{}", getpid(), ++number);
    superuser_ = connect(server.url("postgres", "postgres"));
    // template0, because nobody can be connected to it.
    run(superuser_,
        fmt::format("CREATE DATABASE {} OWNER app TEMPLATE template0 ENCODING '{}' LOCALE 'C'", name_, encoding));
    PQfinish(superuser_);
    superuser_ = connect(url("postgres"));
    app_ = connect(url());
}

TestDatabase::~TestDatabase() {
    PQfinish(app_);
    PQfinish(superuser_);
    try {
        pg_conn* connection = connect(PostgresServer::shared().url("postgres", "postgres"));
        run(connection, fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
        PQfinish(connection);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name_.c_str(), error.what());
    }
}

std::string TestDatabase::url(std::string_view role) const {
    return PostgresServer::shared().url(role, name_);
}
std::string TestDatabase::exec(const std::string& sql) {
    return run(app_, sql);
}
std::string TestDatabase::exec_as_superuser(const std::string& sql) {
    return run(superuser_, sql);
}

void TestDatabase::create_tables(const Tables& tables) {
    const auto& [camel, schema, id, amount, enum_status] = tables;
    exec(fmt::format("CREATE SCHEMA IF NOT EXISTS \"{}\"", schema));
    std::string status = "text";
    if (enum_status) {
        status = fmt::format("\"{}\".\"MarketStatus\"", schema);
        if (exec(fmt::format("SELECT to_regtype({})", literal(status))).empty()) {
            exec(fmt::format("CREATE TYPE {} AS ENUM ('DRAFT', 'OPEN', 'CLOSED', 'RESOLVED')", status));
        }
    }
    exec(fmt::format(
        fmt::runtime(camel ? R"(CREATE TABLE "{0}"."Market" (id {1} PRIMARY KEY, "contractAddress" text, title text,
        status {3} NOT NULL, "yesLiquidity" {2}, "noLiquidity" {2}, "winningOutcome" integer,
        "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE "{0}"."User" (id {1} PRIMARY KEY, "walletAddress" text, "usdcBalance" {2}))"
                           : R"(CREATE TABLE "{0}".markets (id {1} PRIMARY KEY, contract_address text, title text,
        status {3} NOT NULL, yes_liquidity {2}, no_liquidity {2}, winning_outcome integer,
        created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE "{0}".users (id {1} PRIMARY KEY, wallet_address text, usdc_balance {2}))"),
        schema, id, amount, status));
}

void TestDatabase::insert(const Market& market, const Tables& tables) {
    exec(fmt::format("INSERT INTO \"{}\".{} VALUES ({}, {}, {}, {}, {}, {}, {})", tables.schema,
                     tables.camel_case ? "\"Market\"" : "markets", literal(market.id), literal(market.contract_address),
                     literal(market.title), literal(market.status), literal(market.yes_liquidity),
                     literal(market.no_liquidity), literal(market.winning_outcome)));
}

void TestDatabase::insert(const User& user, const Tables& tables) {
    exec(fmt::format("INSERT INTO \"{}\".{} VALUES ({}, {}, {})", tables.schema,
                     tables.camel_case ? "\"User\"" : "users", literal(user.id), literal(user.wallet_address),
                     literal(user.usdc_balance)));
}

} // namespace fakes
