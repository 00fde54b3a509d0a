#include "verify/market_odds_verifier.hpp"

#include "stellar/contract_call.hpp"
#include "stellar/ledger_key.hpp"
#include "verify/amount.hpp"
#include "verify/compare.hpp"

#include <fmt/format.h>

#include <array>

namespace verify {
namespace {

constexpr std::array columns{
    Column{"id", "id"},
    Column{"contract_address", "contract address"},
    Column{"title", "title"},
    Column{"yes_liquidity", "YES liquidity"},
    Column{"no_liquidity", "NO liquidity"},
    Column{"market_id", "market id", true},
};

constexpr Profile odds_profile{
    .name = "odds",
    .type = "ODDS",
    .place = 0,
    .resource = &market_resource,
    .scale = Scale::price,
    .needs = {.amm = true},
    .columns = columns,
    .status = "OPEN",
    .scope = "markets with status OPEN",
    .value = "odds",
    .subject = "Odds of market (YES)",
    .measured = " (price of YES)",
    .axis = "difference of the price of YES",
    .items = {"market's odds", "markets' odds"},
    .of = "the odds of ",
    .things = {"market", "markets"},
    .contract_in_question = "AMM_CONTRACT_ADDRESS may be another contract",
    .column_in_question = "yes_liquidity and no_liquidity may not be the pool's reserves",
};

base::Result<base::u128> parse_liquidity(std::optional<std::string_view> text, std::string_view side) {
    if (!text) return base::fail(fmt::format("the {} liquidity is NULL", side));
    base::Result<base::u128> value = parse_fixed_unsigned(*text, stroop_decimals);
    if (!value) return base::fail(fmt::format("the {} liquidity cannot be read: {}", side, value.error()));
    return value;
}

const OddsClaim& odds_of_row(const Claim& claim) {
    return claim.content.get<OddsClaim>();
}

Reading read_reserves(const Target& target, std::span<const Stored> entries, std::uint32_t ledger) {
    const auto yes = read_entry(entries[0], stellar::read_pool_reserve);
    if (!yes) return market_fault(yes.error(), target, "pool's YES reserve");
    const auto no = read_entry(entries[1], stellar::read_pool_reserve);
    if (!no) return market_fault(no.error(), target, "pool's NO reserve");
    if (target.mode == ReadMode::automatic && (!*yes || !*no)) return Question::contract;
    return ChainValue{Reserves{(*yes).value_or(0), (*no).value_or(0)}, sighting(entries, ledger)};
}

Reading read_pool(std::span<const Stored> entries, std::uint32_t ledger) {
    const auto exists = read_entry(entries[0], stellar::read_pool_exists);
    if (!exists) return undecodable("entry pool_exists", exists.error().text);
    if (!(*exists).value_or(false)) return ChainValue{Reserves{}, sighting(entries.first(1), ledger)};
    const auto yes = read_entry(entries[1], stellar::read_pool_reserve);
    if (!yes) return undecodable("pool's YES reserve", yes.error().text);
    const auto no = read_entry(entries[2], stellar::read_pool_reserve);
    if (!no) return undecodable("pool's NO reserve", no.error().text);
    if (!*yes && !*no) {
        return Unverifiable{Reason::contract, "the pool exists, but its reserves are neither in storage nor told by "
                                              "the contract"};
    }
    return ChainValue{Reserves{(*yes).value_or(0), (*no).value_or(0)}, sighting(entries.subspan(1), ledger)};
}

Reading read_identity(const Target& target, const Stored& entry) {
    const auto held = read_entry(entry, stellar::read_market_id);
    if (!held) return undecodable("contract's market_id", held.error().text);
    if (!*held) return Question::proof;
    return Identified{**held, next_question(target)};
}

base::Value odds_value(const Odds& odds) {
    return base::Fields{{"yes", base::Number{format_odds(odds.yes)}}, {"no", base::Number{format_odds(odds.no)}}};
}

std::string signed_difference(const OddsDifference& odds) {
    const std::string size = shown_odds(odds.difference);
    if (odds.difference == 0) return size;
    return fmt::format("{}{}", odds.chain_odds.yes < odds.database_odds.yes ? '-' : '+', size);
}

std::string_view one_sided(const OddsDifference& odds) {
    if (!odds.one_sided()) return {};
    return odds.database.empty() ? "no liquidity in the database" : "no liquidity on chain";
}

std::string price_step(const Reserves& reserves, const Odds& odds) {
    if (reserves.empty()) return "  price of YES: both are empty, so one half each";
    return fmt::format("  price of YES = no / (yes + no) = {}", format_odds(odds.yes));
}

} // namespace

OddsDifference::operator Difference() const {
    Difference out(market_odds, *this);
    out.absent = one_sided();
    out.chain_has_less = chain_odds.yes < database_odds.yes;
    out.size = difference;
    return out;
}

const Profile& MarketOddsVerifier::profile() const {
    return odds_profile;
}

ClaimResult MarketOddsVerifier::claim(const Row& row, const Target&) const {
    return claim(OddsRow{{row.id(), row[1], row[2], row[5]}, row[3], row[4]});
}

ClaimResult MarketOddsVerifier::claim(const OddsRow& row) const {
    const base::Result<MarketAddress> market = parse_market_address(row.market.contract_address);
    if (!market) return unverifiable(Reason::bad_address, market.error());
    const base::Result<std::optional<stellar::Hash>> id = market_id_of(row.market, *market);
    if (!id) return unverifiable(Reason::bad_value, id.error());
    const base::Result<base::u128> yes = parse_liquidity(row.yes_liquidity, "YES");
    if (!yes) return unverifiable(Reason::bad_value, yes.error());
    const base::Result<base::u128> no = parse_liquidity(row.no_liquidity, "NO");
    if (!no) return unverifiable(Reason::bad_value, no.error());
    Claim claim = market_claim(*this, row.market);
    claim.content = OddsClaim{id->value_or(market->id), {*yes, *no}, id->has_value()};
    return claim;
}

Question MarketOddsVerifier::first_question(const Claim& claim, const Target& target) const {
    return odds_of_row(claim).id_known ? next_question(target) : Question::identity;
}

void MarketOddsVerifier::keys(Question question, const Claim& claim, const Target& target, Keys& out) const {
    const stellar::Hash& id = odds_of_row(claim).market_id; // the address's own bytes until it is known
    if (question == Question::identity) return stellar::append_market_id_key(out.add(), id);
    if (question == Question::proof) return stellar::append_pool_exists_key(out.add(), target.amm, id);
    if (question == Question::pool) stellar::append_pool_exists_key(out.add(), target.amm, id);
    stellar::append_pool_yes_reserve_key(out.add(), target.amm, id);
    stellar::append_pool_no_reserve_key(out.add(), target.amm, id);
}

Call MarketOddsVerifier::call(const Claim& claim, const Target& target) const {
    return {target.amm, target.pool_function, {stellar::market_id_argument(odds_of_row(claim).market_id)}};
}

void MarketOddsVerifier::identify(Claim& claim, const Identified& learnt) const {
    auto& odds = *claim.content.get_if<OddsClaim>();
    odds.market_id = learnt.market_id;
    odds.id_known = true;
}

Reading MarketOddsVerifier::read_entries(Question question, const Claim& claim, const Target& target,
                                         std::span<const Stored> entries, std::uint32_t ledger) const {
    switch (question) {
    case Question::pool:
        return read_pool(entries, ledger);
    case Question::identity:
        return read_identity(target, entries[0]);
    case Question::proof:
        return read_proof(odds_of_row(claim).market_id, target, entries[0]);
    default:
        return read_reserves(target, entries, ledger);
    }
}

Reading MarketOddsVerifier::read_call(const Claim&, std::string_view error, std::string_view result,
                                      std::uint32_t ledger) const {
    if (!error.empty()) return call_failed(error);
    const auto state = stellar::read_pool_state(result);
    if (!state) return undecodable("pool state", state.error());
    const Reserves reserves{state->yes_reserve, state->no_reserve};
    if (reserves.empty()) return Question::pool;
    return ChainValue{reserves, {ledger, std::nullopt, false}};
}

std::pair<std::string_view, std::string_view> MarketOddsVerifier::function(const Target& target) const {
    return {target.pool_function, "SYNC_POOL_FUNCTION"};
}

Difference MarketOddsVerifier::measure(const Claim& claim, const ChainValue& chain) const {
    const Reserves& database = odds_of_row(claim).reserves;
    const auto& held = chain.content.get<Reserves>();
    OddsDifference found{database, held, odds_of(database), odds_of(held), 0};
    const std::uint64_t a = found.database_odds.yes;
    const std::uint64_t b = found.chain_odds.yes;
    found.difference = a > b ? a - b : b - a;
    return found;
}

bool MarketOddsVerifier::differs(const Difference& difference, const Thresholds& thresholds) const {
    return difference.size > thresholds.odds || difference.absent;
}

bool MarketOddsVerifier::says_the_same(const Claim& claim, const Difference& difference) const {
    return odds_of_row(claim).reserves == difference.as<OddsDifference>().database;
}

Shown MarketOddsVerifier::show(const Difference& difference) const {
    const auto& odds = difference.as<OddsDifference>();
    const std::string database_yes = format_stroops(odds.database.yes);
    const std::string database_no = format_stroops(odds.database.no);
    const std::string chain_yes = base::to_decimal(odds.chain.yes);
    const std::string chain_no = base::to_decimal(odds.chain.no);
    return {shown_odds(odds.database_odds.yes),
            shown_odds(odds.chain_odds.yes),
            signed_difference(odds),
            one_sided(odds),
            {fmt::format("reserves in the database: yes {}, no {} USDC", database_yes, database_no),
             fmt::format("reserves on chain, raw: yes {}, no {}", chain_yes, chain_no)},
            odds_value(odds.database_odds),
            odds_value(odds.chain_odds),
            {{"difference", base::Number{format_odds(odds.difference)}},
             {"databaseReserves", base::Fields{{"yes", database_yes}, {"no", database_no}}},
             {"blockchainReserves", base::Fields{{"yes", chain_yes}, {"no", chain_no}}}}};
}

std::string MarketOddsVerifier::sentence(std::string_view id, const Difference& difference) const {
    const auto& odds = difference.as<OddsDifference>();
    const std::string_view note = one_sided(odds);
    return fmt::format("odds of market {} differ: YES at {} in the database, {} on chain{}{}", id,
                       shown_odds(odds.database_odds.yes), shown_odds(odds.chain_odds.yes), note.empty() ? "" : ", ",
                       note);
}

Said MarketOddsVerifier::said(const Difference& difference) const {
    const auto& odds = difference.as<OddsDifference>();
    return {shown_odds(odds.chain_odds.yes), odds_value(odds.chain_odds)};
}

std::string MarketOddsVerifier::show(const ChainValue& chain) const {
    const auto& reserves = chain.content.get<Reserves>();
    return fmt::format("reserves {} and {}", base::to_decimal(reserves.yes), base::to_decimal(reserves.no));
}

std::string MarketOddsVerifier::threshold(const Thresholds& thresholds) const {
    return format_odds(thresholds.odds);
}

std::vector<std::string> MarketOddsVerifier::steps(const Difference& difference, const Thresholds& thresholds) const {
    const auto& odds = difference.as<OddsDifference>();
    std::vector<std::string> lines{fmt::format("database: yes {}, no {} USDC", format_stroops(odds.database.yes),
                                               format_stroops(odds.database.no)),
                                   price_step(odds.database, odds.database_odds),
                                   fmt::format("chain: yes {}, no {}, in the contract's units",
                                               base::to_decimal(odds.chain.yes), base::to_decimal(odds.chain.no)),
                                   price_step(odds.chain, odds.chain_odds)};
    lines.push_back(odds.one_sided() ? fmt::format("{}: differs whatever the odds", one_sided(odds))
                                     : judgement(difference, format_odds(odds.difference), thresholds));
    return lines;
}

} // namespace verify
