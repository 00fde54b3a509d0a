// The devnet behaves as a Stellar RPC server does: shown over real HTTP, with the program's own codecs on this side.
#include "devnet/http_library.hpp"
#include "devnet/ledger_file.hpp"
#include "devnet/server.hpp"
#include "printers.hpp"
#include "stellar/base64.hpp"
#include "stellar/contract_call.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/scval.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

using Catch::Matchers::Contains;
using Catch::Matchers::Message;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;

namespace {

namespace dom = simdjson::dom;
using stellar::Hash;

const stellar::Asset usdc = *stellar::circle_usdc(stellar::test_network_passphrase);
const Hash amm_id = base::sha256("amm");
const Hash market_id = base::sha256("market");

std::string account(int number) {
    return to_strkey(stellar::Address{stellar::Address::Kind::account, base::sha256(std::to_string(number))});
}

std::string contract(const Hash& id) {
    return to_strkey(stellar::Address{stellar::Address::Kind::contract, id});
}

Hash id_of(const std::string& strkey) {
    return stellar::parse_wallet(strkey)->id;
}

std::string trust_line_key(const std::string& owner) {
    std::string key;
    stellar::append_trust_line_key(key, id_of(owner), usdc);
    return key;
}

std::string base64(std::string_view bytes) {
    return stellar::to_base64(bytes);
}

/// A running devnet with USDC deployed, and one HTTP connection to it.
struct Node {
    explicit Node(devnet::ServerSettings settings = {}) : server(std::move(settings)) {
        token = server.ledger().deploy_asset(usdc);
        server.start();
        client = std::make_unique<httplib::Client>("127.0.0.1", server.port());
        client->set_keep_alive(true);
        client->set_tcp_nodelay(true);
    }

    httplib::Result post(const std::string& body, const char* type = "application/json") {
        return client->Post("/", body, type);
    }
    dom::element json(const std::string& body) {
        const auto answer = post(body);
        if (!answer) throw std::runtime_error("no answer: " + httplib::to_string(answer.error()));
        INFO(answer->body);
        REQUIRE(answer->status == 200);
        CHECK(answer->get_header_value("Content-Type") == "application/json");
        return parser.parse(answer->body);
    }
    dom::element call(const std::string& method, const std::string& params = {}) {
        return json(R"({"jsonrpc":"2.0","id":1,"method":")" + method + '"' +
                    (params.empty() ? std::string() : R"(,"params":)" + params) + '}');
    }
    dom::element entries(const std::vector<std::string>& keys) {
        std::string list;
        for (const std::string& key : keys) list += (list.empty() ? "\"" : ",\"") + base64(key) + '"';
        return call("getLedgerEntries", R"({"keys":[)" + list + "]}");
    }
    dom::element simulate(std::string_view envelope) {
        return call("simulateTransaction", R"({"transaction":")" + base64(envelope) + "\"}");
    }
    std::string simulated(const Hash& callee, std::string_view function, const std::vector<stellar::ScVal>& arguments) {
        std::string result;
        const auto answer = simulate(stellar::contract_call_envelope(callee, function, arguments));
        REQUIRE(stellar::append_decoded_base64(result, answer["result"]["results"].at(0)["xdr"]));
        return result;
    }
    std::string simulation_error(const Hash& callee, std::string_view function,
                                 const std::vector<stellar::ScVal>& arguments) {
        const auto answer = simulate(stellar::contract_call_envelope(callee, function, arguments));
        return std::string(std::string_view(answer["result"]["error"]));
    }

    devnet::Server server;
    std::unique_ptr<httplib::Client> client;
    dom::parser parser;
    Hash token{};
};

/// 0 where there was no answer.
int status(const httplib::Result& answer) {
    return answer ? answer->status : 0;
}

std::string error_of(dom::element answer) {
    return simdjson::to_string(answer["error"]);
}

} // namespace

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

TEST_CASE("devnet: simulated pools", "[devnet]") {
    Node node;
    node.server.ledger().deploy_amm(amm_id);
    node.server.ledger().set_pool(contract(market_id), 3000, 7000);
    const auto pool = [&](const Hash& id) {
        return *stellar::read_pool_state(node.simulated(amm_id, "get_pool_state", {stellar::market_id_argument(id)}));
    };
    CHECK(pool(market_id).yes_reserve == 3000);
    CHECK(pool(market_id).no_reserve == 7000);
    CHECK(pool(market_id).total == 10'000);
    CHECK(pool(market_id).yes_odds_bps == 7000);
    CHECK(pool(market_id).no_odds_bps == 3000);
    const stellar::PoolState unknown = pool(base::sha256("unknown"));
    CHECK(unknown.total == 0);
    CHECK(unknown.yes_odds_bps == 5000);
    node.server.ledger().set_pool(contract(market_id), 1, base::u128_max - 1);
    CHECK(pool(market_id).yes_odds_bps == 9999);
    node.server.ledger().set_pool(contract(market_id), 0, base::u128_max);
    CHECK(pool(market_id).yes_odds_bps == 10'000);
    node.server.ledger().set_pool(contract(market_id), 1, base::u128_max);
    CHECK_THAT(node.simulation_error(amm_id, "get_pool_state", {stellar::market_id_argument(market_id)}),
               StartsWith("HostError: Error(WasmVm, InvalidAction)\n"));
}

TEST_CASE("devnet: a simulated answer has the members of the real one", "[devnet]") {
    Node node;
    const auto envelope = stellar::contract_call_envelope(
        node.token, "balance", {stellar::holder_argument({stellar::Address::Kind::contract, amm_id})});
    const auto result = node.simulate(envelope)["result"];
    CHECK(dom::array(result["results"].at(0)["auth"]).size() == 0);
    CHECK(result["minResourceFee"].is_string());
    CHECK(result["transactionData"].is_string());
    CHECK(dom::array(result["events"]).size() == 1);
    CHECK(std::uint64_t(result["latestLedger"]) == 1000);
    CHECK(result["error"].error() == simdjson::NO_SUCH_FIELD);
    const auto record = node.server.traffic().record();
    REQUIRE(record.back().simulated);
    CHECK(record.back().simulated->function == "balance");
}

TEST_CASE("devnet: simulated markets", "[devnet]") {
    Node node;
    devnet::Ledger& ledger = node.server.ledger();
    const Hash shared = base::sha256("shared");
    ledger.set_market(contract(market_id), 2, 1);
    ledger.deploy_shared_market(shared);
    ledger.set_shared_market(shared, std::string(64, 'a'), 2, 0);
    const std::vector<stellar::ScVal> argument{stellar::market_id_argument(market_id)};
    const auto own = *stellar::read_market_state(node.simulated(market_id, "get_market_state", argument));
    CHECK(own.status == 2);
    CHECK(own.winning_outcome == 1U);
    ledger.set_market(contract(market_id), 0);
    CHECK(!stellar::read_market_state(node.simulated(market_id, "get_market_state", argument))->winning_outcome);

    Hash all_a{};
    all_a.fill(0xaa);
    const auto other =
        *stellar::read_market_state(node.simulated(shared, "get_market_state", {stellar::market_id_argument(all_a)}));
    CHECK(other.winning_outcome == 0U);
    CHECK_THAT(node.simulation_error(shared, "get_market_state", argument),
               StartsWith("HostError: Error(Contract, #3)\n\nEvent log (newest first):\n"));

    devnet::RpcSettings settings = node.server.rpc_settings();
    settings.outcome_function = "outcome";
    settings.error_details = false;
    node.server.set_rpc_settings(settings);
    CHECK(stellar::read_market_state(node.simulated(market_id, "outcome", argument)));
    CHECK(node.simulation_error(market_id, "get_market_state", argument) == "HostError: Error(WasmVm, MissingValue)");
}

TEST_CASE("devnet: simulated balances", "[devnet]") {
    Node node;
    devnet::Ledger& ledger = node.server.ledger();
    const Hash sep41 = base::sha256("sep41");
    ledger.deploy_token(sep41);
    ledger.set_trust_line(account(1), usdc, 5);
    ledger.set_contract_balance(contract(amm_id), 6);
    ledger.set_contract_balance(sep41, account(1), 8);
    const auto of = [](const std::string& holder) {
        return std::vector<stellar::ScVal>{stellar::holder_argument(*stellar::parse_wallet(holder))};
    };
    const auto balance = [&](const Hash& token, const std::string& holder) {
        return *stellar::read_balance(node.simulated(token, "balance", of(holder)));
    };
    CHECK(balance(node.token, account(1)) == 5);
    CHECK(balance(node.token, contract(amm_id)) == 6);
    CHECK(balance(node.token, contract(market_id)) == 0);
    CHECK(balance(sep41, account(1)) == 8);
    CHECK(balance(sep41, account(2)) == 0);

    std::string key;
    stellar::append_token_balance_key(key, node.token, {stellar::Address::Kind::contract, amm_id});
    CHECK(ledger.archive(key));
    CHECK(balance(node.token, contract(amm_id)) == 6); // restored silently

    CHECK_THAT(node.simulation_error(node.token, "balance", of(account(2))),
               StartsWith("HostError: Error(Contract, #13)\n"));
    CHECK_THAT(node.simulation_error(amm_id, "balance", of(account(2))),
               StartsWith("HostError: Error(Storage, MissingValue)\n"));
    CHECK_THAT(node.simulation_error(sep41, "balances", of(account(2))),
               StartsWith("HostError: Error(WasmVm, MissingValue)\n"));
    CHECK_THAT(node.simulation_error(sep41, "balance", {stellar::symbol("x")}),
               StartsWith("HostError: Error(Value, UnexpectedType)\n"));
}

TEST_CASE("devnet: every instance is a sound entry", "[devnet]") {
    Node node;
    std::string key;
    stellar::append_contract_instance_key(key, node.token);
    std::string entry;
    const auto answer = node.entries({key});
    REQUIRE(stellar::append_decoded_base64(entry, answer["result"]["entries"].at(0)["xdr"]));
    const auto instance = stellar::read_contract_instance(key, entry);
    REQUIRE(instance);
    CHECK(instance->asset == usdc);
}

TEST_CASE("devnet: envelopes that are not simulated", "[devnet]") {
    Node node;
    const std::string good = stellar::contract_call_envelope(amm_id, "f", {});
    const auto refusal = [&](const std::string& envelope) {
        const auto result = node.simulate(envelope)["result"];
        CHECK(std::uint64_t(result["latestLedger"]) == 0);
        return std::string(std::string_view(result["error"]));
    };
    const auto changed = [&](std::size_t offset, std::string_view bytes, std::size_t size) {
        return std::string(good).replace(offset, size, bytes);
    };
    // After the envelope type (4), the source (36), fee (4), sequence number (8): preconditions at 52, memo at 56.
    using namespace std::string_view_literals;
    CHECK(refusal(changed(56, "\0\0\0\2\0\0\0\0\0\0\0\7"sv, 4)) ==
          "Transaction contains a memo. Soroban transactions do not support memos.");
    CHECK(refusal(changed(60, "\0\0\0\0"sv, 4)) == "Transaction contains more than one operation");
    CHECK(refusal(changed(68, "\0\0\0\1"sv, 4)) ==
          "transaction contains unsupported operation type: OperationTypePayment");
    for (const std::string& broken : {good + std::string(4, '\0'), good.substr(0, good.size() - 4), std::string(),
                                      changed(0, "\0\0\0\7"sv, 4), changed(52, "\0\0\0\3"sv, 4)}) {
        CHECK(refusal(broken) == "Could not unmarshal transaction");
    }
    const std::string time_bounds = std::string("\0\0\0\1"sv) + std::string(16, '\0');
    const auto answer = node.simulate(changed(52, time_bounds, 4))["result"];
    CHECK_THAT(std::string(std::string_view(answer["error"])), StartsWith("HostError: Error(Storage, MissingValue)"));
}

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

TEST_CASE("devnet: 64 connections at once, and many requests on one", "[devnet]") {
    Node node;
    for (int i = 0; i < 300; ++i) node.call("getHealth");
    CHECK(node.server.traffic().counters().connections == 1);
    node.server.faults().add({.fault = devnet::DelayFault{milliseconds(300)}, .method = "getNetwork"});
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
    CHECK(node.server.traffic().counters().max_in_flight == 64);
}

TEST_CASE("devnet: a stopped server may come back on its port", "[devnet]") {
    Node node;
    const int port = node.server.port();
    node.call("getHealth");
    node.server.stop();
    CHECK(!node.post("[]"));
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
    // Instances: asset, AMM, market, shared market. Entries: trust line, balance, pool (3), market (2), shared (1).
    CHECK(ledger.size() == 4 + 8);
    {
        const devnet::LedgerView view(ledger);
        const auto line = view.find(trust_line_key(g));
        REQUIRE(line);
        CHECK(line->last_modified == 4000);
        CHECK(*stellar::read_trust_line_balance(trust_line_key(g), line->data) == 123'450'000);
    }
    devnet::load_records(ledger, R"({"pool":{"marketId":")" + c + R"("},"remove":true})", "file");
    CHECK(ledger.size() == 4 + 5);

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
    CHECK_THROWS_WITH(fault(R"({"asset":")" + asset + R"(","lastModified":1})"),
                      "file, line 2: the record: lastModified is an unknown member");
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
