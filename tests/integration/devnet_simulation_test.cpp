// The devnet simulates contract calls as a Stellar RPC server does.
#include "integration/devnet_node.hpp"
#include "stellar/ledger_entry.hpp"

#include <string>
#include <vector>

using Catch::Matchers::StartsWith;
using namespace devnet_tests;

TEST_CASE("devnet: simulated pools", "[devnet]") {
    Node node;
    node.server.ledger().deploy_amm(amm_id);
    node.server.ledger().set_pool(contract(market_id), 3000, 7000);
    const auto pool = [&](const Hash& id) {
        return *stellar::read_pool_state(node.simulated(amm_id, "get_pool_state", {stellar::market_id_argument(id)}));
    };
    const Hash made = devnet::made_market_id(market_id); // of the market contract that came with the pool
    CHECK(node.server.ledger().market_id(contract(market_id)) == made);
    CHECK(pool(market_id).total == 0);
    CHECK(pool(made).yes_reserve == 3000);
    CHECK(pool(made).no_reserve == 7000);
    CHECK(pool(made).total == 10'000);
    CHECK(pool(made).yes_odds_bps == 7000);
    CHECK(pool(made).no_odds_bps == 3000);
    const stellar::PoolState unknown = pool(base::sha256("unknown"));
    CHECK(unknown.total == 0);
    CHECK(unknown.yes_odds_bps == 5000);
    node.server.ledger().set_pool(contract(market_id), 1, base::u128_max - 1);
    CHECK(pool(made).yes_odds_bps == 9999);
    node.server.ledger().set_pool(contract(market_id), 0, base::u128_max);
    CHECK(pool(made).yes_odds_bps == 10'000);
    node.server.ledger().set_pool(contract(market_id), 1, base::u128_max);
    CHECK_THAT(node.simulation_error(amm_id, "get_pool_state", {stellar::market_id_argument(made)}),
               StartsWith("HostError: Error(WasmVm, InvalidAction)\n"));
    // A contract without a market_id: the pool is under the address's own bytes.
    node.server.ledger().set_market_id(contract(market_id), std::nullopt);
    node.server.ledger().set_pool(contract(market_id), 5, 5);
    CHECK(pool(market_id).total == 10);
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
    // Any argument will do, and a contract that was never initialized answers, too.
    const Hash bare = base::sha256("bare");
    ledger.deploy_market(bare);
    CHECK(stellar::read_market_state(
              node.simulated(market_id, "get_market_state", {stellar::market_id_argument(base::sha256("other"))}))
              ->winning_outcome == 1U);
    const auto blank = *stellar::read_market_state(node.simulated(bare, "get_market_state", argument));
    CHECK(blank.blank);
    CHECK(blank.status == 0);
    CHECK_FALSE(blank.winning_outcome);
    ledger.set_market(contract(market_id), 0);
    CHECK(!stellar::read_market_state(node.simulated(market_id, "get_market_state", argument))->winning_outcome);

    Hash all_a{};
    all_a.fill(0xaa);
    const auto other =
        *stellar::read_market_state(node.simulated(shared, "get_market_state", {stellar::market_id_argument(all_a)}));
    CHECK(other.winning_outcome == 0U);
    CHECK_THAT(node.simulation_error(shared, "get_market_state", argument),
               StartsWith("HostError: Error(Contract, #3)\n\nEvent log (newest first):\n"));

    const auto unknown = [&](devnet::UnknownMarket how) {
        const Hash id = base::sha256("unknown " + std::to_string(static_cast<int>(how)));
        ledger.deploy_shared_market(id, how);
        return id;
    };
    CHECK(
        stellar::read_market_state(node.simulated(unknown(devnet::UnknownMarket::blank), "get_market_state", argument))
            ->blank);
    CHECK_FALSE(
        stellar::read_market_state(node.simulated(unknown(devnet::UnknownMarket::dated), "get_market_state", argument))
            ->blank);
    CHECK_THAT(node.simulation_error(unknown(devnet::UnknownMarket::trap), "get_market_state", argument),
               StartsWith("HostError: Error(WasmVm, InvalidAction)\n"));

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
