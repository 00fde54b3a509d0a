// What goes wrong between us and the server, with a real server and with sockets that only look like one.
#include "db/question.hpp"
#include "devnet/held_port.hpp"
#include "fakes/postgres_server.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

using db::Asking;
using db::ErrorKind;
using db::Query;
using db::value;
using fakes::PostgresServer;
using fakes::TestDatabase;
using std::chrono::milliseconds;

namespace {

// Takes connections and never says a word.
class SilentServer {
  public:
    SilentServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        listen(socket_, 16);
        port_ = ntohs(address.sin_port);
    }
    ~SilentServer() { close(socket_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    int port() const { return port_; }

  private:
    int socket_;
    int port_ = 0;
};

db::Database::Settings settings(milliseconds timeout, unsigned retries) {
    return {timeout, {retries, milliseconds(5), 2.0}};
}

bool mentions(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

} // namespace

TEST_CASE("a refused port is tried again as often as the settings say", "[db][postgres]") {
    const devnet::HeldPort port("127.0.0.1", 0);
    Asking ask(fmt::format("postgresql://app:s3cret@127.0.0.1:{}/app", port.number()), settings(milliseconds(2000), 2));
    const auto answer = ask(Query{"SELECT 1"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::unreachable);
    CHECK(mentions(answer.error().text, "Connection refused"));
    CHECK(ask.retries.size() == 2);
}

TEST_CASE("a wrong password is refused once and for all, and stands in no text", "[db][postgres]") {
    TestDatabase database;
    const auto& server = PostgresServer::shared();
    for (const std::string wrong : {"hunter2", "h%20unter%2F2"}) {
        Asking ask(fmt::format("postgresql://app:{}@{}:{}/{}", wrong, server.host(), server.port(), database.name()));
        const auto answer = ask(Query{"SELECT 1"});
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::credentials);
        CHECK(answer.error().sqlstate == "28P01");
        CHECK(mentions(answer.error().text, "password authentication failed for user \"app\""));
        CHECK_FALSE(mentions(answer.error().text, "unter"));
        CHECK_FALSE(mentions(answer.error().text, "28P01"));
        CHECK_FALSE(mentions(answer.error().text, "auth.c"));
        CHECK_FALSE(mentions(answer.error().text, "\n"));
        CHECK(ask.retries.empty());
    }
}

TEST_CASE("no password, an unknown role, an unknown database", "[db][postgres]") {
    TestDatabase database;
    const auto& server = PostgresServer::shared();
    const auto kind = [&](const std::string& who, const std::string& where) {
        Asking ask(fmt::format("postgresql://{}@{}:{}/{}?passfile=/nowhere", who, server.host(), server.port(), where));
        const auto answer = ask(Query{"SELECT 1"});
        REQUIRE_FALSE(answer);
        CHECK(ask.retries.empty());
        return answer.error().kind;
    };
    CHECK(kind("app", database.name()) == ErrorKind::credentials);
    CHECK(kind("nobody:x", database.name()) == ErrorKind::credentials);
    CHECK(kind("app:s3cret%3Ap%40ss", "no_such_database") == ErrorKind::missing);
}

TEST_CASE("TLS that the server does not speak is a matter of settings", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url() + "?sslmode=require");
    const auto answer = ask(Query{"SELECT 1"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::settings);
    CHECK(ask.retries.empty());
}

TEST_CASE("a server that never says a word is left after the operation's time", "[db]") {
    SilentServer server;
    Asking ask(fmt::format("postgresql://app:x@127.0.0.1:{}/app?sslmode=disable", server.port()),
               settings(milliseconds(100), 1));
    const auto answer = ask(Query{"SELECT 1"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::timed_out);
    CHECK(answer.error().text == "no connection to the database within 100 ms");
    CHECK(ask.retries.size() == 1);
}

TEST_CASE("connect_timeout of the URL holds where it is shorter", "[db]") {
    SilentServer server;
    Asking ask(fmt::format("postgresql://app:x@127.0.0.1:{}/app?connect_timeout=1", server.port()),
               settings(milliseconds(5000), 0));
    const auto answer = ask(Query{"SELECT 1"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().text == "no connection to the database within 1 s");
}

TEST_CASE("of several hosts a silent or a dead one does not matter", "[db][postgres]") {
    TestDatabase database;
    const SilentServer silent;
    const devnet::HeldPort dead("127.0.0.1", 0);
    const auto& server = PostgresServer::shared();
    const auto url = [&](int port) {
        return fmt::format("postgresql://app:s3cret%3Ap%40ss@127.0.0.1:{},{}:{}/{}", port, server.host(), server.port(),
                           database.name());
    };
    Asking past_dead(url(dead.number()));
    CHECK(value(past_dead(Query{"SELECT 1"})) == "1");
    CHECK(past_dead.retries.empty());
    Asking past_silent(url(silent.port()), settings(milliseconds(1000), 1));
    CHECK(value(past_silent(Query{"SELECT 1"})) == "1");
    CHECK(past_silent.retries.size() == 1);
}

TEST_CASE("a connection that was killed while idle or at work is made anew", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    const auto pid = value(ask(Query{"SELECT pg_backend_pid()"}));
    const auto kill_it = fmt::format("SELECT pg_terminate_backend({}, 5000)", pid);
    CHECK(database.exec_as_superuser(kill_it) == "t");
    CHECK(value(ask(Query{"SELECT 1"})) == "1");
    REQUIRE(ask.retries.size() == 1);
    CHECK(mentions(ask.retries[0], "terminating connection due to administrator command"));

    const auto second = value(ask(Query{"SELECT pg_backend_pid()"}));
    ask.database.ask(Query{"SELECT pg_sleep(CASE WHEN pg_backend_pid() = $1 THEN 20 ELSE 0 END), 'awake'", {second}});
    ask.step(milliseconds(50));
    CHECK(database.exec_as_superuser(fmt::format("SELECT pg_terminate_backend({}, 5000)", second)) == "t");
    const auto answer = ask.answer();
    REQUIRE(answer);
    CHECK(answer->value(0, 1) == "awake");
    CHECK(ask.retries.size() == 2);
}

TEST_CASE("the server ends a statement at the time-out, and the connection survives", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url(), settings(milliseconds(1000), 1));
    const auto pid = value(ask(Query{"SELECT pg_backend_pid()"}));
    const auto answer = ask(Query{"SELECT pg_sleep(20)"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::timed_out);
    CHECK(answer.error().sqlstate == "57014");
    CHECK(ask.retries.size() == 1);
    CHECK(value(ask(Query{"SELECT pg_backend_pid()"})) == pid);
}

TEST_CASE("a server that hangs in a query is cut off, and asked again on a new connection", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url(), settings(milliseconds(1000), 3));
    const auto pid = static_cast<pid_t>(std::stol(value(ask(Query{"SELECT pg_backend_pid()"}))));
    REQUIRE(kill(pid, SIGSTOP) == 0);
    const auto other = value(ask(Query{"SELECT pg_backend_pid()"}));
    kill(pid, SIGCONT);
    CHECK(other != std::to_string(pid));
    REQUIRE(ask.retries.size() == 1);
    CHECK(ask.retries[0] == "the database did not answer within 1250 ms");
}

TEST_CASE("too many connections: waits for one to be free", "[db][postgres]") {
    TestDatabase database;
    database.exec_as_superuser(fmt::format("ALTER DATABASE {} CONNECTION LIMIT 1", database.name()));
    Asking ask(database.url(), settings(milliseconds(2000), 2)); // the test's own connection holds the one place
    const auto answer = ask(Query{"SELECT 1"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::busy);
    CHECK(answer.error().sqlstate == "53300");
    CHECK(ask.retries.size() == 2);
}

TEST_CASE("a right that is missing", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TABLE t (x int)");
    Asking ask(database.url("reader"));
    const auto answer = ask(Query{"SELECT * FROM t"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::forbidden);
    CHECK(answer.error().text == "permission denied for table t");
}

TEST_CASE("waits between retries grow, and the wake-up time tells their end", "[db]") {
    const devnet::HeldPort server("127.0.0.1", 0);
    std::vector<base::Duration> waits;
    base::SystemClock clock;
    db::Database database(
        Asking::parameters(fmt::format("postgresql://x:y@127.0.0.1:{}/z", server.number())),
        settings(milliseconds(2000), 3), clock, [] { return 0.5; },
        [&](const db::DatabaseError&, const base::Retry& retry) { waits.push_back(retry.delay); });
    database.ask(Query{"SELECT 1"});
    for (int i = 0; i < 1000 && !database.take_answer(); ++i) {
        usleep(1000);
        database.advance();
    }
    CHECK(waits == std::vector<base::Duration>{milliseconds(5), milliseconds(10), milliseconds(20)});
}

TEST_CASE("a key file that cannot be used is a matter of settings", "[db][postgres]") {
    fakes::OwnServer server;
    server.offer_tls();
    TestDatabase database("UTF8", server);
    fakes::Authority issuer;
    const auto mine = issuer.issue("DNS:app");
    const auto other = issuer.issue("DNS:other");
    for (const std::string& files :
         {"sslcert=" + mine.file + "&sslkey=/nowhere", "sslcert=" + mine.file + "&sslkey=/tmp",
          "sslcert=" + mine.file + "&sslkey=" + other.key_file, "sslcert=" + mine.file + "&sslkey=" + mine.file}) {
        CAPTURE(files);
        Asking ask(database.url() + "?sslmode=require&" + files);
        const auto answer = ask(Query{"SELECT 1"});
        REQUIRE_FALSE(answer);
        CAPTURE(answer.error().text);
        CHECK(answer.error().kind == ErrorKind::settings);
        CHECK(ask.retries.empty());
    }
}

TEST_CASE("libpq's variables do not change which server is asked", "[db][postgres]") {
    TestDatabase database;
    const std::pair<const char*, const char*> variables[] = {{"PGHOSTADDR", "192.0.2.1"},
                                                             {"PGPORT", "1"},
                                                             {"PGSERVICE", "other"},
                                                             {"PGOPTIONS", "-c no.such"},
                                                             {"PGTARGETSESSIONATTRS", "standby"},
                                                             {"PGGEQO", "nonsense"},
                                                             {"PGTZ", "no/where"},
                                                             {"PGDATESTYLE", "nonsense"}};
    for (const auto& [name, text] : variables) {
        CAPTURE(name);
        setenv(name, text, 1);
        Asking ask(database.url(), settings(milliseconds(2000), 0));
        CHECK(value(ask(Query{"SELECT current_database()"})) == database.name());
        unsetenv(name);
    }
}

TEST_CASE("a statement of its own retries is given back at its time-out", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url(), settings(milliseconds(300), 2));
    Query query{"SELECT pg_sleep(20)"};
    query.once = true;
    const auto answer = ask(query);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().blocked);
    CHECK(answer.error().kind == ErrorKind::timed_out);
    CHECK(ask.retries.empty());
    CHECK(value(ask(Query{"SELECT 1"})) == "1");
}
