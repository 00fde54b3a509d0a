#include "devnet/contracts.hpp"

#include "stellar/ids.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace devnet {
namespace {

using stellar::ScMap;
using stellar::ScVal;
using stellar::ScValType;

/// A call that ends in an error; inside this file only.
struct HostError {
    std::string error;
    std::string detail;
};

constexpr base::u128 all_bps = 10'000;
constexpr std::uint64_t closing_time = 1'767'225'600; // any time will do: no check reads it

/// part * 10000 / whole, without a product of more than 128 bits: ten thousand is taken bit by bit. part <= whole.
std::uint32_t basis_points(base::u128 part, base::u128 whole) {
    base::u128 remainder = 0; // < whole
    std::uint32_t quotient = 0;
    const auto add = [&](base::u128 value) { // value <= whole
        if (remainder >= whole - value) {
            remainder -= whole - value;
            ++quotient;
        } else {
            remainder += value;
        }
    };
    for (int bit = 13; bit >= 0; --bit) {
        quotient *= 2;
        add(remainder);
        if ((all_bps >> bit & 1) != 0) add(part);
    }
    return quotient;
}

class Execution {
  public:
    Execution(const LedgerView& ledger, const ContractCall& call, bool loses_entries, Simulation& simulation)
        : ledger_(ledger), call_(call), loses_entries_(loses_entries), simulation_(simulation) {}

    ScVal pool_state();
    ScVal market_state();
    ScVal shared_market_state(UnknownMarket unknown);
    ScVal asset_contract_balance(const stellar::Asset& asset);
    ScVal token_balance();
    /// The contract's instance must be there.
    void load_instance();

  private:
    std::optional<LedgerView::Found> load(std::string key);
    /// The value of contract data. An entry that does not decode counts as absent: so the real server treats what it
    /// fails to load.
    std::optional<ScVal> stored(std::string key);
    const ScVal& only_argument() const;
    Hash market_id() const;
    base::i128 account_balance(const Hash& account, const stellar::Asset& asset);

    const LedgerView& ledger_;
    const ContractCall& call_;
    bool loses_entries_;
    Simulation& simulation_;
};

template <class Append, class... Arguments>
std::string key_of(Append append, const Arguments&... arguments) {
    std::string key;
    append(key, arguments...);
    return key;
}

[[noreturn]] void trap(std::string detail) {
    throw HostError{"Error(WasmVm, InvalidAction)", std::move(detail)};
}

std::uint32_t u32_or_trap(const std::optional<ScVal>& value, std::uint32_t absent) {
    if (!value) return absent;
    if (value->as_u32() == nullptr) trap("a stored value is no u32");
    return *value->as_u32();
}

base::u128 u128_or_trap(const std::optional<ScVal>& value) {
    if (!value) return 0;
    if (value->as_u128() == nullptr) trap("a stored value is no u128");
    return *value->as_u128();
}

ScVal market_map(std::uint32_t status, ScVal outcome, std::uint64_t closes) {
    ScMap rows;
    rows.push_back({stellar::symbol("closing_time"), {ScValType::u64, closes}});
    rows.push_back({stellar::symbol("participant_count"), {ScValType::u32, std::uint32_t{0}}});
    rows.push_back({stellar::symbol("status"), {ScValType::u32, status}});
    rows.push_back({stellar::symbol("total_pool"), {ScValType::i128, base::i128{0}}});
    rows.push_back({stellar::symbol("winning_outcome"), std::move(outcome)});
    return {ScValType::map, std::optional<ScMap>(std::move(rows))};
}

ScVal i128_value(base::i128 value) {
    return {ScValType::i128, value};
}

std::optional<LedgerView::Found> Execution::load(std::string key) {
    const auto found = ledger_.find(key);
    simulation_.keys.push_back(std::move(key));
    return found;
}

std::optional<ScVal> Execution::stored(std::string key) {
    const auto found = load(std::move(key));
    if (!found || loses_entries_) return std::nullopt;
    auto entry = stellar::decode_ledger_entry(found->data);
    auto* const data = entry ? std::get_if<stellar::ContractDataEntry>(&*entry) : nullptr;
    if (data == nullptr) return std::nullopt;
    return std::move(data->value);
}

void Execution::load_instance() {
    if (!load(key_of(stellar::append_contract_instance_key, call_.contract))) {
        throw HostError{"Error(Storage, MissingValue)", "trying to get non-existing value for contract instance"};
    }
}

const ScVal& Execution::only_argument() const {
    if (call_.arguments.size() != 1) {
        throw HostError{"Error(WasmVm, UnexpectedSize)", "the function takes 1 argument"};
    }
    return call_.arguments.front();
}

Hash Execution::market_id() const {
    const ScVal& argument = only_argument();
    const std::string* const bytes = argument.as_bytes();
    if (bytes == nullptr) throw HostError{"Error(Value, UnexpectedType)", "the argument is no BytesN<32>"};
    if (bytes->size() != sizeof(Hash)) throw HostError{"Error(Value, UnexpectedSize)", "the argument is no BytesN<32>"};
    return stellar::to_hash(*bytes);
}

ScVal Execution::pool_state() {
    const Hash id = market_id();
    const auto exists = stored(key_of(stellar::append_pool_exists_key, call_.contract, id));
    base::u128 yes = 0;
    base::u128 no = 0;
    if (exists && exists->as_bool() != nullptr && *exists->as_bool()) {
        yes = u128_or_trap(stored(key_of(stellar::append_pool_yes_reserve_key, call_.contract, id)));
        no = u128_or_trap(stored(key_of(stellar::append_pool_no_reserve_key, call_.contract, id)));
    }
    if (yes > base::u128_max - no) trap("overflow");
    const base::u128 total = yes + no;
    // The price of YES is no / total.
    const std::uint32_t yes_odds = total == 0 ? 5000 : basis_points(no, total);
    return stellar::vec({{ScValType::u128, yes},
                         {ScValType::u128, no},
                         {ScValType::u128, total},
                         {ScValType::u32, yes_odds},
                         {ScValType::u32, 10'000 - yes_odds}});
}

ScVal Execution::market_state() {
    (void)market_id(); // a market contract has one market: any id is answered
    const auto status = stored(key_of(stellar::append_market_state_key, call_.contract));
    auto outcome = stored(key_of(stellar::append_winning_outcome_key, call_.contract));
    // Never initialized: the getter has a default for everything.
    return market_map(u32_or_trap(status, 0), outcome ? std::move(*outcome) : ScVal{}, status ? closing_time : 0);
}

ScVal Execution::shared_market_state(UnknownMarket unknown) {
    const Hash id = market_id();
    const ScVal key = stellar::vec({stellar::symbol("market"), stellar::bytes(stellar::bytes_of(id))});
    const auto market = stored(key_of(stellar::append_contract_data_key, stellar::contract_address(call_.contract), key,
                                      stellar::Durability::persistent));
    if (!market) {
        switch (unknown) {
        case UnknownMarket::refused:
            throw HostError{"Error(Contract, #3)", "no such market"};
        case UnknownMarket::trap:
            trap("no such market");
        case UnknownMarket::blank:
            return market_map(0, {}, 0);
        case UnknownMarket::dated:
            return market_map(0, {}, ledger_.latest());
        }
    }
    const ScMap* const rows = market->as_map();
    if (rows == nullptr || rows->size() != 2) trap("the stored market is no market");
    return market_map(u32_or_trap((*rows)[0].value, 0), (*rows)[1].value, closing_time);
}

base::i128 Execution::account_balance(const Hash& account, const stellar::Asset& asset) {
    if (asset.native()) {
        const auto found = load(key_of(stellar::append_account_key, account));
        const auto entry = stellar::decode_ledger_entry(found ? found->data : std::string_view());
        const auto* const data = entry ? std::get_if<stellar::AccountEntry>(&*entry) : nullptr;
        if (data == nullptr) throw HostError{"Error(Contract, #6)", "account entry is missing"};
        return data->balance;
    }
    if (account == asset.issuer) return std::numeric_limits<std::int64_t>::max();
    const auto found = load(key_of(stellar::append_trust_line_key, account, asset));
    const auto entry = stellar::decode_ledger_entry(found ? found->data : std::string_view());
    const auto* const line = entry ? std::get_if<stellar::TrustLineEntry>(&*entry) : nullptr;
    if (line == nullptr) throw HostError{"Error(Contract, #13)", "trustline entry is missing for account"};
    return line->balance;
}

ScVal Execution::asset_contract_balance(const stellar::Asset& asset) {
    const stellar::ScAddress* const holder = only_argument().as_address();
    if (holder == nullptr) throw HostError{"Error(Value, UnexpectedType)", "the argument is no Address"};
    switch (holder->kind) {
    case stellar::ScAddress::Kind::account:
        return i128_value(account_balance(holder->id, asset));
    case stellar::ScAddress::Kind::contract:
        break;
    default:
        throw HostError{"Error(Value, UnexpectedType)", "the argument is no Address of an account or a contract"};
    }
    const stellar::Address contract{stellar::Address::Kind::contract, holder->id};
    const auto balance = stored(key_of(stellar::append_token_balance_key, call_.contract, contract));
    if (!balance) return i128_value(0);
    const ScMap* const rows = balance->as_map();
    if (rows == nullptr || rows->empty() || rows->front().value.as_i128() == nullptr) {
        throw HostError{"Error(Value, UnexpectedType)", "the stored balance is none"};
    }
    return rows->front().value;
}

ScVal Execution::token_balance() {
    const stellar::ScAddress* const holder = only_argument().as_address();
    if (holder == nullptr) throw HostError{"Error(Value, UnexpectedType)", "the argument is no Address"};
    const bool account = holder->kind == stellar::ScAddress::Kind::account;
    if (!account && holder->kind != stellar::ScAddress::Kind::contract) trap("the address cannot hold a balance");
    const stellar::Address wallet{account ? stellar::Address::Kind::account : stellar::Address::Kind::contract,
                                  holder->id};
    const auto balance = stored(key_of(stellar::append_token_balance_key, call_.contract, wallet));
    if (!balance) return i128_value(0);
    if (balance->as_i128() == nullptr) trap("the stored balance is no i128");
    return *balance;
}

ScVal run(Execution& execution, const Contract& contract, const std::string& function, const RpcSettings& settings) {
    switch (contract.kind) {
    case ContractKind::amm:
        if (function == settings.pool_function) return execution.pool_state();
        break;
    case ContractKind::market:
        if (function == settings.outcome_function) return execution.market_state();
        break;
    case ContractKind::shared_market:
        if (function == settings.outcome_function) return execution.shared_market_state(contract.unknown);
        break;
    case ContractKind::asset_contract:
        if (function == "balance") return execution.asset_contract_balance(contract.asset);
        throw HostError{"Error(Context, MissingValue)", "calling unknown contract function"};
    case ContractKind::token:
        if (function == "balance") return execution.token_balance();
        break;
    }
    throw HostError{"Error(WasmVm, MissingValue)", "trying to invoke non-existent contract function"};
}

} // namespace

Simulation simulate(const LedgerView& ledger, const ContractCall& call, const RpcSettings& settings) {
    Simulation simulation;
    Execution execution(ledger, call, settings.simulation_loses_entries, simulation);
    try {
        execution.load_instance();
        const Contract* const contract = ledger.contract(call.contract);
        // An instance that came as raw XDR: its code is not known here.
        if (contract == nullptr) throw HostError{"Error(Storage, MissingValue)", "no code for this contract"};
        simulation.result = stellar::encode_scval(run(execution, *contract, call.function, settings));
    } catch (HostError& error) {
        simulation.error = std::move(error.error);
        simulation.detail = std::move(error.detail);
    }
    return simulation;
}

} // namespace devnet
