// Markets: how a row names its market, what its contract and the AMM hold, and what is right to say.
#include "chaos/scenario.hpp"

#include "integration/world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace chaos {
namespace {

using integration::account;
using integration::contract;
using integration::hex_id;
using integration::muxed_contract;
using integration::numbered_id;

base::u128 to_u128(const mpz_class& value) {
    const mpz_class high = value >> 64;
    const mpz_class low = value - (high << 64);
    return static_cast<base::u128>(high.get_ui()) << 64 | low.get_ui();
}

const mpz_class largest_u128("340282366920938463463374607431768211455");

const char* const titles[] = {"Will it rain?",
                              "",
                              "\x1b[31mred\x1b[0m",
                              "a\tb\nc",
                              "\"quoted\" \\ back",
                              "\xe2\x80\xaertl",
                              "'; DROP TABLE markets; --",
                              "\xf0\x9f\x8e\xb2 dice"};

constexpr std::uint32_t only_market = 900'000'000; // number of the id that a shared contract of one market holds

/// Of the id that the factory made for the market of contract(number).
std::uint32_t made(std::uint32_t number) {
    return number ^ 0x40000000U;
}

std::string spelled(Dice& dice, std::string id) { // as applications write it
    if (dice.percent(15))
        std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return std::toupper(c); });
    return dice.percent(30) ? "0x" + id : id;
}

} // namespace

void World::set_up_shared_market() {
    const std::string address = stellar::to_strkey({stellar::Address::Kind::contract, shared_market});
    unknown_ = dice_.one_of({devnet::UnknownMarket::refused, devnet::UnknownMarket::refused,
                             devnet::UnknownMarket::blank, devnet::UnknownMarket::dated, devnet::UnknownMarket::trap});
    switch (features.shared) {
    case Shared::none:
    case Shared::keeps_many:
        ledger_.deploy_shared_market(shared_market, unknown_);
        return;
    case Shared::uninitialized:
        if (dice_.percent(80)) ledger_.deploy_market(shared_market);
        return;
    default:
        break;
    }
    shared_state_ = chain_market("1");
    ledger_.deploy_market(shared_market);
    ledger_.set_market(address, shared_state_->status, shared_state_->outcome);
    if (features.shared == Shared::one_market) ledger_.set_market_id(address, numbered_id(only_market));
    if (features.shared == Shared::another_market) ledger_.set_market_id(address, numbered_id(only_market + 1));
}

mpz_class World::reserve() {
    switch (dice_.below(8)) {
    case 0:
        return 0;
    case 1:
        return largest_u128;
    case 2:
        return largest_u128 - mpz_class(dice_.below(1000));
    case 3:
        return mpz_class(dice_.below(10));
    default:
        return mpz_class(dice_.below(100'000'000'000'000));
    }
}

/// Text of a liquidity: in proportion to the pool's reserve mostly.
std::string World::liquidity(const mpz_class& near) {
    if (dice_.percent(3)) return dice_.one_of({"-1", "NaN", "-0.0000001"});
    if (dice_.percent(3)) return "999999999999999999999999999999999"; // does not fit into 128 bits of stroops
    if (dice_.percent(10)) return shown_stroops(mpz_class(dice_.below(1'000'000'000)));
    const mpz_class value = near + mpz_class(dice_.percent(80) ? 0 : static_cast<long>(dice_.below(3'000'000)));
    return shown_stroops(std::min(value, largest_u128));
}

World::Place World::contract_place(std::uint32_t number) {
    Place place{.address = contract(number), .id = hex_id(made(number)), .number = number};
    const std::uint64_t kind = dice_.below(20);
    place.bare = kind >= 12 && kind < 18;
    if (!place.bare || dice_.percent(50)) ledger_.deploy_market(numbered_id(number));
    if (kind < 12) {
        ledger_.set_market_id(place.address, numbered_id(made(number)));
        if (dice_.percent(20)) place.column = spelled(dice_, place.id);
    } else if (kind < 15) {
        place.id = hex_id(number);
        place.own_bytes = true;
    } else if (kind < 16 || !features.market_ids) {
        place.known = !place.bare;
        if (place.known) ledger_.set_market_id(place.address, numbered_id(made(number)));
    } else {
        place.column = spelled(dice_, place.id);
        place.conflicting = !place.bare;
        if (place.conflicting) ledger_.set_market_id(place.address, numbered_id(made(number) + 1));
    }
    if (!features.market_ids) place.column = std::nullopt;
    return place;
}

World::Place World::place(bool resolved) {
    const std::uint32_t number = next_++;
    const std::uint64_t kind = dice_.below(20);
    if (kind < 12) return contract_place(number);
    if (kind < 17) {
        const bool only = resolved && features.shared == Shared::one_market && dice_.percent(30);
        Place place{.id = hex_id(only ? only_market : number), .number = number, .hex = true};
        place.address = spelled(dice_, place.id);
        return place;
    }
    std::string broken = contract(number);
    broken[20] = broken[20] == 'A' ? 'B' : 'A';
    return {.address = dice_.one_of<std::string>({"", "garbage", broken, account(number), muxed_contract(number),
                                                  hex_id(number) + "0", "0x" + hex_id(number).substr(2)}),
            .number = number,
            .sound = false};
}

void World::add_markets(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::string id = fmt::format("m{:05}", dice_.below(10'000) * 10 + i % 10) + fmt::format("-{}", i);
        if (dice_.percent(45)) {
            add_open_market(id);
        } else if (dice_.percent(80)) {
            add_resolved_market(id);
        } else {
            market_rows_.push_back(
                {.id = id,
                 .address = "nonsense",
                 .title = "x",
                 .status = dice_.one_of<std::string>({"CLOSED", "PENDING", "", "OPENED", "DISPUTED"}),
                 .yes = "1",
                 .no = "1",
                 .outcome = "1"});
        }
    }
}

void World::add_row(const std::string& check, MarketRow row) {
    Expected& right = expected[check][row.id];
    if (features.broken_rows && dice_.percent(2)) {
        row.broken = true;
        right = error_only("DATABASE");
    } else if (features.duplicates && dice_.percent(5)) {
        right = error_only("BAD_VALUE");
        right.copies = static_cast<int>(dice_.between(2, 3));
    }
    for (int copy = 1; copy < right.copies; ++copy) {
        market_rows_.push_back(row);
        market_rows_.back().title += fmt::format(" ({})", copy);
    }
    market_rows_.push_back(std::move(row));
}

void World::add_open_market(const std::string& id) {
    const Place market = place(false);
    const mpz_class yes = reserve(), no = reserve();
    const bool pool = market.sound && market.known && (market.own_bytes || dice_.percent(90));
    if (pool) ledger_.set_pool(market.id, to_u128(yes), to_u128(no));
    // Under the address's bytes there may be a pool that is not this row's.
    if (market.sound && market.known && !market.hex && !market.own_bytes && dice_.percent(30))
        ledger_.set_pool(hex_id(market.number), to_u128(reserve()), to_u128(reserve()));
    MarketRow row{.id = id,
                  .address = market.address,
                  .title = dice_.pick(titles),
                  .status = dice_.one_of<std::string>({"OPEN", "open", "Open"}),
                  .market_id = market.column};
    if (!dice_.percent(3)) row.yes = liquidity(yes);
    if (!dice_.percent(3)) row.no = liquidity(no);
    Expected right = error_only("BAD_ADDRESS");
    if (market.sound) {
        right = judge_odds(row.yes, row.no, pool ? yes : mpz_class(0), pool ? no : mpz_class(0), thresholds);
        right.likely_cause = cause(pool);
        if (!market.known && !right.error_only()) right = error_only("CONTRACT");
        // The contract adds the two up, and traps.
        if (pool && yes + no > largest_u128 && !right.error_only()) {
            if (read_mode == "simulate") right = error_only("CONTRACT");
            if (read_mode == "auto") right.errors.insert("CONTRACT"); // asked if a fault spoils its entry
        }
    }
    expected["odds"][id] = right;
    add_row("odds", std::move(row));
}

ChainMarket World::chain_market(const std::optional<std::string>& row) {
    ChainMarket market;
    market.status = dice_.one_of({2U, 2U, 2U, 2U, 2U, 0U, 1U, 3U, 4U, 5U, 6U, 4'294'967'295U});
    if (dice_.percent(10)) return market;
    const bool number = row && row->size() == 1 && *row != "-";
    market.outcome = number && dice_.percent(80) ? static_cast<std::uint32_t>(row->front() - '0')
                                                 : dice_.one_of({0U, 1U, 1U, 0U, 7U, 4'294'967'295U});
    return market;
}

Expected World::judge_resolved(const Place& place, const std::optional<std::string>& row) {
    if (place.hex && features.shared == Shared::none) return error_only("BAD_ADDRESS");
    if (!readable_outcome(row)) return error_only("BAD_VALUE");
    const ChainMarket chain = chain_market(row);
    if (!place.hex) {
        if (place.own_bytes) ledger_.set_pool(place.id, 1, 1);
        // Only one that holds an id was surely initialized.
        const bool there = !place.bare || dice_.percent(70);
        if (there && place.bare) ledger_.deploy_market(numbered_id(place.number));
        if (there) ledger_.set_market(place.address, chain.status, chain.outcome);
        if (!there || !place.known || place.conflicting) return error_only("CONTRACT");
        Expected right = judge_outcome(row, chain);
        right.likely_cause = cause(true);
        return right;
    }
    Expected cannot_tell = error_only("CONTRACT");
    switch (features.shared) {
    case Shared::keeps_many: {
        // One that panics about an unknown market says nothing about a random one either.
        const bool panics = unknown_ == devnet::UnknownMarket::trap;
        if (panics) cannot_tell.errors.insert("RPC");
        if (dice_.percent(8)) return cannot_tell;
        ledger_.set_shared_market(shared_market, place.id, chain.status, chain.outcome);
        if (panics) return cannot_tell;
        Expected right = judge_outcome(row, chain);
        right.likely_cause = cause(false);
        // Paced calls and a ledger every 30 ms: no control may come from the answer's ledger, nor two be equal.
        if (features.cut_simulation && unknown_ == devnet::UnknownMarket::dated) right.errors.insert("RPC");
        return right;
    }
    case Shared::one_market: {
        if (place.id != hex_id(only_market)) return cannot_tell;
        Expected right = judge_outcome(row, *shared_state_);
        right.likely_cause = cause(true);
        return right;
    }
    case Shared::uninitialized: // or not even there
        cannot_tell.errors.insert("RPC");
        return cannot_tell;
    default:
        return cannot_tell;
    }
}

void World::add_resolved_market(const std::string& id) {
    const Place market = place(true);
    MarketRow row{.id = id,
                  .address = market.address,
                  .title = dice_.pick(titles),
                  .status = dice_.one_of<std::string>({"RESOLVED", "resolved"}),
                  .yes = "0",
                  .no = "0",
                  .market_id = market.column};
    static const std::optional<std::string> outcomes[] = {"0", "1", "0", "1", "0", "1", std::nullopt, "7", "-1"};
    row.outcome = dice_.pick(outcomes);
    if (features.words && dice_.percent(60)) row.outcome = dice_.one_of({"YES", "no", "Yes", "NO", "maybe", ""});
    expected["outcomes"][id] = market.sound ? judge_resolved(market, row.outcome) : error_only("BAD_ADDRESS");
    add_row("outcomes", std::move(row));
}

} // namespace chaos
