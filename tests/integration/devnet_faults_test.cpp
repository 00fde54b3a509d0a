// Every fault that the devnet can commit, seen from a client.
#include "integration/devnet_node.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;
using namespace devnet_tests;

TEST_CASE("devnet: faults strike the requests they are for", "[devnet]") {
    Node node;
    node.server.ledger().set_trust_line(account(1), usdc, 5);
    const std::string ask = R"({"jsonrpc":"2.0","id":1,"method":"getLedgerEntries","params":{"keys":[")" +
                            base64(trust_line_key(account(1))) + "\"]}}";
    devnet::Faults& faults = node.server.faults();

    SECTION("an HTTP status, twice") {
        faults.add({.fault = devnet::StatusFault{.status = 429, .retry_after = "2", .body = "slow"}, .limit = 2});
        CHECK(status(node.post(ask)) == 429);
        const auto second = node.post(ask);
        CHECK(second->get_header_value("Retry-After") == "2");
        CHECK(second->body == "slow");
        CHECK(status(node.post(ask)) == 200);
        CHECK(node.server.traffic().calls("getLedgerEntries") == 3); // spoilt ones too
    }
    SECTION("every third, the first spared, one method only") {
        faults.set(devnet::parse_faults(
            R"([{"fault":"error","code":-32001,"message":"busy","skip":1,"every":3,"method":"getLedgerEntries"}])"));
        std::string struck;
        for (int i = 0; i < 7; ++i) {
            node.call("getHealth");
            struck += node.post(ask)->body.find("-32001") == std::string::npos ? '.' : 'x';
        }
        CHECK(struck == ".x..x..");
    }
    SECTION("what a request contains") {
        faults.add({.fault = devnet::GarbageFault{}, .containing = base64(trust_line_key(account(1)))});
        CHECK_THAT(node.post(ask)->body, StartsWith("<html>"));
        CHECK(node.entries({trust_line_key(account(2))})["result"].error() == simdjson::SUCCESS);
    }
    SECTION("a delay and an older ledger") {
        faults.add({.fault = devnet::DelayFault{milliseconds(40)}});
        faults.add({.fault = devnet::OlderLedgerFault{3}});
        const auto start = std::chrono::steady_clock::now();
        CHECK_THAT(node.post(ask)->body, Contains(R"("latestLedger":997)"));
        CHECK(std::chrono::steady_clock::now() - start >= milliseconds(40));
    }
    SECTION("a dropped and a reset connection") {
        faults.add({.fault = devnet::DropFault{}, .limit = 1});
        CHECK(!node.post(ask));
        CHECK(status(node.post(ask)) == 200);
        faults.set({{.fault = devnet::DropFault{.reset = true}, .limit = 1}});
        CHECK(!node.post(ask));
    }
    SECTION("a hung connection, for a time or until the server stops") {
        faults.add({.fault = devnet::HangFault{milliseconds(30)}, .limit = 1});
        faults.add({.fault = devnet::HangFault{}, .skip = 1});
        CHECK(!node.post(ask));
        auto second = std::async(std::launch::async, [&] { return static_cast<bool>(node.post(ask)); });
        while (node.server.traffic().calls("getLedgerEntries") < 2) std::this_thread::sleep_for(milliseconds(1));
        node.server.stop();
        CHECK(!second.get());
    }
    CHECK_THROWS_WITH(devnet::parse_faults(R"({"fault":"delay"})"), "the fault: ms is missing");
    CHECK_THROWS_WITH(devnet::parse_faults(R"({"fault":"nonsense"})"), "the fault: no fault is called nonsense");
    CHECK_THROWS_WITH(devnet::parse_faults(R"({"fault":"drop","often":1})"), "the fault: often is an unknown member");
}

namespace {

/// A node with two trust lines and a contract's balance, all asked for in one call.
struct Asked {
    Asked() {
        node.server.ledger().set_trust_line(account(1), usdc, 5);
        node.server.ledger().set_trust_line(account(2), usdc, 6);
        node.server.ledger().set_contract_balance(contract(amm_id), 7);
        std::string held;
        stellar::append_token_balance_key(held, node.token, {stellar::Address::Kind::contract, amm_id});
        keys = {trust_line_key(account(1)), trust_line_key(account(2)), held};
        for (const std::string& key : keys) list += (list.empty() ? "\"" : ",\"") + base64(key) + '"';
    }

    httplib::Result post() {
        return node.post(R"({"jsonrpc":"2.0","id":1,"method":"getLedgerEntries","params":{"keys":[)" + list + "]}}");
    }
    void fault(devnet::Fault fault) { node.server.faults().set({{.fault = std::move(fault)}}); }
    void fault(const std::string& json) { node.server.faults().set(devnet::parse_faults(json)); }
    dom::element answer() { return node.entries(keys); }
    std::string field(std::size_t entry, const char* name) {
        return std::string(std::string_view(answer()["result"]["entries"].at(entry)[name]));
    }
    std::size_t entries() { return dom::array(answer()["result"]["entries"]).size(); }

    Node node;
    std::vector<std::string> keys;
    std::string list;
};

} // namespace

TEST_CASE("devnet: a rule strikes for a time, by chance with a seed, or by the number of keys", "[devnet][faults]") {
    Asked asked;
    SECTION("for a time") {
        const auto start = std::chrono::steady_clock::now();
        asked.fault(R"({"fault":"status","status":502,"fromMs":300,"forMs":500})");
        const auto until_status = [&](int expected) {
            while (status(asked.post()) != expected &&
                   std::chrono::steady_clock::now() - start < std::chrono::seconds(10))
                std::this_thread::sleep_for(milliseconds(5));
            return std::chrono::steady_clock::now() - start;
        };
        CHECK(until_status(200) < milliseconds(300)); // at once
        const auto struck = until_status(502);
        CHECK(struck >= milliseconds(300));
        CHECK(struck < milliseconds(800));
        const auto over = until_status(200);
        CHECK(over >= milliseconds(800));
        CHECK(over < std::chrono::seconds(10));
    }
    SECTION("by chance") {
        const auto course = [&asked](const std::string& seed) {
            asked.fault(R"({"fault":"status","status":502,"chance":0.5,"seed":)" + seed + "}");
            std::string struck;
            for (int i = 0; i < 60; ++i) struck += status(asked.post()) == 200 ? '.' : 'x';
            return struck;
        };
        const std::string first = course("7");
        CHECK(first == course("7"));
        CHECK(first != course("8"));
        CHECK(std::count(first.begin(), first.end(), 'x') > 15);
        CHECK(std::count(first.begin(), first.end(), '.') > 15);
    }
    SECTION("by the number of keys") {
        asked.fault(R"({"fault":"error","code":-32602,"message":"too many","keysAbove":2})");
        CHECK(asked.post()->body.find("too many") != std::string::npos);
        asked.keys.pop_back();
        CHECK(asked.entries() == 2);
    }
    CHECK_THROWS_WITH(devnet::parse_faults(R"({"fault":"drop","chance":2})"),
                      "the fault: chance is no number from 0 to 1");
}

TEST_CASE("devnet: latency with jitter takes a course of its own for each seed", "[devnet][faults]") {
    const auto delays = [](std::uint64_t seed) {
        devnet::Faults faults;
        faults.add({.fault = devnet::DelayFault{milliseconds(100), milliseconds(50)}, .seed = seed});
        std::vector<std::int64_t> times;
        for (int i = 0; i < 100; ++i) {
            times.push_back(std::get<devnet::DelayFault>(faults.strike({}).at(0)).time.count());
        }
        return times;
    };
    const auto times = delays(1);
    CHECK(times == delays(1));
    CHECK(times != delays(2));
    const auto [least, most] = std::minmax_element(times.begin(), times.end());
    CHECK(*least >= 100);
    CHECK(*least < 110);
    CHECK(*most > 140);
    CHECK(*most <= 150);
}

TEST_CASE("devnet: an answer is cut, by a close or by a reset", "[devnet][faults]") {
    Asked asked;
    const char* const rule =
        GENERATE(R"({"fault":"cut"})", R"({"fault":"cut","after":0})", R"({"fault":"cut","after":20,"reset":true})");
    asked.fault(rule);
    const auto answer = asked.post();
    CHECK(!answer);
    CHECK(answer.error() == httplib::Error::Read);
}

TEST_CASE("devnet: Content-Length may be wrong either way", "[devnet][faults]") {
    Asked asked;
    const std::string right = asked.post()->body;
    asked.fault(devnet::WrongLengthFault{-10});
    CHECK(asked.post()->body == right.substr(0, right.size() - 10));
    asked.node.client->stop();
    asked.fault(R"({"fault":"wrongLength","off":10})");
    asked.node.client->set_read_timeout(0, 200'000);
    const auto start = std::chrono::steady_clock::now();
    CHECK(!asked.post());
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(150)); // the rest is waited for
}

TEST_CASE("devnet: an answer comes byte for byte, slowly", "[devnet][faults]") {
    Asked asked;
    asked.fault(R"({"fault":"drip","ms":5,"bytes":40})");
    const auto start = std::chrono::steady_clock::now();
    const std::string body = asked.post()->body;
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(5) * (body.size() / 40));
    CHECK_THAT(body, StartsWith("{") && Contains("latestLedger"));
    asked.fault(devnet::DripFault{});
    asked.node.client->set_read_timeout(0, 300'000);
    CHECK(!asked.post());
}

TEST_CASE("devnet: bodies deeper, larger and of other bytes than a reader likes", "[devnet][faults]") {
    Asked asked;
    asked.fault(R"({"fault":"deep"})");
    const std::string deep = asked.post()->body;
    CHECK_THAT(deep, StartsWith("{\"more\":[[[[") && Contains("\"result\""));
    CHECK(std::count(deep.begin(), deep.end(), '[') > 100'000);
    asked.fault(R"({"fault":"large"})");
    CHECK(asked.post()->body.size() > std::size_t{20} << 20);
    asked.fault(R"({"fault":"badUtf8"})");
    CHECK_THAT(asked.post()->body, Contains("\xff"));
    asked.fault(R"({"fault":"garbage","body":"<html>Welcome</html>","contentType":"text/html"})");
    const auto page = asked.post();
    CHECK(page->status == 200);
    CHECK(page->body == "<html>Welcome</html>");
    CHECK(page->get_header_value("Content-Type") == "text/html");
}

TEST_CASE("devnet: an answer carries another id", "[devnet][faults]") {
    Asked asked;
    asked.fault(R"({"fault":"wrongId"})");
    CHECK(std::uint64_t(asked.answer()["id"]) != 1);
}

TEST_CASE("devnet: a lagging node has an older ledger and the values it had", "[devnet][faults]") {
    Asked asked;
    devnet::Ledger& ledger = asked.node.server.ledger();
    const std::string before = asked.field(0, "xdr");
    CHECK(status(asked.node.client->Post("/devnet/remember", "", "text/plain")) == 204);
    ledger.close(3);
    ledger.set_trust_line(account(1), usdc, 500);
    ledger.remove_trust_line(account(2), usdc);
    CHECK(asked.field(0, "xdr") != before);
    CHECK(asked.entries() == 2);
    asked.fault(R"({"fault":"lagging"})");
    CHECK(asked.field(0, "xdr") == before);
    CHECK(asked.entries() == 3);
    CHECK(std::uint64_t(asked.answer()["result"]["latestLedger"]) == 1000);
    CHECK(std::uint64_t(asked.node.call("getHealth")["result"]["latestLedger"]) == 1000);
}

TEST_CASE("devnet: a node of another network knows nothing of ours", "[devnet][faults]") {
    Asked asked;
    asked.fault(R"({"fault":"otherNetwork"})");
    CHECK(std::string_view(asked.node.call("getNetwork")["result"]["passphrase"]) ==
          stellar::public_network_passphrase);
    CHECK(asked.entries() == 0);
    CHECK(std::uint64_t(asked.answer()["result"]["latestLedger"]) == 57'000'000);
}

TEST_CASE("devnet: entries come shuffled, twice, or without one", "[devnet][faults]") {
    Asked asked;
    const auto fault = [&asked](const char* how) {
        asked.fault(R"({"fault":"entries","how":")" + std::string(how) + "\"}");
    };
    const std::string key = asked.field(0, "key");
    const std::string value = asked.field(0, "xdr");
    SECTION("shuffled: each time another order") {
        fault("shuffled");
        std::set<std::string> first;
        for (int i = 0; i < 30; ++i) first.insert(asked.field(0, "key"));
        CHECK(first.size() == 3);
        CHECK(asked.entries() == 3);
    }
    SECTION("duplicated") {
        fault("duplicated");
        CHECK(asked.entries() == 6);
        CHECK(asked.field(3, "key") == key);
        CHECK(asked.field(3, "xdr") == value);
    }
    SECTION("conflicting") {
        fault("conflicting");
        CHECK(asked.field(3, "key") == key);
        CHECK(asked.field(3, "xdr") != value);
    }
    SECTION("missing, one alone") {
        asked.fault(devnet::EntriesFault{.how = devnet::EntriesFault::How::missing, .key = key});
        CHECK(asked.entries() == 2);
        CHECK(asked.field(0, "key") != key);
    }
    SECTION("unknown") {
        fault("unknown");
        CHECK(asked.entries() == 4);
    }
    CHECK_THROWS_WITH(devnet::parse_faults(R"({"fault":"entries","how":"lost"})"), "the fault: how is unknown: lost");
}

TEST_CASE("devnet: entries are archived, garbled, or of another key or type", "[devnet][faults]") {
    Asked asked;
    const auto fault = [&asked](const char* how) {
        asked.fault(R"({"fault":"entries","how":")" + std::string(how) + "\"}");
    };
    const std::string key = asked.field(0, "key");
    const std::string value = asked.field(0, "xdr");
    std::string bytes;
    SECTION("archived, where an entry can be") {
        fault("archived");
        CHECK(std::uint64_t(asked.answer()["result"]["entries"].at(2)["liveUntilLedgerSeq"]) == 0);
        CHECK(asked.answer()["result"]["entries"].at(0)["liveUntilLedgerSeq"].error() == simdjson::NO_SUCH_FIELD);
    }
    SECTION("renamed") {
        fault("renamed");
        CHECK(asked.field(0, "key") != key);
        CHECK(asked.field(0, "xdr") == value);
    }
    SECTION("undecodable") {
        fault("undecodable");
        CHECK(stellar::append_decoded_base64(bytes, asked.field(0, "xdr")));
        CHECK(bytes.size() < 10);
    }
    SECTION("no base64") {
        fault("noBase64");
        CHECK_FALSE(stellar::append_decoded_base64(bytes, asked.field(0, "xdr")));
    }
    SECTION("of another type") {
        fault("wrongType");
        CHECK(stellar::append_decoded_base64(bytes, asked.field(0, "xdr")));
        CHECK(bytes.at(3) == 9);
    }
    SECTION("with each other's values") {
        fault("swapped");
        CHECK(asked.field(0, "key") == key);
        CHECK(asked.field(1, "xdr") == value);
    }
}
