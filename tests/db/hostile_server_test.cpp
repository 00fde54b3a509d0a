// Servers that break the protocol, or send without end: an error, in time, in bounded memory.
#include "db/hostile_server.hpp"
#include "db/question.hpp"

#include <catch2/catch.hpp>

#include <malloc.h>

using Catch::Contains;
using db::Asking;
using db::ErrorKind;
using db::greeting;
using db::HostileServer;
using db::message;
using db::Query;
using db::zero_terminated;
using std::chrono::milliseconds;

namespace {

db::Database::Settings once() {
    return {milliseconds(5000), {0, milliseconds(5), 2.0}};
}

db::DatabaseError error_of(HostileServer::Script script, db::Database::Settings settings = once()) {
    const HostileServer server(std::move(script));
    Asking ask(server.url(), settings);
    const auto answer = ask(Query{"SELECT 1"});
    REQUIRE_FALSE(answer);
    return answer.error();
}

// ParseComplete, BindComplete, NoData, CommandComplete: what BEGIN and SET would bring.
std::string command_done() {
    return message('1', "") + message('2', "") + message('n', "") + message('C', zero_terminated("BEGIN"));
}

const std::string one_column("\0\1", 2);

// RowDescription of one text column.
std::string description() {
    return message('T', one_column + zero_terminated("x") + std::string(6, '\0') + std::string("\0\0\0\x19", 4) +
                            std::string("\xFF\xFF\xFF\xFF\xFF\xFF\0\0", 8));
}

std::string row(std::size_t length) {
    const std::uint32_t size = htonl(static_cast<std::uint32_t>(length));
    return message('D', one_column + std::string(reinterpret_cast<const char*>(&size), 4) + std::string(length, 'x'));
}

std::string server_error(const std::string& text) {
    return message('E', "S" + zero_terminated("ERROR") + "V" + zero_terminated("ERROR") + "C" +
                            zero_terminated("XX000") + "M" + zero_terminated(text) + std::string(1, '\0'));
}

std::size_t allocated() {
    return mallinfo2().uordblks + mallinfo2().hblkhd;
}

} // namespace

TEST_CASE("a server that answers a SELECT with COPY is an error, and is asked again on a new connection", "[db]") {
    for (const char copy : {'G', 'H', 'W'}) { // in, out, both
        CAPTURE(copy);
        const HostileServer server(
            {greeting(), message('1', "") + message('2', "") +
                             message(copy, std::string(1, '\0') + one_column + std::string(2, '\0'))});
        Asking ask(server.url(), {milliseconds(5000), {1, milliseconds(5), 2.0}});
        const auto answer = ask(Query{"SELECT 1"});
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::lost);
        CHECK_THAT(answer.error().text, Contains("answered a SELECT with PGRES_COPY"));
        CHECK(ask.retries.size() == 1);
    }
}

TEST_CASE("an answer that nobody asked for is an error", "[db]") {
    CHECK(error_of({greeting(), message('1', "") + message('2', "") + message('I', "")}).kind == ErrorKind::lost);
}

TEST_CASE("a server that never comes to accept the connection is left after 128 KiB", "[db]") {
    const std::string parameter = message('S', zero_terminated("a") + zero_terminated("b"));
    const std::string text(4000, 'x');
    for (const std::string& endless :
         {parameter, message('N', "M" + zero_terminated(text) + std::string(1, '\0')),
          message('A', std::string(4, '\0') + zero_terminated("channel") + zero_terminated(text))}) {
        const auto error = error_of({message('R', std::string(4, '\0')), "", endless});
        CHECK(error.kind == ErrorKind::unreachable);
        CHECK(error.text == "the server sent more than 128 KiB before it accepted the connection");
    }
}

TEST_CASE("rows, notices and notifications without end are cut off, in bounded memory", "[db]") {
    const std::string text(4000, 'x');
    const std::string notification = message('A', std::string(4, '\0') + zero_terminated("c") + zero_terminated(""));
    std::string notifications;
    for (int i = 0; i < 1000; ++i) notifications += notification;
    const auto before = allocated();
    for (const std::string& endless :
         {row(4000), message('N', "M" + zero_terminated(text) + std::string(1, '\0')), notifications}) {
        const HostileServer server({greeting(), command_done() + description(), endless});
        Asking ask(server.url(), once());
        const auto answer = ask(Query{"SELECT 1"});
        REQUIRE_FALSE(answer);
        CHECK((answer.error().kind == ErrorKind::too_large || answer.error().kind == ErrorKind::lost));
        CHECK(allocated() - before < (24U << 20));
    }
}

TEST_CASE("notifications are not kept: a connection of many questions does not grow", "[db]") {
    std::string answer = command_done() + command_done();
    for (int i = 0; i < 20000; ++i) {
        answer += message('A', std::string(4, '\0') + zero_terminated("channel") + zero_terminated(""));
    }
    answer += message('1', "") + message('2', "") + description() + row(1) + message('C', zero_terminated("SELECT 1")) +
              command_done() + message('Z', "I");
    const HostileServer server({greeting(), answer});
    Asking ask(server.url(), once());
    REQUIRE(db::value(ask(Query{"SELECT 1"})) == "x");
    const auto before = allocated();
    for (int i = 0; i < 10; ++i) REQUIRE(db::value(ask(Query{"SELECT 1"})) == "x");
    CHECK(allocated() < before + (1U << 20));
}

TEST_CASE("a server's text is cut, whatever its length", "[db]") {
    const auto refusal =
        error_of({greeting(), command_done() + server_error(std::string(5U << 20, 'y')) + message('Z', "I")});
    CHECK(refusal.sqlstate == "XX000");
    CHECK(refusal.text.size() <= 2000);
    CHECK(refusal.text.starts_with("yyyy"));
    const auto greeted = error_of({server_error(std::string(25'000, 'z')), ""});
    CHECK(greeted.text.size() <= 2000);
}

TEST_CASE("rows without columns are no crash", "[db]") {
    const HostileServer server(
        {greeting(), command_done() + command_done() + message('1', "") + message('2', "") +
                         message('T', std::string(2, '\0')) + message('D', std::string(2, '\0')) +
                         message('C', zero_terminated("SELECT 1")) + command_done() + message('Z', "I")});
    Asking ask(server.url(), once());
    const auto answer = ask(Query{"SELECT 1"});
    REQUIRE(answer);
    CHECK(answer->size() == 1);
    CHECK(answer->column_name(answer->columns() - 1).empty());
    CHECK_FALSE(answer->value(0, 0));
}
