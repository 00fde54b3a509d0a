#include "stellar/xdr.hpp"

#include "vectors/vectors.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>

using stellar::XdrReader;
using stellar::XdrWriter;
using vectors::from_hex;

TEST_CASE("XDR is written big-endian in units of four bytes") {
    std::string out = "kept";
    XdrWriter writer(out);
    writer.u32(1);
    writer.i32(-2);
    writer.u64(0x0102030405060708);
    writer.i64(-1);
    writer.boolean(true);
    writer.fixed("abc");
    writer.opaque("abcde");
    writer.opaque("");
    CHECK(vectors::to_hex(out) == "6b657074"
                                  "00000001"
                                  "fffffffe"
                                  "0102030405060708"
                                  "ffffffffffffffff"
                                  "00000001"
                                  "61626300"
                                  "000000056162636465000000"
                                  "00000000");
}

TEST_CASE("What is written in XDR is read back") {
    REQUIRE(rc::check("xdr round trip", [](std::uint32_t a, std::int32_t b, std::uint64_t c, std::int64_t d, bool e,
                                           const std::string& text) {
        std::string bytes;
        XdrWriter writer(bytes);
        writer.u32(a);
        writer.i32(b);
        writer.u64(c);
        writer.i64(d);
        writer.boolean(e);
        writer.fixed(text);
        writer.opaque(text);
        XdrReader reader(bytes);
        const bool same = reader.u32() == a && reader.i32() == b && reader.u64() == c && reader.i64() == d &&
                          reader.boolean() == e && reader.fixed(text.size()) == text && reader.opaque() == text;
        reader.finish();
        return same && reader.ok() && bytes.size() % 4 == 0;
    }));
}

TEST_CASE("The first fault sticks, and every later read gives nothing") {
    const std::string bytes = from_hex("00000002"
                                       "00000001"
                                       "00000002");
    XdrReader reader(bytes);
    CHECK_FALSE(reader.boolean());
    CHECK(reader.error() == "a bool is neither 0 nor 1");
    CHECK(reader.u32() == 0);
    CHECK(reader.u64() == 0);
    CHECK(reader.opaque().empty());
    CHECK(reader.count(1) == 0);
    reader.finish();
    reader.fail("another");
    CHECK(reader.error() == "a bool is neither 0 nor 1");
    CHECK(reader.rest().empty());
}

TEST_CASE("XDR that is cut, padded with anything but zero or too long is refused") {
    struct Case {
        std::string hex;
        void (*read)(XdrReader&);
        std::string error;
    };
    const auto opaque = [](XdrReader& reader) { reader.opaque(8); };
    const auto fixed = [](XdrReader& reader) { reader.fixed(5); };
    const auto count = [](XdrReader& reader) { reader.count(8, 3); };
    const auto u32 = [](XdrReader& reader) { reader.u32(); };
    const auto u64 = [](XdrReader& reader) { reader.u64(); };
    const Case cases[] = {
        {"", u32, "ends too early"},
        {"000000", u32, "ends too early"},
        {"00000001", u64, "ends too early"},
        {"0102030405", fixed, "ends too early"},
        {"0102030405000001", fixed, "a padding byte is not zero"},
        {"0102030405010000", fixed, "a padding byte is not zero"},
        {"00000001", opaque, "ends too early"},
        {"0000000101", opaque, "ends too early"},
        {"000000010100", opaque, "ends too early"},
        {"0000000101000100", opaque, "a padding byte is not zero"},
        {"00000009010203040506070809000000", opaque, "a string is longer than its type allows"},
        {"ffffffff", opaque, "a string is longer than its type allows"},
        {"00000004", count, "an array is longer than its type allows"},
        {"00000002000000010000000100000001", count, "an array claims more elements than there are bytes"},
        {"0000000100000002", u32, "has bytes left over"},
        {"0000000100", u32, "has bytes left over"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.hex, one.error);
        const std::string bytes = from_hex(one.hex);
        XdrReader reader(bytes);
        one.read(reader);
        reader.finish();
        CHECK(reader.error() == one.error);
    }
}

TEST_CASE("A string that claims four billion bytes is refused without a limit too") {
    const std::string bytes = from_hex("ffffffff61626364");
    XdrReader reader(bytes);
    CHECK(reader.opaque().empty());
    CHECK(reader.error() == "ends too early");
}
