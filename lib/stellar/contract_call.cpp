#include "stellar/contract_call.hpp"

#include "stellar/ids.hpp"

#include <array>

namespace stellar {
namespace {

base::Fail<std::string> not_a(std::string_view type, std::string_view what, const ScVal& found) {
    return base::fail(std::string(what) + " is of type " + std::string(type_name(found.type)) + ", not " +
                      std::string(type));
}

base::Fail<std::string> unsound(const std::string& why) {
    return base::fail("the result is no sound value: " + why);
}

/// Copies what an accessor of ScVal found, if anything.
template <class T>
bool assign(T& to, const T* found) {
    if (found != nullptr) to = *found;
    return found != nullptr;
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

base::Result<MarketState> read_market_state(std::string_view result) {
    constexpr std::array<std::string_view, 5> keys{"closing_time", "participant_count", "status", "total_pool",
                                                   "winning_outcome"};
    const base::Result<ScVal> value = decode_scval(result);
    if (!value) return unsound(value.error());
    const ScMap* const map = value->as_map();
    if (map == nullptr) return not_a("map", "the result", *value);
    if (map->size() != keys.size()) {
        return base::fail("the result has " + std::to_string(map->size()) + " keys, not 5");
    }
    const ScMap& rows = *map;
    for (std::size_t i = 0; i < keys.size(); ++i) { // in this order, so an unsorted map or a duplicate fails too
        if (!rows[i].key.is_symbol(keys[i])) return base::fail("the result lacks the key " + std::string(keys[i]));
    }
    MarketState state;
    if (!assign(state.closing_time, rows[0].value.as_u64())) return not_a("u64", keys[0], rows[0].value);
    if (!assign(state.participant_count, rows[1].value.as_u32())) return not_a("u32", keys[1], rows[1].value);
    if (!assign(state.status, rows[2].value.as_u32())) return not_a("u32", keys[2], rows[2].value);
    if (!assign(state.total_pool, rows[3].value.as_i128())) return not_a("i128", keys[3], rows[3].value);
    const ScVal& outcome = rows[4].value;
    if (outcome.type != ScValType::void_) {
        if (outcome.as_u32() == nullptr) return not_a("u32 or void", keys[4], outcome);
        state.winning_outcome = *outcome.as_u32();
    }
    if (state.status > 2) return base::fail("unknown status (" + std::to_string(state.status) + ")");
    if (state.winning_outcome.value_or(0) > 1) {
        return base::fail("unknown winning_outcome (" + std::to_string(*state.winning_outcome) + ")");
    }
    return state;
}

base::Result<base::i128> read_balance(std::string_view result) {
    const base::Result<ScVal> value = decode_scval(result);
    if (!value) return unsound(value.error());
    if (value->as_i128() == nullptr) return not_a("i128", "the result", *value);
    return *value->as_i128();
}

} // namespace stellar
