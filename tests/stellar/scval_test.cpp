#include "stellar/scval.hpp"

#include "printers.hpp"
#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <string>

using stellar::ScVal;
using stellar::ScValType;
using vectors::element;
using vectors::from_hex;

namespace {

std::string repeat(std::string_view hex, int times) {
    const std::string unit = from_hex(hex);
    std::string bytes;
    for (int i = 0; i < times; ++i) bytes += unit;
    return bytes;
}

const std::string void_value = from_hex("00000001");

/// `depth` containers in each other around a void, for each way of nesting.
std::string nested_vecs(int depth) {
    return repeat("000000100000000100000001", depth) + void_value;
}
std::string nested_map_values(int depth) {
    return repeat("00000011000000010000000100000001", depth) + void_value;
}
std::string nested_map_keys(int depth) {
    return repeat("000000110000000100000001", depth) + void_value + repeat("00000001", depth);
}
std::string nested_instances(int depth) {
    return repeat("0000001300000001000000010000000100000001", depth) + void_value;
}

} // namespace

TEST_CASE("SCVals of the vectors decode to their description and encode to the same bytes") {
    vectors::File("scval.json").for_each([](element vector) {
        const std::string bytes = vectors::bytes(vector, "xdr");
        const auto value = stellar::decode_scval(bytes);
        REQUIRE(value);
        CHECK(vectors::describe(*value) == vectors::describe(vector["value"]));
        CHECK(vectors::to_hex(encode_scval(*value)) == vectors::to_hex(bytes));
        CHECK(vectors::to_hex(encode_scval(vectors::to_scval(vector["value"]))) == vectors::to_hex(bytes));
    });
}

TEST_CASE("Values cut anywhere are refused") {
    vectors::File("scval.json").for_each([](element vector) {
        const std::string bytes = vectors::bytes(vector, "xdr");
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            REQUIRE_FALSE(stellar::decode_scval(std::string_view(bytes).substr(0, size)));
        }
    });
}

TEST_CASE("Whatever a flipped bit makes of a value is refused or encodes to the same bytes") {
    vectors::File("scval.json").for_each([](element vector) {
        std::string bytes = vectors::bytes(vector, "xdr");
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
            const auto value = stellar::decode_scval(bytes);
            if (value) REQUIRE(encode_scval(*value) == bytes);
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        }
    });
}

TEST_CASE("Values nest up to the limit and no further") {
    for (const auto nested : {nested_vecs, nested_map_values, nested_map_keys, nested_instances}) {
        for (const int depth : {0, 1, 60, stellar::max_scval_depth}) {
            CAPTURE(depth);
            const auto value = stellar::decode_scval(nested(depth));
            REQUIRE(value);
            CHECK(encode_scval(*value) == nested(depth));
        }
        for (const int depth : {stellar::max_scval_depth + 1, 1001, 200000}) {
            CAPTURE(depth);
            const auto value = stellar::decode_scval(nested(depth));
            REQUIRE_FALSE(value);
            CHECK(value.error() == "values are nested too deep");
        }
    }
}

TEST_CASE("Vecs in each other that all claim the rest of a megabyte are refused") {
    // Each count is possible for itself; a decoder that reserved for every level would take gigabytes.
    std::string bytes;
    stellar::XdrWriter writer(bytes);
    const std::size_t size = 1 << 20;
    for (int depth = 0; depth < stellar::max_scval_depth; ++depth) {
        writer.u32(16);
        writer.boolean(true);
        writer.u32(static_cast<std::uint32_t>((size - bytes.size() - 4) / 4));
    }
    bytes.resize(size);
    CHECK_FALSE(stellar::decode_scval(bytes));
}

TEST_CASE("The accessors give what a value holds, and nothing for another type") {
    CHECK(*ScVal{ScValType::boolean, true}.as_bool());
    CHECK(*ScVal{ScValType::u32, std::uint32_t{7}}.as_u32() == 7);
    CHECK(*ScVal{ScValType::u64, std::uint64_t{7}}.as_u64() == 7);
    CHECK(*ScVal{ScValType::u128, base::u128{7}}.as_u128() == 7);
    CHECK(*ScVal{ScValType::i128, base::i128{-7}}.as_i128() == -7);
    CHECK(*stellar::bytes("ab").as_bytes() == "ab");
    CHECK(stellar::symbol("Balance").is_symbol("Balance"));
    CHECK(stellar::vec({stellar::symbol("a")}).as_vec()->size() == 1);
    CHECK(stellar::address(stellar::contract_address({})).as_address()->kind == stellar::ScAddress::Kind::contract);

    CHECK(ScVal{ScValType::timepoint, std::uint64_t{7}}.as_u64() == nullptr);
    CHECK(ScVal{ScValType::string, std::string("Balance")}.as_bytes() == nullptr);
    CHECK_FALSE(ScVal{ScValType::string, std::string("Balance")}.is_symbol("Balance"));
    CHECK(ScVal{ScValType::vec, std::optional<stellar::ScVec>()}.as_vec() == nullptr);
    CHECK(ScVal{ScValType::map, std::optional<stellar::ScMap>()}.as_map() == nullptr);
    const ScVal nothing;
    CHECK(nothing.type == ScValType::void_);
    CHECK(nothing.as_bool() == nullptr);
    CHECK(nothing.as_i128() == nullptr);
    CHECK(nothing.as_string() == nullptr);
    CHECK(nothing.as_instance() == nullptr);
}
