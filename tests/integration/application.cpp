#include "integration/application.hpp"

#include "base/digest.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/xdr.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <simdjson.h>

namespace integration {
namespace {

using simdjson::dom::element;

const char* const snake_case_tables = R"(
    CREATE TYPE market_status AS ENUM ('OPEN', 'CLOSED', 'RESOLVED', 'DISPUTED', 'CANCELLED');
    CREATE TYPE market_category AS ENUM ('WRESTLING', 'BOXING', 'MMA', 'SPORTS', 'POLITICS', 'CRYPTO', 'ENTERTAINMENT');
    CREATE TABLE users (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE, username text NOT NULL UNIQUE,
        password_hash text NOT NULL, wallet_address text UNIQUE, usdc_balance DECIMAL(18,6) NOT NULL DEFAULT 0,
        xlm_balance DECIMAL(18,7) NOT NULL DEFAULT 0, is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz(6) NOT NULL DEFAULT now(), last_login timestamptz(6));
    CREATE TABLE markets (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), contract_address text NOT NULL UNIQUE,
        title varchar(255) NOT NULL, description text NOT NULL, category market_category NOT NULL,
        creator_id uuid NOT NULL REFERENCES users(id) ON DELETE RESTRICT ON UPDATE CASCADE,
        status market_status NOT NULL DEFAULT 'OPEN', outcome_a text NOT NULL, outcome_b text NOT NULL,
        closing_at timestamptz(6) NOT NULL, resolved_at timestamptz(6), winning_outcome integer,
        yes_liquidity DECIMAL(18,6) NOT NULL DEFAULT 0, no_liquidity DECIMAL(18,6) NOT NULL DEFAULT 0,
        total_volume DECIMAL(18,6) NOT NULL DEFAULT 0, created_at timestamptz(6) NOT NULL DEFAULT now());
    CREATE INDEX markets_status_closing_at_idx ON markets(status, closing_at);
    CREATE TABLE predictions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
        market_id uuid NOT NULL REFERENCES markets(id) ON DELETE CASCADE, predicted_outcome integer,
        amount_usdc DECIMAL(18,6) NOT NULL, UNIQUE (user_id, market_id)))";

const char* const prisma_tables = R"(
    CREATE TYPE "MarketStatus" AS ENUM ('OPEN', 'CLOSED', 'RESOLVED', 'DISPUTED', 'CANCELLED');
    CREATE TABLE "User" (
        "id" text NOT NULL, "email" text NOT NULL, "walletAddress" text, "usdcBalance" DECIMAL(65,30) NOT NULL DEFAULT 0,
        "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" timestamp(3),
        CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
    CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
    CREATE UNIQUE INDEX "User_walletAddress_key" ON "User"("walletAddress");
    CREATE TABLE "Market" (
        "id" text NOT NULL, "contractAddress" text NOT NULL, "title" text NOT NULL, "description" text NOT NULL,
        "creatorId" text NOT NULL, "status" "MarketStatus" NOT NULL DEFAULT 'OPEN', "closingAt" timestamp(3),
        "winningOutcome" integer, "yesLiquidity" DECIMAL(65,30) NOT NULL DEFAULT 0,
        "noLiquidity" DECIMAL(65,30) NOT NULL DEFAULT 0, "updatedAt" timestamp(3),
        CONSTRAINT "Market_pkey" PRIMARY KEY ("id"));
    CREATE UNIQUE INDEX "Market_contractAddress_key" ON "Market"("contractAddress");
    CREATE TABLE "Prediction" ("id" text NOT NULL PRIMARY KEY, "userId" text NOT NULL, "marketId" text NOT NULL);
    ALTER TABLE "Market" ADD CONSTRAINT "Market_creatorId_fkey" FOREIGN KEY ("creatorId") REFERENCES "User"("id")
        ON DELETE RESTRICT ON UPDATE CASCADE;
    ALTER TABLE "Prediction" ADD CONSTRAINT "Prediction_marketId_fkey" FOREIGN KEY ("marketId") REFERENCES "Market"("id")
        ON DELETE RESTRICT ON UPDATE CASCADE)";

const char* const creator = "creator"; // of all markets; without a wallet

std::string literal(const std::optional<std::string>& text) {
    return text ? fmt::format("'{}'", *text) : "NULL";
}

std::string text_of(const element& value) {
    std::string_view text;
    return value.get(text) == simdjson::SUCCESS ? std::string(text) : simdjson::minify(value);
}

std::string text_at(const element& parent, std::string_view pointer) {
    element found;
    return parent.at_pointer(pointer).get(found) == simdjson::SUCCESS ? text_of(found) : "";
}

/// Both sides of a mismatch of the result.
std::string sides(const element& mismatch) {
    const std::string side = text_at(mismatch, "/type") == "ODDS" ? "Value/yes" : "Value";
    std::string text =
        fmt::format("{} / {}", text_at(mismatch, "/database" + side), text_at(mismatch, "/blockchain" + side));
    for (const char* member : {"/metadata/chainStatus", "/metadata/chainStatusName"}) {
        const std::string state = text_at(mismatch, member);
        if (!state.empty()) text += " " + state;
    }
    return text;
}

} // namespace

std::string factory_id(std::uint32_t number) {
    return hex_id(500'000 + number);
}

Application::Application(Schema schema)
    : token{"USDC", numbered_id(600'000)}, amm(numbered_id(600'001)), schema_(schema) {
    database_.exec(schema == Schema::snake_case ? snake_case_tables : prisma_tables);
    add_user(creator, std::nullopt, "0");
    ledger().deploy_asset(*stellar::circle_usdc(stellar::test_network_passphrase));
    ledger().deploy_amm(amm);
    ledger().set_usdc(amm, ledger().deploy_asset(token));
    ledger().set_close_interval(std::chrono::milliseconds(20));
    node_.start();
}

/// Of the row whose name the id is made of.
std::string Application::row_id(const std::string& table, const std::string& name) {
    const std::string digest = fmt::format("md5('{}{}')", table, name);
    const std::string id =
        database_.exec(schema_ == Schema::snake_case ? fmt::format("SELECT {}::uuid", digest)
                                                     : fmt::format("SELECT 'c' || left({}, 24)", digest));
    names_[id] = name;
    return id;
}

void Application::add(const Market& market) {
    const char* const insert =
        schema_ == Schema::snake_case
            ? "INSERT INTO markets(id, contract_address, title, description, creator_id, status, winning_outcome, "
              "yes_liquidity, no_liquidity, category, outcome_a, outcome_b, closing_at) VALUES ('{0}', '{1}', "
              "'Will {2} happen?', 'About {2}.', '{3}', '{4}', {5}, {6}, {7}, 'CRYPTO', 'Yes', 'No', now())"
            : R"(INSERT INTO "Market"("id", "contractAddress", "title", "description", "creatorId", "status",
              "winningOutcome", "yesLiquidity", "noLiquidity") VALUES ('{0}', '{1}', 'Will {2} happen?', 'About {2}.',
              '{3}', '{4}', {5}, {6}, {7}))";
    database_.exec(fmt::format(fmt::runtime(insert), row_id("market", market.name), market.address, market.name,
                               row_id("user", creator), market.status,
                               market.outcome ? std::to_string(*market.outcome) : "NULL", market.yes, market.no));
    if (market.status == "OPEN") in_scope_["odds"].push_back(market.name);
    if (market.status == "RESOLVED") in_scope_["outcomes"].push_back(market.name);
}

void Application::add_user(const std::string& name, const std::optional<std::string>& wallet,
                           const std::string& balance) {
    const std::string id = row_id("user", name);
    const std::string values = fmt::format("('{0}', '{0}@example.org', {1}, {2}", id, literal(wallet), balance);
    if (schema_ == Schema::snake_case) {
        database_.exec(
            fmt::format("INSERT INTO users(id, email, wallet_address, usdc_balance, username, password_hash) "
                        "VALUES {}, '{}', '$2b$10$')",
                        values, id));
    } else {
        database_.exec(
            fmt::format(R"(INSERT INTO "User"("id", "email", "walletAddress", "usdcBalance") VALUES {}))", values));
    }
    if (wallet) in_scope_["balances"].push_back(name);
}

void Application::deploy_market(std::uint32_t number, std::uint32_t status, std::optional<std::uint32_t> outcome) {
    ledger().set_market(contract(number), status, outcome);
    ledger().set_market_id(contract(number), devnet::market_id_of(factory_id(number)));
}

Environment Application::environment() const {
    return {{"DATABASE_URL", database_.url() + "?schema=public"},
            {"SOROBAN_RPC_URL", node_.url()},
            {"AMM_CONTRACT_ADDRESS", stellar::to_strkey({stellar::Address::Kind::contract, amm})},
            {"SYNC_CONFIRM_DELAY_MS", "30"},
            {"SYNC_RETRY_DELAY_MS", "10"}};
}

std::map<std::string, std::string> Application::verdicts_of(const std::string& out, const std::string& check) const {
    std::map<std::string, std::string> verdicts;
    const auto in_scope = in_scope_.find(check);
    if (in_scope == in_scope_.end()) return verdicts;
    for (const std::string& name : in_scope->second) verdicts[name] = "match";
    simdjson::dom::parser parser;
    const element result = parser.parse(out);
    const auto say = [&](const element& about, std::string text) {
        const auto name = names_.find(text_at(about, "/resourceId"));
        if (name == names_.end()) return;
        INFO(check << ": " << name->second);
        const auto verdict = verdicts.find(name->second);
        if (verdict == verdicts.end()) {
            verdicts[name->second] = "not in scope, but " + text;
        } else {
            CHECK(verdict->second == "match"); // once
            verdict->second = std::move(text);
        }
    };
    const std::string type = check == "odds" ? "ODDS" : check == "outcomes" ? "OUTCOME" : "BALANCE";
    for (const element mismatch : result["mismatches"]) {
        if (text_at(mismatch, "/type") == type) say(mismatch, sides(mismatch));
    }
    for (const element error : result["errors"]) {
        if (text_at(error, "/operation") == check) say(error, text_at(error, "/reason"));
    }
    // A row that is not listed is one of those counted as matched.
    std::int64_t matched = 0;
    for (const auto& [name, verdict] : verdicts) matched += verdict == "match" ? 1 : 0;
    INFO(check);
    CHECK(pointer(out, fmt::format("/checks/{}/matched", check)) == std::to_string(matched));
    CHECK(pointer(out, fmt::format("/checks/{}/inScope", check)) == std::to_string(in_scope->second.size()));
    return verdicts;
}

Verdicts Application::run(const Environment& environment) const {
    Verdicts verdicts{fakes::run_program({"run"}, environment), {}, {}, {}};
    INFO(verdicts.ended.err);
    INFO(verdicts.ended.out);
    CHECK_FALSE(verdicts.ended.killed);
    REQUIRE(pointer(verdicts.ended.out, "/status") != "(absent)");
    verdicts.odds = verdicts_of(verdicts.ended.out, "odds");
    verdicts.outcomes = verdicts_of(verdicts.ended.out, "outcomes");
    verdicts.balances = verdicts_of(verdicts.ended.out, "balances");
    return verdicts;
}

} // namespace integration
