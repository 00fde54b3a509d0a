#include "stellar/contract_call.hpp"

#include "stellar/ids.hpp"

#include <algorithm>
#include <array>

namespace stellar {
namespace {

base::Fail<std::string> not_a(std::string_view type, std::string_view what, const ScVal& found) {
    return base::fail(std::string(what) + " is of type " + std::string(type_name(found.type)) + ", not " +
                      std::string(type));
}

base::Fail<std::string> unsound(const std::string& why) {
    return base::fail("the result is not a valid value: " + why);
}

/// Copies what an accessor of ScVal found, if anything.
template <class T>
bool assign(T& to, const T* found) {
    if (found != nullptr) to = *found;
    return found != nullptr;
}

/// As the host sorts a map: by type, symbols by their bytes. Keys of other types are only held against each other for
/// being the same.
bool sorted(const ScMap& map) {
    const auto in_order = [](const ScRow& before, const ScRow& after) {
        if (before.key.type != after.key.type) return before.key.type < after.key.type;
        if (before.key.type != ScValType::symbol) return encode_scval(before.key) != encode_scval(after.key);
        return std::get<std::string>(before.key.value) < std::get<std::string>(after.key.value);
    };
    for (std::size_t i = 1; i < map.size(); ++i) {
        if (!in_order(map[i - 1], map[i])) return false;
    }
    return true;
}

const ScVal* find(const ScMap& map, std::string_view key) {
    const auto found = std::find_if(map.begin(), map.end(), [key](const ScRow& row) { return row.key.is_symbol(key); });
    return found != map.end() ? &found->value : nullptr;
}

/// What a getter puts in the place of what is not there: Void, false, a zero of any type, or nothing in a container.
bool blank(const ScVal& value) {
    if (value.type == ScValType::void_) return true;
    if (value.type == ScValType::contract_instance || value.type == ScValType::address) return false;
    const std::string xdr = encode_scval(value);
    constexpr std::size_t type_size = 4;
    const std::string_view content = std::string_view(xdr).substr(type_size);
    if (value.as_vec() != nullptr) return value.as_vec()->empty();
    if (value.as_map() != nullptr) return value.as_map()->empty();
    if (value.as_bytes() != nullptr) return value.as_bytes()->find_first_not_of('\0') == std::string::npos;
    return content.find_first_not_of('\0') == std::string_view::npos;
}

} // namespace

std::string contract_call_envelope(const Hash& contract, std::string_view function,
                                   const std::vector<ScVal>& arguments) {
    constexpr std::uint32_t envelope_type_tx = 2;
    constexpr std::uint32_t invoke_host_function = 24;
    constexpr std::uint32_t invoke_contract = 0;
    constexpr std::uint32_t fee = 100;
    std::string envelope;
    XdrWriter writer(envelope);
    writer.u32(envelope_type_tx);
    write_account_id(writer, Hash{}); // as a MuxedAccount; the source need not exist
    writer.u32(fee);
    writer.i64(0);         // sequence number
    writer.u32(0);         // no preconditions
    writer.u32(0);         // no memo
    writer.u32(1);         // one operation:
    writer.boolean(false); // no source of its own
    writer.u32(invoke_host_function);
    writer.u32(invoke_contract);
    write_sc_address(writer, contract_address(contract));
    writer.opaque(function);
    writer.u32(static_cast<std::uint32_t>(arguments.size()));
    for (const ScVal& argument : arguments) write_scval(writer, argument);
    writer.u32(0); // no authorization
    writer.u32(0); // no extension of the transaction
    writer.u32(0); // no signatures
    return envelope;
}

ScVal market_id_argument(const Hash& market_id) {
    return bytes(bytes_of(market_id));
}

ScVal holder_argument(const Address& holder) {
    return address(to_sc_address(holder));
}

base::Result<PoolState> read_pool_state(std::string_view result) {
    const base::Result<ScVal> value = decode_scval(result);
    if (!value) return unsound(value.error());
    const ScVec* const elements = value->as_vec();
    if (elements == nullptr) return not_a("vec", "the result", *value);
    if (elements->size() != 5) {
        return base::fail("the result has " + std::to_string(elements->size()) + " elements, not 5");
    }
    const ScVec& e = *elements;
    PoolState state;
    if (!assign(state.yes_reserve, e[0].as_u128())) return not_a("u128", "the yes reserve", e[0]);
    if (!assign(state.no_reserve, e[1].as_u128())) return not_a("u128", "the no reserve", e[1]);
    if (!assign(state.total, e[2].as_u128())) return not_a("u128", "the total", e[2]);
    if (!assign(state.yes_odds_bps, e[3].as_u32())) return not_a("u32", "the yes odds", e[3]);
    if (!assign(state.no_odds_bps, e[4].as_u32())) return not_a("u32", "the no odds", e[4]);
    return state;
}

std::string market_status_name(std::uint32_t status) {
    constexpr std::array<std::string_view, 6> names{"open",     "closed",    "resolved",
                                                    "disputed", "cancelled", "initializing"};
    return status < names.size() ? std::string(names[status]) : std::to_string(status);
}

base::Result<MarketState> read_market_state(std::string_view result) {
    const base::Result<ScVal> value = decode_scval(result);
    if (!value) return unsound(value.error());
    const ScMap* const map = value->as_map();
    if (map == nullptr) return not_a("map", "the result", *value);
    if (!sorted(*map)) return base::fail("the result's keys are not sorted, or one stands there twice");
    const ScVal* const status = find(*map, "status");
    if (status == nullptr) return base::fail("the result lacks the key status");
    const ScVal* const outcome = find(*map, "winning_outcome");
    if (outcome == nullptr) return base::fail("the result lacks the key winning_outcome");
    MarketState state;
    if (!assign(state.status, status->as_u32())) return not_a("u32", "status", *status);
    if (outcome->type != ScValType::void_) {
        if (outcome->as_u32() == nullptr) return not_a("u32 or void", "winning_outcome", *outcome);
        state.winning_outcome = *outcome->as_u32();
    }
    state.blank = std::all_of(map->begin(), map->end(), [](const ScRow& row) { return blank(row.value); });
    return state;
}

base::Result<base::i128> read_balance(std::string_view result) {
    const base::Result<ScVal> value = decode_scval(result);
    if (!value) return unsound(value.error());
    if (value->as_i128() == nullptr) return not_a("i128", "the result", *value);
    return *value->as_i128();
}

} // namespace stellar
