#include "chaos/scenario.hpp"

#include "integration/world.hpp"

#include <fmt/format.h>

namespace chaos {
namespace {

using integration::account;
using integration::contract;
using integration::hex_id;
using integration::muxed_account;
using integration::muxed_contract;
using integration::numbered_id;

std::string literal(const std::optional<std::string>& text) {
    if (!text) return "NULL";
    std::string quoted = "'";
    for (const char c : *text) quoted += c == '\'' ? "''" : std::string(1, c);
    return quoted + "'";
}

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

} // namespace

World::World(Dice& dice, devnet::Ledger& ledger)
    : amm(numbered_id(1'000'000)), shared_market(numbered_id(1'000'001)),
      asset(*stellar::circle_usdc(stellar::test_network_passphrase)), dice_(dice), ledger_(ledger) {
    tables.camel_case = dice.percent(50);
    tables.amount_type = dice.percent(30) ? "text" : "numeric(65,30)";
    tables.enum_status = false;
    read_mode = dice.one_of({"auto", "auto", "storage", "simulate"});
    has_market_contract = dice.percent(60);
    if (dice.percent(30)) thresholds.odds = mpq_class("1/20");
    if (dice.percent(30)) thresholds.balance = mpz_class(dice.below(3) * 50'000'000);
    ledger.deploy_amm(amm, ledger.deploy_asset(asset));
    ledger.deploy_shared_market(shared_market);
}

mpz_class World::reserve() {
    const mpz_class& largest = largest_u128;
    switch (dice_.below(8)) {
    case 0:
        return 0;
    case 1:
        return largest;
    case 2:
        return largest - mpz_class(dice_.below(1000));
    case 3:
        return mpz_class(dice_.below(10));
    default:
        return mpz_class(dice_.below(100'000'000'000'000));
    }
}

std::string World::amount_near(const mpz_class& stroops) {
    static const int offsets[] = {0, 0, 0, 0, 0, 1, -1, 10, -10, 11, -11, 50'000'000, -50'000'000, 50'000'001};
    const mpz_class value = stroops + dice_.pick(offsets);
    std::string text = shown_stroops(value);
    if (dice_.percent(10)) text += dice_.one_of({"4", "5", "49999", "50000", "99"}); // rounded by the program
    return text;
}

/// Text of a liquidity: in proportion to the pool's reserve mostly.
std::string World::liquidity(const mpz_class& near) {
    const mpz_class limit("170141183460469231731687303715884105727");
    if (dice_.percent(3)) return dice_.one_of({"-1", "NaN", "-0.0000001"});
    if (dice_.percent(3)) return "999999999999999999999999999999999"; // does not fit into 127 bits of stroops
    if (near > limit / 2 || dice_.percent(10)) return shown_stroops(mpz_class(dice_.below(1'000'000'000)));
    return shown_stroops(near + mpz_class(dice_.percent(80) ? 0 : static_cast<long>(dice_.below(3'000'000))));
}

std::string World::address(std::uint32_t number, bool& sound, bool& hex) {
    sound = true;
    hex = false;
    const std::uint64_t kind = dice_.below(20);
    if (kind < 12) return contract(number);
    hex = kind < 17;
    if (hex) return hex_id(number);
    sound = false;
    std::string broken = contract(number);
    broken[20] = broken[20] == 'A' ? 'B' : 'A';
    return dice_.one_of<std::string>(
        {"", "garbage", broken, account(number), muxed_contract(number), hex_id(number) + "0"});
}

void World::add_markets(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::string id = fmt::format("m{:05}", dice_.below(10'000) * 10 + i % 10) + fmt::format("-{}", i);
        if (dice_.percent(45)) {
            add_open_market(id);
        } else if (dice_.percent(80)) {
            add_resolved_market(id);
        } else {
            market_rows_ +=
                fmt::format("{}({},'nonsense','x',{},'1','1',1)", market_rows_.empty() ? "" : ",", literal(id),
                            literal(dice_.one_of<std::string>({"CLOSED", "PENDING", "", "OPENED"})));
        }
    }
}

void World::add_open_market(const std::string& id) {
    bool sound = false, hex = false;
    const std::string market = address(next_++, sound, hex);
    const mpz_class yes = reserve(), no = reserve();
    const bool pool = sound && dice_.percent(90);
    const std::optional<std::string> row_yes = dice_.percent(3) ? std::nullopt : std::optional(liquidity(yes));
    const std::optional<std::string> row_no = dice_.percent(3) ? std::nullopt : std::optional(liquidity(no));
    if (pool) ledger_.set_pool(market, to_u128(yes), to_u128(no));
    market_rows_ +=
        fmt::format("{}({},{},{},{},{},{},NULL)", market_rows_.empty() ? "" : ",", literal(id), literal(market),
                    literal(dice_.pick(titles)), literal(dice_.one_of<std::string>({"OPEN", "open", "Open"})),
                    literal(row_yes), literal(row_no));
    Expected& right = expected["odds"][id];
    if (!sound) {
        right = error_only("BAD_ADDRESS");
        return;
    }
    right = judge_odds(row_yes, row_no, pool ? yes : mpz_class(0), pool ? no : mpz_class(0), thresholds);
    // The contract adds the two up, and traps.
    const bool overflows = pool && yes + no > largest_u128;
    if (overflows && !right.error_only()) {
        if (read_mode == "simulate") right = error_only("CONTRACT");
        if (read_mode == "auto") right.errors.insert("CONTRACT"); // asked where a fault spoils its entry
    }
}

void World::add_resolved_market(const std::string& id) {
    bool sound = false, hex = false;
    const std::string market = address(next_++, sound, hex);
    static const std::optional<int> outcomes[] = {0, 1, 0, 1, 0, 1, std::nullopt, 7, -1};
    const std::optional<int> row = dice_.pick(outcomes);
    const std::uint32_t status = dice_.one_of({2U, 2U, 2U, 2U, 0U, 1U});
    std::optional<std::uint32_t> outcome;
    if (dice_.percent(90))
        outcome =
            row && (*row == 0 || *row == 1) && dice_.percent(80) ? static_cast<std::uint32_t>(*row) : dice_.small(2);
    const bool there = dice_.percent(92);
    if (sound && there && hex) ledger_.set_shared_market(shared_market, market, status, outcome);
    if (sound && there && !hex) ledger_.set_market(market, status, outcome);
    market_rows_ +=
        fmt::format("{}({},{},{},{},'0','0',{})", market_rows_.empty() ? "" : ",", literal(id), literal(market),
                    literal(dice_.pick(titles)), literal(dice_.one_of<std::string>({"RESOLVED", "resolved"})),
                    row ? std::to_string(*row) : "NULL");
    Expected& right = expected["outcomes"][id];
    if (!sound || (hex && !has_market_contract)) {
        right = error_only("BAD_ADDRESS");
    } else if (!there) {
        right = error_only("CONTRACT");
    } else {
        right =
            judge_outcome(row, status == 2 && outcome ? std::optional<int>(static_cast<int>(*outcome)) : std::nullopt);
    }
}

std::optional<std::string> World::wallet(std::uint32_t number, bool& sound) {
    sound = true;
    switch (dice_.below(20)) {
    case 0:
        return muxed_account(number, dice_.number());
    case 1:
        return muxed_contract(number);
    case 2:
    case 3:
        return contract(number);
    case 4:
        return dice_.percent(50) ? std::nullopt : std::optional<std::string>(dice_.one_of({"", " ", "\t\n", "\v \f"}));
    case 5: {
        sound = false;
        std::string lower = account(number);
        for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        std::string broken = account(number);
        broken[30] = broken[30] == 'A' ? 'B' : 'A';
        return dice_.one_of<std::string>({"garbage", lower, broken, account(number) + " ", hex_id(number),
                                          stellar::to_strkey({stellar::Address::Kind::account, asset.issuer})});
    }
    default:
        return account(number);
    }
}

void World::add_users(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add_user(fmt::format("u{:04x}-{}", dice_.below(65'536), i));
}

void World::add_user(const std::string& id) {
    const bool again = !used_wallets_.empty() && dice_.percent(5);
    const std::uint32_t number = again ? dice_.pick(used_wallets_) : 1'000'000'000 + next_++;
    if (!again) used_wallets_.push_back(number);
    bool sound = false;
    const std::optional<std::string> holder = wallet(number, sound);
    const bool blank = !holder || holder->find_first_not_of(" \t\n\v\f\r") == holder->npos;
    mpz_class chain = 0;
    if (sound && !blank) {
        const bool classic = holder->front() == 'G' || holder->front() == 'M';
        const auto [known, fresh] = balances_.try_emplace(fmt::format("{}{}", classic, number), 0);
        if (fresh && dice_.percent(85)) {
            known->second = dice_.percent(20) ? mpz_class(dice_.below(30)) : mpz_class(dice_.below(1'000'000'000'000));
            const auto stroops = static_cast<std::int64_t>(known->second.get_si());
            if (classic)
                ledger_.set_trust_line(*holder, asset, stroops);
            else
                ledger_.set_contract_balance(*holder, stroops);
        }
        chain = known->second;
    }
    std::optional<std::string> balance = amount_near(chain);
    if (dice_.percent(2)) balance = std::nullopt;
    if (dice_.percent(2)) balance = dice_.one_of<std::string>({"NaN", "-12.5"});
    if (tables.amount_type == "text" && dice_.percent(2))
        balance = dice_.one_of<std::string>({"", "abc", "1,5", "Infinity"});
    user_rows_ +=
        fmt::format("{}({},{},{})", user_rows_.empty() ? "" : ",", literal(id), literal(holder), literal(balance));
    if (blank) {
        ++skipped;
        return;
    }
    Expected& right = expected["balances"][id];
    right = sound ? judge_balance(balance, chain, thresholds) : error_only("BAD_ADDRESS");
    if (sound && !again && holder->front() == 'G' && right.errors.empty() && dice_.percent(2)) {
        moving.push_back({id, *holder});
        used_wallets_.pop_back(); // nobody else's
        right.match = right.mismatch = right.transient = true;
    }
}

void World::write(fakes::TestDatabase& database) const {
    const bool camel = tables.camel_case;
    if (!market_rows_.empty()) {
        database.exec(
            fmt::format("INSERT INTO {}({}) VALUES {}", camel ? "\"Market\"" : "markets",
                        camel ? R"(id,"contractAddress",title,status,"yesLiquidity","noLiquidity","winningOutcome")"
                              : "id,contract_address,title,status,yes_liquidity,no_liquidity,winning_outcome",
                        market_rows_));
    }
    if (!user_rows_.empty()) {
        database.exec(fmt::format("INSERT INTO {}({}) VALUES {}", camel ? "\"User\"" : "users",
                                  camel ? R"(id,"walletAddress","usdcBalance")" : "id,wallet_address,usdc_balance",
                                  user_rows_));
    }
}

} // namespace chaos
