#include "fakes/postgres_server.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

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

void script(std::string_view verb, const std::string& directory, std::string_view argument = {}) {
    const auto command =
        fmt::format("'{}' {} '{}' {} </dev/null >/dev/null", THROWAWAY_POSTGRES, verb, directory, argument);
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error(fmt::format("test set-up: scripts/throwaway-postgres {} failed", verb));
    }
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
    struct Shared final : PostgresServer {
        Shared() {
            std::string url = environment("TEST_POSTGRES_URL");
            std::string directory = environment("TEST_POSTGRES_DIR");
            if (url.empty() && directory.empty()) {
                directory = directory_ = new_directory();
                script("start", directory);
            }
            if (url.empty()) std::getline(std::ifstream(directory + "/url"), url);
            use(url);
        }
    };
    static Shared server;
    return server;
}

std::string PostgresServer::new_directory() {
    char name[] = "/tmp/tpg-XXXXXX";
    if (!mkdtemp(name)) throw std::runtime_error("test set-up: no temporary directory");
    return name;
}

void PostgresServer::use(const std::string& url) {
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
    if (directory_.empty()) return;
    try {
        script("stop", directory_);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "the throw-away server in %s: %s\n", directory_.c_str(), error.what());
    }
}

std::string PostgresServer::url(std::string_view role, std::string_view database) const {
    return fmt::format("postgresql://{}:{}@{}:{}/{}", role == "postgres" ? superuser_ : role, percent_encoded(password),
                       percent_encoded(host_), port_, percent_encoded(database));
}

OwnServer::OwnServer(const OwnServer* primary) {
    directory_ = new_directory();
    if (primary == nullptr) {
        script("start", directory_);
    } else {
        script("standby", primary->directory_, directory_);
    }
    std::string url;
    std::getline(std::ifstream(directory_ + "/url"), url);
    use(url);
}
void OwnServer::stop(std::string_view mode) {
    script("halt", directory_, mode);
}
void OwnServer::start() {
    script("resume", directory_);
}
void OwnServer::offer_tls(const std::optional<Certificate>& certificate) {
    const std::string data = directory_ + "/data";
    const std::string make =
        certificate ? fmt::format("cp {1} {0}/server.key && cp {2} {0}/server.crt", data, certificate->key_file,
                                  certificate->file)
                    : fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                                  "-subj /CN=localhost -keyout {0}/server.key -out {0}/server.crt 2>{0}/openssl.log",
                                  data);
    const std::string command =
        fmt::format("{1} && chmod 600 {0}/server.key && chown --reference={0}/PG_VERSION {0}/server.key {0}/server.crt",
                    data, make);
    if (std::system(command.c_str()) != 0) throw std::runtime_error("test set-up: no certificate");
    configure("ssl = on");
    stop("fast");
    start();
}
void OwnServer::begin_start() {
    script("resume", directory_, "no-wait");
}
void OwnServer::configure(std::string_view line) {
    std::ofstream(directory_ + "/data/postgresql.conf", std::ios::app) << line << '\n';
}
void OwnServer::begin_slow_start() {
    // It recovers from an archive that takes its time to say that it has nothing.
    configure("restore_command = 'sleep 0.6; false'");
    const std::string signal = directory_ + "/data/recovery.signal";
    std::ofstream{signal};
    std::filesystem::permissions(signal, std::filesystem::perms::all);
    begin_start();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (PQping(url("postgres", "postgres").c_str()) != PQPING_REJECT) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("test set-up: no slow start");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

TestDatabase::TestDatabase(std::string_view encoding, PostgresServer& server) : server_(server) {
    static int number = 0;
    name_ = fmt::format("test_{}_{}", getpid(), ++number);
    superuser_ = connect(server.url("postgres", "postgres"));
    // Of a process that was killed, and whose number this one was given.
    run(superuser_, fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
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
    if (!server_.directory_.empty()) return; // it goes with the server
    try {
        pg_conn* connection = connect(server_.url("postgres", "postgres"));
        run(connection, fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
        PQfinish(connection);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name_.c_str(), error.what());
    }
}

std::string TestDatabase::url(std::string_view role) const {
    return server_.url(role, name_);
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
