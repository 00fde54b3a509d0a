// The devnet behaves as a Stellar RPC server does: shown over real HTTP, with the program's own codecs on this side.
#include "integration/devnet_node.hpp"
#include "stellar/ledger_entry.hpp"

#include <chrono>
#include <string>
#include <vector>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;
using namespace devnet_tests;

TEST_CASE("devnet: HTTP as the real server has it", "[devnet]") {
    Node node;
    const std::string health = R"({"jsonrpc":"2.0","id":1,"method":"getHealth"})";
    CHECK(status(node.client->Post("/rpc", health, "application/json")) == 404);
    CHECK(status(node.client->Get("/")) == 405);
    CHECK(status(node.client->Put("/", health, "application/json")) == 405);
    CHECK(status(node.post(health, "text/plain")) == 415);
    CHECK(status(node.post(health, "application/json; charset=latin-1")) == 415);
    CHECK(status(node.post(health, "application/json; charset=utf-8")) == 200);
    CHECK(node.post(health)->has_header("Content-Length"));

    const auto garbage = node.post("{");
    CHECK(garbage->status == 500);
    CHECK(garbage->body == "[-32700] invalid request value\n");
    CHECK(status(node.post("")) == 500);

    std::string large(512 * 1024, ' ');
    large.replace(0, health.size(), health);
    CHECK(status(node.post(large)) == 200);
    const auto too_large = node.post(large + ' ');
    CHECK(too_large->status == 500);
    CHECK(too_large->body == "http: request body too large\n");

    CHECK(status(node.post(R"({"jsonrpc":"2.0","method":"getHealth"})")) == 204);
    CHECK(status(node.post(R"({"jsonrpc":"2.0","id":null,"method":"getHealth"})")) == 204);
    CHECK(status(node.post("[]")) == 204);
}

TEST_CASE("devnet: answers are compressed only when it is told to", "[devnet]") {
    Node node;
    const std::string health = R"({"jsonrpc":"2.0","id":1,"method":"getHealth"})";
    const httplib::Headers accept{{"Accept-Encoding", "br, gzip"}};
    CHECK(!node.client->Post("/", accept, health, "application/json")->has_header("Content-Encoding"));
    devnet::RpcSettings settings = node.server.rpc_settings();
    settings.gzip = true;
    node.server.set_rpc_settings(settings);
    const auto answer = node.client->Post("/", accept, health, "application/json");
    CHECK(answer->get_header_value("Content-Encoding") == "gzip");
    CHECK_THAT(answer->body, StartsWith(R"({"jsonrpc":"2.0","id":1,)"));
}

TEST_CASE("devnet: JSON-RPC errors letter by letter", "[devnet]") {
    Node node;
    const auto error = [&](const std::string& body) { return error_of(node.json(body)); };
    CHECK(error(R"({"id":1,"method":"getHealth"})") == R"({"code":-32600,"message":"invalid version marker"})");
    CHECK(error(R"({"jsonrpc":"2.0","id":{},"method":"getHealth"})") ==
          R"({"code":-32600,"message":"invalid request ID"})");
    CHECK(error(R"({"jsonrpc":"2.0","id":1,"method":"getHealth","x":1})") ==
          R"({"code":-32600,"message":"extra fields in request","data":["x"]})");
    CHECK(error(R"({"jsonrpc":"2.0","id":1,"method":"getHealth","params":1})") ==
          R"({"code":-32600,"message":"parameters must be array or object"})");
    CHECK(error(R"({"jsonrpc":"2.0","id":1,"method":"getStuff"})") ==
          R"({"code":-32601,"message":"method not found","data":"getStuff"})");
    CHECK(error(R"({"jsonrpc":"2.0","id":1,"method":"getLedgerEntries","params":[]})") ==
          R"({"code":-32602,"message":"invalid parameters","data":)"
          R"("json: cannot unmarshal array into Go value of type protocol.GetLedgerEntriesRequest"})");
    CHECK(error(R"({"jsonrpc":"2.0","id":1,"method":"getLedgerEntries","params":{"keys":[7]}})") ==
          R"({"code":-32602,"message":"invalid parameters","data":)"
          R"("json: cannot unmarshal number into Go struct field GetLedgerEntriesRequest.keys of type string"})");
    CHECK(error(R"({"jsonrpc":"2.0","id":1,"method":"getLedgerEntries","params":{"keys":[],"xdrFormat":"x"}})") ==
          R"({"code":-32602,"message":"got 'x': expected base64, json for optional 'xdrFormat'"})");
    CHECK(std::string_view(node.json(R"({"jsonrpc":"2.0","id":"a<b","method":"getHealth"})")["id"]) == "a<b");
}

TEST_CASE("devnet: batches", "[devnet]") {
    Node node;
    const std::string good = R"({"jsonrpc":"2.0","id":7,"method":"getHealth"})";
    const std::string bad = R"({"jsonrpc":"1.0","id":8,"method":"getHealth"})";
    const std::string notification = R"({"jsonrpc":"2.0","method":"getHealth"})";
    const dom::array answers = node.json('[' + good + ',' + notification + ',' + bad + ']');
    REQUIRE(answers.size() == 2);
    CHECK(std::int64_t(answers.at(0)["id"]) == 8); // what is wrong in itself comes first
    CHECK(std::int64_t(answers.at(1)["id"]) == 7);
    CHECK(node.json('[' + good + ']').is_array());

    std::string eleven = good;
    for (int i = 0; i < 10; ++i) eleven += ',' + good;
    const auto before = node.server.traffic().calls("getHealth");
    CHECK_THAT(error_of(node.json('[' + eleven + ']')), Contains("batch size (11) exceeds"));
    CHECK(node.server.traffic().calls("getHealth") == before); // none ran
}

TEST_CASE("devnet: getLedgerEntries answers what is there, in the order asked", "[devnet]") {
    Node node;
    devnet::Ledger& ledger = node.server.ledger();
    const std::string holder = contract(base::sha256("holder"));
    ledger.set_trust_line(account(1), usdc, 123'450'000, {}, {.last_modified = 900});
    ledger.close(5);
    ledger.set_contract_balance(holder, 7);
    std::string balance_key;
    stellar::append_token_balance_key(balance_key, node.token, *stellar::parse_wallet(holder));

    const auto answer = node.entries({balance_key, trust_line_key(account(2)), trust_line_key(account(1))})["result"];
    CHECK(std::uint64_t(answer["latestLedger"]) == 1005);
    const dom::array found = answer["entries"];
    REQUIRE(found.size() == 2);
    CHECK(std::string_view(found.at(0)["key"]) == base64(balance_key));
    CHECK(std::uint64_t(found.at(0)["lastModifiedLedgerSeq"]) == 1005);
    CHECK(std::uint64_t(found.at(0)["liveUntilLedgerSeq"]) == 1005 + devnet::default_lifetime);
    CHECK(std::string_view(found.at(0)["extXdr"]) == "AAAAAA==");
    CHECK(std::uint64_t(found.at(1)["lastModifiedLedgerSeq"]) == 900);
    CHECK(found.at(1)["liveUntilLedgerSeq"].error() == simdjson::NO_SUCH_FIELD);

    std::string contract_data;
    std::string trust_line;
    REQUIRE(stellar::append_decoded_base64(contract_data, found.at(0)["xdr"]));
    REQUIRE(stellar::append_decoded_base64(trust_line, found.at(1)["xdr"]));
    CHECK(*stellar::read_asset_contract_balance(balance_key, contract_data) == 7);
    CHECK(*stellar::read_trust_line_balance(trust_line_key(account(1)), trust_line) == 123'450'000);
    CHECK(node.server.traffic().times_asked(trust_line_key(account(2))) == 1);
    CHECK(node.server.traffic().times_asked(trust_line_key(account(3))) == 0);
    CHECK(node.server.traffic().keys_per_call() == std::vector<std::size_t>{3});
}

TEST_CASE("devnet: getLedgerEntries refuses as the real server does", "[devnet]") {
    Node node;
    const std::string key = trust_line_key(account(1));
    std::vector<std::string> keys;
    for (int i = 0; i < 201; ++i) keys.push_back(trust_line_key(account(i)));
    CHECK(error_of(node.entries(keys)) ==
          R"_({"code":-32602,"message":"key count (201) exceeds maximum supported (200)"})_");
    keys.pop_back();
    CHECK(node.entries(keys)["error"].error() == simdjson::NO_SUCH_FIELD);
    CHECK(error_of(node.entries({key, "bad"})) ==
          R"({"code":-32602,"message":"cannot unmarshal key value YmFk at index 1"})");
    CHECK(error_of(node.entries({key + std::string(4, '\0')})) ==
          R"({"code":-32602,"message":"cannot unmarshal key value )" + base64(key + std::string(4, '\0')) +
              R"( at index 0"})");
    CHECK(error_of(node.call("getLedgerEntries", R"({"keys":["%%%"]})")) ==
          R"({"code":-32602,"message":"cannot unmarshal key value %%% at index 0"})");
    std::string ttl;
    stellar::append_ttl_key(ttl, key);
    CHECK(error_of(node.entries({ttl})) ==
          R"({"code":-32602,"message":"ledger ttl entries cannot be queried directly"})");
    CHECK(error_of(node.entries({key, key})) == R"({"code":-32603,"message":"could not query captive core: )"
                                                R"_(http request failed with non-200 status code (404)"})_");
    CHECK(error_of(node.entries({})) ==
          R"({"code":-32603,"message":"could not query captive core: no keys specified in request"})");

    std::string balance; // 112 bytes: the last one stands alone, with four unused bits behind it
    stellar::append_token_balance_key(balance, node.token, {stellar::Address::Kind::contract, amm_id});
    node.server.ledger().set_contract_balance(contract(amm_id), 1);
    std::string other_spelling = base64(balance);
    REQUIRE(other_spelling.ends_with("AQ=="));
    other_spelling.replace(other_spelling.size() - 3, 1, "R");
    CHECK(error_of(node.call("getLedgerEntries", R"({"keys":[")" + other_spelling + "\"]}")) ==
          R"({"code":-32603,"message":"mismatching key in result: )" + base64(balance) + "\"}");
}

TEST_CASE("devnet: archived entries are answered with 0, expired temporary ones are gone", "[devnet]") {
    Node node;
    devnet::Ledger& ledger = node.server.ledger();
    const auto data_key = [](stellar::Durability durability) {
        std::string key;
        stellar::append_contract_data_key(key, stellar::contract_address(amm_id), stellar::symbol("x"), durability);
        return key;
    };
    const std::string temporary = data_key(stellar::Durability::temporary);
    const std::string persistent = data_key(stellar::Durability::persistent);
    ledger.set_raw(temporary, "anything", {.live_until = 1001});
    ledger.set_raw(persistent, "anything", {.live_until = 1001});
    ledger.close();
    CHECK(dom::array(node.entries({temporary, persistent})["result"]["entries"]).size() == 2); // 1001 is included
    ledger.close();
    const auto expired = node.entries({temporary, persistent})["result"]["entries"];
    REQUIRE(dom::array(expired).size() == 1);
    CHECK(std::string_view(expired.at(0)["key"]) == base64(persistent));
    CHECK(std::uint64_t(expired.at(0)["liveUntilLedgerSeq"]) == 0);
}

TEST_CASE("devnet: who and how fresh the node is", "[devnet]") {
    Node node;
    const auto network = node.call("getNetwork")["result"];
    CHECK(std::string_view(network["passphrase"]) == stellar::test_network_passphrase);
    const auto closed = std::stoll(std::string(node.call("getHealth", "{}")["result"]["latestLedgerCloseTime"]));
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    CHECK(std::chrono::abs(now - std::chrono::seconds(closed)) < std::chrono::seconds(3));

    node.server.ledger().set_age(milliseconds(65'400));
    CHECK(error_of(node.call("getHealth")) ==
          R"_({"code":-32603,"message":"[-32603] latency (1m5s) since last known ledger closed is too high (>30s)"})_");
    CHECK_THAT(node.post(R"({"jsonrpc":"2.0","id":1,"method":"getHealth"})")->body, Contains(R"((\u003e30s))"));
    const auto latest = node.call("getLatestLedger")["result"];
    CHECK(std::uint64_t(latest["sequence"]) == 1000);
    CHECK(std::abs(std::stoll(std::string(latest["closeTime"])) - (closed - 65)) <= 3);

    node.server.ledger().report_passphrase("another");
    CHECK(std::string_view(node.call("getNetwork")["result"]["passphrase"]) == "another");
}

TEST_CASE("devnet: ledgers close on a clock or by hand", "[devnet]") {
    devnet::Ledger ledger;
    CHECK(ledger.close() == 1001);
    ledger.set_close_interval(milliseconds(5));
    const auto start = std::chrono::steady_clock::now();
    while (ledger.latest() < 1004 && std::chrono::steady_clock::now() - start < std::chrono::seconds(10)) {
    }
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(15));
    CHECK(ledger.latest() >= 1004);
}
