// The devnet as a server: connections, stop and start, its ledger file, its control interface.
#include "devnet/ledger_file.hpp"
#include "integration/devnet_node.hpp"
#include "stellar/ledger_entry.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <vector>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;
using namespace devnet_tests;

TEST_CASE("devnet: 64 connections at once, and many requests on one", "[devnet]") {
    Node node;
    for (int i = 0; i < 300; ++i) node.call("getHealth");
    CHECK(node.server.traffic().counters().connections == 1);
    node.server.faults().add({.fault = devnet::DelayFault{milliseconds(800)}, .method = "getNetwork"});
    std::vector<std::future<int>> answers;
    for (int i = 0; i < 64; ++i) {
        answers.push_back(std::async(std::launch::async, [&] {
            httplib::Client client("127.0.0.1", node.server.port());
            const auto answer =
                client.Post("/", R"({"jsonrpc":"2.0","id":1,"method":"getNetwork"})", "application/json");
            return answer ? answer->status : 0;
        }));
    }
    for (auto& answer : answers) CHECK(answer.get() == 200);
    CHECK(node.server.traffic().counters().max_in_flight == 64); // within the delay
}

TEST_CASE("devnet: a stopped server may come back on its port", "[devnet]") {
    Node node;
    const int port = node.server.port();
    node.call("getHealth");
    node.server.stop();
    CHECK(!node.post("[]"));
    CHECK(node.post("[]").error() == httplib::Error::Connection); // refused, and nobody else's meanwhile
    node.server.start();
    CHECK(node.server.port() == port);
    CHECK(status(node.post("[]")) == 204);
}

TEST_CASE("devnet: the ledger file", "[devnet]") {
    devnet::Ledger ledger;
    const std::string g = account(1);
    const std::string c = contract(market_id);
    const std::string asset = stellar::to_text(usdc);
    devnet::load_records(
        ledger,
        R"({"network":"Test SDF Network ; September 2015"})"
        "\n"
        R"({"ledger":5000})"
        "\n\n"
        R"({"asset":")" +
            asset + "\"}\n" + R"({"amm":")" + contract(amm_id) + "\"}\n" + R"({"trustLine":{"account":")" + g +
            R"(","asset":")" + asset + R"(","balance":"12.345"},"lastModified":4000})" + "\n" +
            R"({"contractBalance":{"holder":")" + c + R"(","amountRaw":"7"},"archived":true})" + "\n" +
            R"({"pool":{"marketId":")" + c + R"(","yes":"3","no":"7"}})" + "\n" + R"({"market":{"contract":")" + c +
            R"(","status":2,"outcome":0}})" + "\n" + R"({"sharedMarket":{"contract":")" +
            contract(base::sha256("shared")) + R"(","marketId":")" + std::string(64, '0') + R"(","status":0}})",
        "file");
    CHECK(ledger.latest() == 5000);
    // Instances: asset, AMM, market, shared market. Entries: trust line, balance, pool (3), market (3), shared (1).
    CHECK(ledger.size() == 4 + 9);
    CHECK(ledger.market_id(c) == devnet::made_market_id(market_id));
    {
        const devnet::LedgerView view(ledger);
        const auto line = view.find(trust_line_key(g));
        REQUIRE(line);
        CHECK(line->last_modified == 4000);
        CHECK(*stellar::read_trust_line_balance(trust_line_key(g), line->data) == 123'450'000);
    }
    devnet::load_records(ledger, R"({"pool":{"marketId":")" + c + R"("},"remove":true})", "file");
    CHECK(ledger.size() == 4 + 6);
    devnet::load_records(
        ledger, R"({"market":{"contract":")" + c + R"(","status":2,"marketId":")" + std::string(63, '0') + R"(5"}})",
        "file");
    CHECK(ledger.market_id(c)->back() == 5);
    devnet::load_records(ledger, R"({"market":{"contract":")" + c + R"(","status":2,"marketId":null}})", "file");
    CHECK(ledger.market_id(c) == std::nullopt);
    const std::string bare = contract(base::sha256("bare"));
    devnet::load_records(ledger, R"({"market":{"contract":")" + bare + R"("}})", "file");
    CHECK(ledger.deployed(base::sha256("bare")));
    CHECK(ledger.market_id(bare) == std::nullopt);

    const auto fault = [&](const std::string& line) { devnet::load_records(ledger, "\n" + line + "\n", "file"); };
    CHECK_THROWS_WITH(fault("{"), StartsWith("file, line 2: no JSON: "));
    CHECK_THROWS_WITH(fault(R"({"pools":1})"), "file, line 2: the record: pools is an unknown member");
    CHECK_THROWS_WITH(fault("{}"), "file, line 2: the record is of no known kind");
    CHECK_THROWS_WITH(fault(R"({"amm":")" + g + "\"}"), StartsWith("file, line 2: "));
    CHECK_THROWS_WITH(fault(R"({"pool":{"marketId":")" + c + R"(","yes":"-1","no":"7"}})"),
                      "file, line 2: pool: yes is no whole number of 128 bits");
    CHECK_THROWS_WITH(
        fault(R"({"trustLine":{"account":")" + g + R"(","asset":")" + asset + R"(","balance":"0.12345678"}})"),
        "file, line 2: trustLine: balance is no decimal number with at most 7 decimals");
    CHECK_THROWS_WITH(fault(R"({"market":{"contract":")" + c + R"(","status":2,"winner":0}})"),
                      "file, line 2: market: winner is an unknown member");
    CHECK_THROWS_WITH(fault(R"({"market":{"contract":")" + c + R"(","marketId":null}})"),
                      "file, line 2: market: status is missing");
    CHECK_THROWS_WITH(fault(R"({"market":{"contract":")" + c + R"(","status":2,"marketId":5}})"),
                      "file, line 2: market: marketId is neither a string nor null");
    CHECK_THROWS_WITH(fault(R"({"asset":")" + asset + R"(","lastModified":1})"),
                      "file, line 2: the record: lastModified is an unknown member");
}

TEST_CASE("devnet: the program takes faults at its start and while it runs, and ends at SIGTERM", "[devnet]") {
    FILE* const out = ::popen("echo $$; exec '" STELLAR_DEVNET_PROGRAM "' "
                              R"(--fault '{"fault":"status","status":429,"retryAfter":"2","limit":1}')",
                              "r");
    REQUIRE(out != nullptr);
    int pid = 0;
    int port = 0;
    REQUIRE(std::fscanf(out, "%d listening on http://127.0.0.1:%d", &pid, &port) == 2);
    httplib::Client client("127.0.0.1", port);
    const auto ask = [&client] {
        return client.Post("/", R"({"jsonrpc":"2.0","id":1,"method":"getNetwork"})", "application/json");
    };
    const auto refused = ask();
    CHECK(status(refused) == 429);
    CHECK(refused->get_header_value("Retry-After") == "2");
    CHECK(status(ask()) == 200);
    CHECK(status(client.Post("/devnet/faults", R"({"fault":"status","status":502})", "text/plain")) == 204);
    CHECK(status(ask()) == 502);
    CHECK(::kill(pid, SIGTERM) == 0);
    CHECK(::pclose(out) == 0);
    CHECK(::system("'" STELLAR_DEVNET_PROGRAM R"(' --fault '{"fault":"nonsense"}' 2>/dev/null)") == 2 << 8);
}

TEST_CASE("devnet: the control interface", "[devnet]") {
    Node node;
    httplib::Client& http = *node.client;
    const std::string line = R"({"trustLine":{"account":")" + account(1) + R"(","asset":")" + stellar::to_text(usdc) +
                             R"(","balance":"1"}})";
    CHECK(status(http.Post("/devnet/records", line, "text/plain")) == 204);
    CHECK(node.server.ledger().contains(trust_line_key(account(1))));
    const auto refused = http.Post("/devnet/records", line + "\n{}", "text/plain");
    CHECK(refused->status == 400);
    CHECK(refused->body == "request, line 2: the record is of no known kind\n");
    CHECK(http.Post("/devnet/close?ledgers=2", "", "text/plain")->body == "{\"latestLedger\":1002}\n");
    CHECK(status(http.Post("/devnet/faults", R"({"fault":"status","status":502})", "text/plain")) == 204);
    CHECK(status(node.post("[]")) == 502);
    CHECK(status(http.Post("/devnet/faults", "[]", "text/plain")) == 204);
    node.call("getHealth");
    CHECK_THAT(http.Get("/devnet/stats")->body, Contains(R"("calls":{"getHealth":1})"));
    CHECK(status(http.Get("/devnet/nothing")) == 404);
}
