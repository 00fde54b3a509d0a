// A real PostgreSQL for tests: one throw-away server, a fresh database for each test, the application's tables in both
// of Prisma's spellings. Blocking, for a test's own set-up.
#pragma once

#include "fakes/authority.hpp"

#include <optional>
#include <string>
#include <string_view>

struct pg_conn;

namespace fakes {

/// The server that environment TEST_POSTGRES_URL (a superuser's URL) or TEST_POSTGRES_DIR (a directory of
/// scripts/throwaway-postgres) names, else one started for this process and stopped at its end.
class PostgresServer {
  public:
    static PostgresServer& shared();

    /// A URL for a role of this server ("app" owns the test databases; "reader" may do nothing but connect, until a
    /// test grants it something; "postgres" is the superuser). The password needs percent-encoding, and is encoded.
    std::string url(std::string_view role, std::string_view database) const;
    const std::string& host() const { return host_; }
    const std::string& port() const { return port_; }

    static constexpr std::string_view password = "s3cret:p@ss"; // of all roles

    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

  protected:
    PostgresServer() = default;
    void use(const std::string& url);
    static std::string new_directory();

    std::string directory_; // of a server that is ours to stop

  private:
    std::string host_;
    std::string port_;
    std::string superuser_;
    friend class TestDatabase;
};

/// A server of a test's own, to be stopped, restarted or copied. Its databases go with it.
class OwnServer final : public PostgresServer {
  public:
    /// A new cluster, or a read-only streaming standby of `primary`, with all its databases and roles.
    explicit OwnServer(const OwnServer* primary = nullptr);

    /// As `pg_ctl stop` in the mode "fast" or "immediate"; start() comes back with the same port and data.
    void stop(std::string_view mode);
    void start();
    /// The same without waiting until it is up.
    void begin_start();
    /// The same, and waits until it takes connections and refuses them, because it is starting up.
    void begin_slow_start();
    /// Adds a line to postgresql.conf, read at the next start.
    void configure(std::string_view line);
    /// Takes TLS connections from then on, with this certificate or one that it signs itself.
    void offer_tls(const std::optional<Certificate>& certificate = std::nullopt);
};

/// How the application's tables look. Prisma makes text or uuid or integer ids, DECIMAL(65,30) or double precision
/// amounts, and an enum type for the status.
struct Tables {
    bool camel_case = false; // "Market"/"User" instead of markets/users
    std::string schema = "public";
    std::string id_type = "text";
    std::string amount_type = "numeric(65,30)";
    bool enum_status = true;
};

/// Values as SQL literals are made of them; nullopt is NULL.
struct Market {
    std::string id;
    std::optional<std::string> contract_address = "CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD2KM";
    std::optional<std::string> title = "Will it rain?";
    std::string status = "OPEN";
    std::optional<std::string> yes_liquidity = "100";
    std::optional<std::string> no_liquidity = "100";
    std::optional<std::string> winning_outcome = std::nullopt;
};

struct User {
    std::string id;
    std::optional<std::string> wallet_address = std::nullopt;
    std::optional<std::string> usdc_balance = "0";
};

/// A database of its own name, dropped at the end whoever is still connected.
class TestDatabase {
  public:
    explicit TestDatabase(std::string_view encoding = "UTF8", PostgresServer& server = PostgresServer::shared());
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& name() const { return name_; }
    std::string url(std::string_view role = "app") const;

    /// Runs statements as "app", or as the superuser; throws std::runtime_error where they fail. The first column of
    /// the last statement's first row, or an empty text.
    std::string exec(const std::string& sql);
    std::string exec_as_superuser(const std::string& sql);

    void create_tables(const Tables& tables = {});
    void insert(const Market& market, const Tables& tables = {});
    void insert(const User& user, const Tables& tables = {});

  private:
    PostgresServer& server_;
    std::string name_;
    pg_conn* app_ = nullptr;
    pg_conn* superuser_ = nullptr;
};

} // namespace fakes
