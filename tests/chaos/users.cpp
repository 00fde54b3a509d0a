// Users: the token that balances are in, wallets, and what is right to say.
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

bool classic_wallet(const std::string& holder) {
    return holder.front() == 'G' || holder.front() == 'M';
}

} // namespace

/// Circle's USDC is always there, for a program that takes it without being told to.
void World::set_up_token() {
    const stellar::Asset circle = *stellar::circle_usdc(stellar::test_network_passphrase);
    const stellar::Asset own{"USDC", numbered_id(1'000'002)};
    const stellar::Hash circle_token = ledger_.deploy_asset(circle);
    const stellar::Hash own_token = ledger_.deploy_asset(own);
    const stellar::Hash plain = numbered_id(1'000'003);
    ledger_.deploy_token(plain);
    asset = own;
    token_ = own_token;
    switch (features.token) {
    case TokenRule::circle:
        asset = circle;
        token_ = circle_token;
        return;
    case TokenRule::amm_asset:
    case TokenRule::set_contract:
        return ledger_.set_usdc(amm, own_token);
    case TokenRule::set_asset:
        return ledger_.set_usdc(amm, plain);
    case TokenRule::amm_plain:
        ledger_.set_usdc(amm, plain);
        break;
    case TokenRule::set_plain:
        break;
    }
    asset = std::nullopt;
    token_ = plain;
}

void World::set_balance(const std::string& holder, const mpz_class& stroops) {
    const auto amount = static_cast<std::int64_t>(stroops.get_si());
    if (asset && classic_wallet(holder)) {
        ledger_.set_trust_line(holder, *asset, amount);
    } else {
        ledger_.set_contract_balance(token_, holder, amount);
    }
}

std::string World::amount_near(const mpz_class& stroops) {
    static const int offsets[] = {0, 0, 0, 0, 0, 1, -1, 10, -10, 11, -11, 50'000'000, -50'000'000, 50'000'001};
    const mpz_class value = stroops + dice_.pick(offsets);
    std::string text = shown_stroops(value);
    if (dice_.percent(10)) text += dice_.one_of({"4", "5", "49999", "50000", "99"}); // rounded by the program
    return text;
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
        // The issuer holds no balance of its asset.
        const std::string issuer =
            asset ? stellar::to_strkey({stellar::Address::Kind::account, asset->issuer}) : broken;
        return dice_.one_of<std::string>({"garbage", lower, broken, account(number) + " ", hex_id(number), issuer});
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
    bool entry = false;
    if (sound && !blank) {
        const auto [known, fresh] = balances_.try_emplace(fmt::format("{}{}", classic_wallet(*holder), number), -1);
        if (fresh && dice_.percent(85)) {
            known->second = dice_.percent(20) ? mpz_class(dice_.below(30)) : mpz_class(dice_.below(1'000'000'000'000));
            set_balance(*holder, known->second);
        }
        entry = known->second >= 0;
        chain = entry ? known->second : mpz_class(0);
        const stellar::Asset circle = *stellar::circle_usdc(stellar::test_network_passphrase);
        if (asset != circle && classic_wallet(*holder) && dice_.percent(20))
            ledger_.set_trust_line(*holder, circle, static_cast<std::int64_t>(dice_.below(1'000'000'000)));
    }
    UserRow row{id, holder, amount_near(chain)};
    if (dice_.percent(2)) row.balance = std::nullopt;
    if (dice_.percent(2)) row.balance = dice_.one_of<std::string>({"NaN", "-12.5"});
    if (tables.amount_type == "text" && dice_.percent(2))
        row.balance = dice_.one_of<std::string>({"", "abc", "1,5", "Infinity"});
    user_rows_.push_back(row);
    if (blank) {
        ++skipped;
        return;
    }
    Expected& right = expected["balances"][id];
    right = sound ? judge_balance(row.balance, chain, thresholds) : error_only("BAD_ADDRESS");
    right.likely_cause = cause(entry);
    if (features.duplicates && dice_.percent(2)) {
        right = error_only("BAD_VALUE");
        right.copies = 2;
        user_rows_.push_back(row);
    } else if (sound && !again && asset && holder->front() == 'G' && right.errors.empty() && !features.stalled &&
               dice_.percent(2)) {
        moving.push_back({id, *holder});
        used_wallets_.pop_back(); // nobody else's
        right.match = right.mismatch = right.transient = true;
        right.likely_cause = right.likely_cause == "none" ? "none" : "any";
    }
}

} // namespace chaos
