// Contract values and what the contracts' functions return: XDR has one spelling for each value, so what decodes is
// encoded to the same bytes, and every reader agrees with the decoder.
#include "stellar/scval.hpp"
#include "fuzz/rig.hpp"
#include "stellar/contract_call.hpp"
#include "stellar/readable.hpp"

void fuzz_one(std::string_view input) {
    const auto value = stellar::decode_scval(input);
    require(value || !value.error().empty(), "a refusal says why");
    if (value) {
        const std::string again = stellar::encode_scval(*value);
        require(again == input, "a value has one spelling");
        const auto twice = stellar::decode_scval(again);
        require(twice && stellar::readable(*twice) == stellar::readable(*value), "decode, encode, decode agree");
    }
    require(!stellar::readable_value(input).empty(), "whatever it is, something can be said of it");

    if (const auto balance = stellar::read_balance(input)) {
        require(value && value->as_i128() != nullptr && *value->as_i128() == *balance, "a balance is the i128 decoded");
    }
    if (const auto pool = stellar::read_pool_state(input)) {
        require(value && value->as_vec() != nullptr && value->as_vec()->size() == 5, "a pool's state is a vec of 5");
        const stellar::ScVec& elements = *value->as_vec();
        require(*elements[0].as_u128() == pool->yes_reserve && *elements[1].as_u128() == pool->no_reserve &&
                    *elements[2].as_u128() == pool->total,
                "reserves are those decoded");
    }
    if (const auto market = stellar::read_market_state(input)) {
        require(value && value->as_map() != nullptr, "a market's state is a map");
        std::size_t found = 0;
        for (const stellar::ScRow& row : *value->as_map()) {
            if (row.key.is_symbol("status")) {
                ++found;
                require(*row.value.as_u32() == market->status, "the status is the one decoded");
            } else if (row.key.is_symbol("winning_outcome")) {
                ++found;
                const std::uint32_t* const outcome = row.value.as_u32();
                require(market->winning_outcome.has_value() == (outcome != nullptr),
                        "no outcome is void, and not zero");
                require(outcome == nullptr || *outcome == *market->winning_outcome, "the outcome is the one decoded");
            }
        }
        require(found == 2, "each of the two keys stands there once");
    }
}
