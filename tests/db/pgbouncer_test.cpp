// Through a real PgBouncer in transaction mode (Debian's package). Where it is not installed, there is nothing to test.
#include "db/inspected.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using db::Asking;
using db::Query;
using db::value;
using fakes::PostgresServer;
using fakes::TestDatabase;

namespace {

constexpr const char* program = "/usr/sbin/pgbouncer";

// One server connection for all clients, so that whatever a transaction left behind would be the next one's.
class PgBouncer {
  public:
    PgBouncer() {
        char name[] = "/tmp/tpb-XXXXXX";
        directory_ = mkdtemp(name);
        std::filesystem::permissions(directory_, std::filesystem::perms::all);
        const auto& server = PostgresServer::shared();
        port_ = 32000 - 1 - static_cast<int>(getpid() % 5000); // below the ports the system hands out
        std::ofstream(directory_ + "/users") << fmt::format("\"app\" \"{}\"\n", PostgresServer::password);
        std::ofstream(directory_ + "/ini") << fmt::format(
            "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n"
            "unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}/users\npool_mode = transaction\n"
            "default_pool_size = 1\nlogfile = {}/log\n",
            server.host(), server.port(), port_, directory_, directory_);
        const std::string ini = directory_ + "/ini";
        child_ = fork();
        if (child_ == 0) {
            if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(126);
            if (geteuid() == 0) { // it refuses to run as root
                execl(program, program, "-q", "-u", "postgres", ini.c_str(), nullptr);
            } else {
                execl(program, program, "-q", ini.c_str(), nullptr);
            }
            _exit(127);
        }
    }
    ~PgBouncer() {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
        std::filesystem::remove_all(directory_);
    }
    PgBouncer(const PgBouncer&) = delete;
    PgBouncer& operator=(const PgBouncer&) = delete;

    std::string url(const std::string& database, const std::string& credentials = "app:s3cret%3Ap%40ss") const {
        return fmt::format("postgresql://{}@127.0.0.1:{}/{}?pgbouncer=true", credentials, port_, database);
    }

  private:
    std::string directory_;
    int port_ = 0;
    pid_t child_ = -1;
};

db::Database::Settings patient() {
    return {std::chrono::seconds(5), {50, std::chrono::milliseconds(50), 1.0}};
}

} // namespace

TEST_CASE("PgBouncer in transaction mode: two clients take turns on one server connection", "[db][postgres]") {
    if (access(program, X_OK) != 0) {
        WARN("pgbouncer is not installed");
        return;
    }
    TestDatabase database;
    database.create_tables();
    database.exec("CREATE SCHEMA shop; INSERT INTO users SELECT i, 'G', i FROM generate_series(1, 100) i");
    const PgBouncer bouncer;
    Asking one(bouncer.url(database.name()) + "&schema=shop", patient());
    Asking two(bouncer.url(database.name()), patient());
    const auto pid = value(one(Query{"SELECT pg_backend_pid()"}));
    CHECK(value(two(Query{"SELECT pg_backend_pid()"})) == pid);

    for (int round = 0; round < 5; ++round) {
        CHECK(value(one(Query{"SELECT current_setting('search_path')"})) == "\"shop\", \"$user\", public");
        CHECK(value(two(Query{"SELECT current_setting('search_path')"})) == "\"$user\", public");
        CHECK_FALSE(one(Query{"SELECT 1 / $1::int", {"0"}})); // rolls back, and gives the server back
        CHECK(value(two(Query{"SELECT $1::int + 1", {std::to_string(round)}})) == std::to_string(round + 1));
    }
    const auto source = inspect(two).source();
    const auto rows = two(db::page(source, {.kind = check::Kind::balances}, {}, 60));
    REQUIRE(rows);
    CHECK(rows->size() == 60);
    CHECK(database.exec("SHOW statement_timeout") == "0");

    Asking wrong(bouncer.url(database.name(), "app:wrong"));
    const auto refused = wrong(Query{"SELECT 1"});
    REQUIRE_FALSE(refused);
    CHECK(name(refused.error().kind) == name(db::ErrorKind::credentials));
    Asking unknown(bouncer.url(database.name(), "nobody:wrong"));
    const auto nobody = unknown(Query{"SELECT 1"});
    REQUIRE_FALSE(nobody);
    CHECK(name(nobody.error().kind) == name(db::ErrorKind::credentials));
    Asking nowhere(bouncer.url("no_such_database"));
    const auto missing = nowhere(Query{"SELECT 1"});
    REQUIRE_FALSE(missing);
    CHECK(nowhere.retries.empty());
    CHECK(name(missing.error().kind) == name(db::ErrorKind::missing));
}
