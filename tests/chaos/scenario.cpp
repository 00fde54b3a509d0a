// The world as a whole: what a seed is about, the tables, exemptions.
#include "chaos/scenario.hpp"

#include "integration/world.hpp"

#include <fmt/format.h>

namespace chaos {
namespace {

using integration::numbered_id;

std::string literal(const std::optional<std::string>& text) {
    if (!text) return "NULL";
    std::string quoted = "'";
    for (const char c : *text) quoted += c == '\'' ? "''" : std::string(1, c);
    return quoted + "'";
}

template <class Rows, class Write>
std::string values(const Rows& rows, Write write) {
    std::string text;
    for (const auto& row : rows) text += fmt::format("{}({})", text.empty() ? "" : ",", write(row));
    return text;
}

constexpr const char* custom_markets =
    "SELECT m_key AS id, place AS contract_address, name || left((1 / sound)::text, 0) "
    "AS title, state AS status, y AS yes_liquidity, n AS no_liquidity, result AS "
    "winning_outcome{} FROM app_markets";
constexpr const char* custom_users =
    "SELECT u_key AS id, place AS wallet_address, held AS usdc_balance FROM app_users;";

std::string quoted(const std::string& text) { // as TOML has it
    return "\"" + text + "\"";
}

} // namespace

Features make_features(Dice& dice) {
    Features features;
    features.custom_sql = dice.percent(30);
    features.duplicates = features.custom_sql && dice.percent(40);
    features.broken_rows = features.custom_sql && dice.percent(20);
    features.words = features.custom_sql && dice.percent(50);
    features.market_ids = dice.percent(30);
    features.exemptions = dice.percent(25);
    features.shared =
        dice.one_of({Shared::none, Shared::none, Shared::keeps_many, Shared::keeps_many, Shared::one_market,
                     Shared::another_market, Shared::without_id, Shared::uninitialized});
    features.token = dice.one_of({TokenRule::circle, TokenRule::amm_asset, TokenRule::amm_asset, TokenRule::amm_plain,
                                  TokenRule::set_asset, TokenRule::set_contract, TokenRule::set_plain});
    features.watermark = dice.one_of({Watermark::none, Watermark::none, Watermark::none, Watermark::none,
                                      Watermark::truthful, Watermark::lagging, Watermark::lagging, Watermark::ahead,
                                      Watermark::implausible, Watermark::null, Watermark::no_row});
    if (dice.percent(15)) features.shards = static_cast<unsigned>(dice.between(2, 4));
    features.stalled = dice.percent(2);
    features.cut_simulation = !features.stalled && dice.percent(5);
    return features;
}

std::string described(const Features& features) {
    static const char* const shared[] = {"no shared contract",       "a shared contract",
                                         "one market's contract",    "another market's contract",
                                         "a contract without an id", "an uninitialized contract"};
    static const char* const token[] = {"Circle's token", "the AMM's asset", "the AMM's plain token",
                                        "a set asset",    "a set contract",  "a set plain token"};
    static const char* const watermark[] = {"", "truthful", "lagging", "ahead", "implausible", "NULL", "absent"};
    std::string text =
        fmt::format("{}, {}", shared[static_cast<int>(features.shared)], token[static_cast<int>(features.token)]);
    if (features.watermark != Watermark::none)
        text += fmt::format(", watermark {}", watermark[static_cast<int>(features.watermark)]);
    if (features.shards > 1) text += fmt::format(", {} shards", features.shards);
    for (const auto& [on, name] : {std::pair{features.custom_sql, "SELECTs"},
                                   {features.duplicates, "duplicates"},
                                   {features.broken_rows, "broken rows"},
                                   {features.words, "words"},
                                   {features.market_ids, "market ids"},
                                   {features.exemptions, "exemptions"},
                                   {features.stalled, "stalled"},
                                   {features.cut_simulation, "cut"}}) {
        if (on) text += fmt::format(", {}", name);
    }
    return text;
}

World::World(Dice& dice, const Features& what, devnet::Ledger& ledger)
    : features(what), amm(numbered_id(1'000'000)), shared_market(numbered_id(1'000'001)), dice_(dice), ledger_(ledger) {
    tables.camel_case = dice.percent(50);
    tables.amount_type = dice.percent(30) ? "text" : "numeric(65,30)";
    tables.enum_status = false;
    read_mode = dice.one_of({"auto", "auto", "storage", "simulate"});
    if (features.cut_simulation) read_mode = "simulate";
    if (dice.percent(30)) thresholds.odds = mpq_class("1/20");
    if (dice.percent(30)) thresholds.balance = mpz_class(dice.below(3) * 50'000'000);
    ledger.deploy_amm(amm);
    set_up_token();
    set_up_shared_market();
}

/// `dated`: the ledger in which the chain's side was changed is known; all were before the cycle began.
std::string World::cause(bool dated) const {
    switch (features.watermark) {
    case Watermark::truthful:
    case Watermark::ahead:
        return "DRIFT";
    case Watermark::lagging:
        if (!dated) return "DRIFT";
        return read_mode == "storage" ? "INDEXER_LAG" : "any"; // a contract's answer has no date
    default:
        return "none";
    }
}

void World::add_exemptions() {
    if (!features.exemptions) return;
    for (auto& [check, rows] : expected) {
        for (auto& [id, right] : rows) {
            const bool differs = right.mismatch_only();
            if (right.error_only() || right.transient || !dice_.percent(differs ? 15 : 1)) continue;
            const bool expired = dice_.percent(20);
            bool accepted = differs && !expired;
            std::string most;
            if (right.surplus) {
                const mpz_class difference = abs(*right.surplus);
                const bool enough = dice_.percent(60);
                accepted = accepted && enough;
                most = shown_stroops(enough ? difference : std::max(mpz_class(0), mpz_class(difference - 1)));
            } else if (right.odds) {
                const mpq_class difference = abs(right.odds->first - right.odds->second);
                const bool one_sided = (right.database == "0.0000000,0.0000000") != (right.chain == "0,0");
                const mpz_class parts = difference.get_num() * 1'000'000 / difference.get_den();
                const bool enough = dice_.percent(60);
                accepted = accepted && enough && !one_sided;
                const long millionths = std::min(1'000'000L, std::max(0L, parts.get_si() + (enough ? 5 : -5)));
                most = fmt::format("{}.{:06}", millionths / 1'000'000, millionths % 1'000'000);
            }
            exemptions += fmt::format("[[exemption]]\ncheck = {}\nid = {}\n{}reason = \"seed\"\nexpires = {}\n",
                                      quoted(check), quoted(id), most.empty() ? "" : "max-difference = " + most + "\n",
                                      expired ? "2020-01-01" : "2999-12-31");
            if (!accepted) continue;
            right.mismatch = false;
            right.match = right.exempt = true;
        }
    }
}

std::string World::market_id_column() const {
    if (!features.market_ids) return "";
    return features.custom_sql ? "factory_id" : tables.camel_case ? "\"marketId\"" : "market_id";
}

void World::write(fakes::TestDatabase& database) const {
    const bool camel = tables.camel_case;
    const std::string column = market_id_column();
    std::string markets =
        camel ? R"("Market"(id,"contractAddress",title,status,"yesLiquidity","noLiquidity","winningOutcome")"
              : "markets(id,contract_address,title,status,yes_liquidity,no_liquidity,winning_outcome";
    std::string users = camel ? R"("User"(id,"walletAddress","usdcBalance"))" : "users(id,wallet_address,usdc_balance)";
    if (features.custom_sql) {
        database.exec(
            fmt::format("CREATE TABLE app_markets (m_key text, place text, name text, state text, y {0}, n {0}, "
                        "result text, sound integer, factory_id text); CREATE TABLE app_users (u_key text, "
                        "place text, held {0})",
                        tables.amount_type));
        markets = "app_markets(m_key, place, name, state, y, n, result, sound";
        users = "app_users(u_key, place, held)";
    } else {
        database.create_tables(tables);
        if (!column.empty())
            database.exec(fmt::format("ALTER TABLE {} ADD COLUMN {} text", camel ? "\"Market\"" : "markets", column));
    }
    if (!market_rows_.empty()) {
        database.exec(fmt::format("INSERT INTO {}{}) VALUES {}", markets, column.empty() ? "" : "," + column,
                                  values(market_rows_, [&](const MarketRow& row) {
                                      const std::string outcome =
                                          features.custom_sql ? literal(row.outcome) : row.outcome.value_or("NULL");
                                      return fmt::format("{},{},{},{},{},{},{}{}{}", literal(row.id),
                                                         literal(row.address), literal(row.title), literal(row.status),
                                                         literal(row.yes), literal(row.no), outcome,
                                                         features.custom_sql ? (row.broken ? ",0" : ",1") : "",
                                                         column.empty() ? "" : "," + literal(row.market_id));
                                  })));
    }
    if (!user_rows_.empty()) {
        database.exec(fmt::format("INSERT INTO {} VALUES {}", users, values(user_rows_, [](const UserRow& row) {
                                      return fmt::format("{},{},{}", literal(row.id), literal(row.wallet),
                                                         literal(row.balance));
                                  })));
    }
    if (features.watermark != Watermark::none) database.exec("CREATE TABLE indexer (ledger bigint)");
}

std::map<std::string, std::string> World::settings() const {
    std::map<std::string, std::string> all;
    const auto address = [](const stellar::Hash& id) {
        return stellar::to_strkey({stellar::Address::Kind::contract, id});
    };
    all["SYNC_READ_MODE"] = read_mode;
    all["SYNC_ODDS_THRESHOLD"] = thresholds.odds == mpq_class("1/20") ? "0.05" : "0.01";
    all["SYNC_BALANCE_THRESHOLD"] = shown_stroops(thresholds.balance);
    if (features.shared != Shared::none) all["MARKET_CONTRACT_ADDRESS"] = address(shared_market);
    if (features.token == TokenRule::set_asset) all["USDC_ASSET"] = to_text(*asset);
    if (features.token == TokenRule::set_contract || features.token == TokenRule::set_plain)
        all["USDC_CONTRACT_ADDRESS"] = address(token_);
    if (features.custom_sql) {
        all["SYNC_MARKETS_SQL"] =
            fmt::format(fmt::runtime(custom_markets), features.market_ids ? ", factory_id AS market_id" : "");
        all["SYNC_USERS_SQL"] = custom_users;
    }
    if (features.watermark != Watermark::none) {
        all["SYNC_WATERMARK_SQL"] = features.watermark == Watermark::no_row ? "SELECT ledger FROM indexer WHERE false"
                                                                            : "SELECT max(ledger) FROM indexer";
    }
    return all;
}

} // namespace chaos
