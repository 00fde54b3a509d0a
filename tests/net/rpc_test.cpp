#include "net/rpc.hpp"

#include "stellar/base64.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

namespace {

using stellar::to_base64;

/// Three items of one key each, "k0" to "k2".
net::KeyGroups three_keys() {
    net::KeyGroups keys;
    for (const char* key : {"k0", "k1", "k2"}) {
        const std::string_view view = key;
        keys.add({&view, 1}, net::max_keys_per_call);
    }
    return keys;
}

std::string entry(std::string_view key, std::string_view content, std::string_view more = "") {
    return fmt::format(R"({{"key":"{}","xdr":"{}","lastModifiedLedgerSeq":7{}}})", to_base64(key), to_base64(content),
                       more);
}

std::string answer(std::string_view entries, std::string_view more = "") {
    return fmt::format(R"({{"jsonrpc":"2.0","id":5,"result":{{"entries":[{}],"latestLedger":900{}}}}})", entries, more);
}

net::Answer<net::LedgerEntries> read(std::string body) {
    net::AnswerReader reader;
    const net::KeyGroups keys = three_keys();
    return reader.ledger_entries(5, body, keys, 0, 3);
}

bool is_no_answer(const auto& answer) {
    return std::holds_alternative<net::NotAnAnswer>(answer);
}

} // namespace

TEST_CASE("Entries are matched by key, not by position, and the missing ones are absent", "[net][rpc]") {
    const auto read_back = read(answer(entry("k2", "two") + "," + entry("k0", "zero", R"(,"liveUntilLedgerSeq":0)")));
    const auto& entries = std::get<net::LedgerEntries>(read_back);
    CHECK(entries.ledger == 900);
    REQUIRE(entries.by_slot.size() == 3);
    REQUIRE(entries.by_slot[0]);
    CHECK(entries.by_slot[0]->entry == "zero");
    CHECK(entries.by_slot[0]->live_until_ledger == 0U);
    CHECK(entries.by_slot[0]->last_modified_ledger == 7U);
    CHECK_FALSE(entries.by_slot[1]);
    REQUIRE(entries.by_slot[2]);
    CHECK(entries.by_slot[2]->entry == "two");
    CHECK_FALSE(entries.by_slot[2]->live_until_ledger);
}

TEST_CASE("Unknown members are ignored, entries may be null", "[net][rpc]") {
    CHECK(std::holds_alternative<net::LedgerEntries>(
        read(answer(entry("k0", "x", R"(,"extXdr":"AAAAAA==","new":[{}])")))));
    CHECK(std::holds_alternative<net::LedgerEntries>(
        read(R"({"jsonrpc":"2.0","id":5,"result":{"entries":null,"latestLedger":1}})")));
}

TEST_CASE("An entry nobody asked for does no harm, unless one that was asked for is absent", "[net][rpc]") {
    const std::string all = entry("k0", "a") + "," + entry("k1", "b") + "," + entry("k2", "c");
    CHECK(std::holds_alternative<net::LedgerEntries>(read(answer(all + "," + entry("other", "d")))));
    CHECK(is_no_answer(read(answer(entry("k0", "a") + "," + entry("other", "d")))));
    // A key that was asked for, garbled on the way.
    CHECK(is_no_answer(read(answer(R"({"key":"!!","xdr":"AAAA"})"))));
}

TEST_CASE("The same entry twice is one entry, two different ones of a key are no answer", "[net][rpc]") {
    CHECK(std::holds_alternative<net::LedgerEntries>(read(answer(entry("k0", "a") + "," + entry("k0", "a")))));
    CHECK(is_no_answer(read(answer(entry("k0", "a") + "," + entry("k0", "b")))));
}

TEST_CASE("An entry that is no base64 is there, but empty", "[net][rpc]") {
    const auto read_back = read(answer(fmt::format(R"({{"key":"{}","xdr":"A"}})", to_base64("k0"))));
    const auto& entries = std::get<net::LedgerEntries>(read_back);
    REQUIRE(entries.by_slot[0]);
    CHECK(entries.by_slot[0]->entry.empty());
}

TEST_CASE("What is no JSON-RPC answer to the question is told apart from an error", "[net][rpc]") {
    CHECK(is_no_answer(read("")));
    CHECK(is_no_answer(read("<html><body>502 Bad Gateway</body></html>")));
    CHECK(is_no_answer(read("{}")));
    CHECK(is_no_answer(read("[]")));
    CHECK(is_no_answer(read("null")));
    CHECK(is_no_answer(read(answer(entry("k0", "a")).substr(0, 60))));
    CHECK(is_no_answer(read(answer(entry("k0", "a")) + "x")));
    CHECK(is_no_answer(read("\xff\xfe{}")));
    CHECK(is_no_answer(read(std::string(100'000, '[') + std::string(100'000, ']'))));
    CHECK(is_no_answer(read(R"({"jsonrpc":"2.0","id":6,"result":{"entries":[],"latestLedger":1}})")));
    CHECK(is_no_answer(read(R"({"jsonrpc":"2.0","result":{"entries":[],"latestLedger":1}})")));
    CHECK(is_no_answer(read(R"({"id":5,"result":{"entries":[],"latestLedger":1}})")));
    for (const char* result :
         {R"({"entries":{},"latestLedger":1})", R"({"entries":[1],"latestLedger":1})", R"({"latestLedger":1})",
          R"({"entries":[]})", R"({"entries":[],"latestLedger":"1"})", R"({"entries":[],"latestLedger":1.5})",
          R"({"entries":[],"latestLedger":-1})", R"({"entries":[],"latestLedger":4294967296})",
          R"({"entries":[{"key":1,"xdr":"AAAA"}],"latestLedger":1})",
          R"({"entries":[{"key":"AAAA"}],"latestLedger":1})", "null", "7", "[]"}) {
        INFO(result);
        CHECK(is_no_answer(read(fmt::format(R"({{"jsonrpc":"2.0","id":5,"result":{}}})", result))));
    }
}

TEST_CASE("A JSON-RPC error is read with its code, with or without message and id", "[net][rpc]") {
    const auto error = read(R"({"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"first\nsecond","data":[1]}})");
    CHECK(std::get<net::RpcError>(error).code == -32602);
    CHECK(std::get<net::RpcError>(error).message == "first");
    CHECK(std::holds_alternative<net::RpcError>(read(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700}})")));
    CHECK(is_no_answer(read(R"({"jsonrpc":"2.0","id":6,"error":{"code":-32700}})")));
    CHECK(is_no_answer(read(R"({"jsonrpc":"2.0","id":5,"error":"busy"})")));
}

TEST_CASE("A secret that the server repeats is masked in all its words", "[net][rpc]") {
    net::AnswerReader reader({"abc12345"});
    std::string body = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"key abc12345 is over its quota"}})";
    CHECK(std::get<net::RpcError>(reader.network(1, body)).message == "key *** is over its quota");
    body = R"({"jsonrpc":"2.0","id":1,"result":{"error":"no abc12345","latestLedger":9}})";
    CHECK(std::get<net::Simulation>(reader.simulation(1, body)).error == "no ***");
    body = R"({"jsonrpc":"2.0","id":1,"result":{"status":"abc12345","latestLedger":9}})";
    CHECK(std::get<net::RpcError>(reader.health(1, body)).message == "the node's status is \"***\"");
}

TEST_CASE("A simulation's error keeps only its first line", "[net][rpc]") {
    net::AnswerReader reader;
    std::string body =
        R"({"jsonrpc":"2.0","id":1,"result":{"error":"HostError: Error(Contract, #13)\n\nEvent log","latestLedger":9}})";
    const auto failed = reader.simulation(1, body);
    CHECK(std::get<net::Simulation>(failed).error == "HostError: Error(Contract, #13)");
    body = R"({"jsonrpc":"2.0","id":1,"result":{"results":[{"auth":[],"xdr":"AAAACg=="}],"latestLedger":9}})";
    const auto went_well = reader.simulation(1, body);
    CHECK(std::get<net::Simulation>(went_well).result == std::string("\0\0\0\x0a", 4));
    for (const char* result : {R"({"latestLedger":9})", R"({"results":[],"latestLedger":9})",
                               R"({"results":[{"xdr":"A"}],"latestLedger":9})", R"({"error":7,"latestLedger":9})"}) {
        body = fmt::format(R"({{"jsonrpc":"2.0","id":1,"result":{}}})", result);
        CHECK(is_no_answer(reader.simulation(1, body)));
    }
}

TEST_CASE("Close times come as strings, as numbers, or not at all", "[net][rpc]") {
    net::AnswerReader reader;
    const auto close_time = [&reader](std::string_view member) {
        std::string body =
            fmt::format(R"({{"jsonrpc":"2.0","id":1,"result":{{"status":"healthy","latestLedger":9{}}}}})", member);
        return reader.health(1, body);
    };
    const auto time = std::chrono::sys_seconds(std::chrono::seconds(1763870400));
    CHECK(std::get<net::LatestLedger>(close_time(R"(,"latestLedgerCloseTime":"1763870400")")).close_time == time);
    CHECK(std::get<net::LatestLedger>(close_time(R"(,"latestLedgerCloseTime":1763870400)")).close_time == time);
    CHECK_FALSE(std::get<net::LatestLedger>(close_time("")).close_time);
    for (const char* bad : {R"(,"latestLedgerCloseTime":"soon")", R"(,"latestLedgerCloseTime":-1)",
                            R"(,"latestLedgerCloseTime":"99999999999999999999")", R"(,"latestLedgerCloseTime":[])"}) {
        CHECK(is_no_answer(close_time(bad)));
    }
}

TEST_CASE("Requests have no member but jsonrpc, id, method and params", "[net][rpc]") {
    CHECK(net::get_network_request(1) == R"({"jsonrpc":"2.0","id":1,"method":"getNetwork"})");
    CHECK(net::get_health_request(2) == R"({"jsonrpc":"2.0","id":2,"method":"getHealth"})");
    CHECK(net::get_latest_ledger_request(3) == R"({"jsonrpc":"2.0","id":3,"method":"getLatestLedger"})");
    CHECK(net::get_ledger_entries_request(4, three_keys(), 1, 3) ==
          R"({"jsonrpc":"2.0","id":4,"method":"getLedgerEntries","params":{"keys":["azE=","azI="]}})");
    CHECK(net::simulate_transaction_request(5, "abc") ==
          R"({"jsonrpc":"2.0","id":5,"method":"simulateTransaction","params":{"transaction":"YWJj"}})");
}
