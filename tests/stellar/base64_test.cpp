#include "stellar/base64.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

TEST_CASE("Base64 agrees with RFC 4648's examples in both directions") {
    const std::vector<std::pair<std::string, std::string>> examples{
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff", "+/8="},
        {"\xff\xff\xff", "////"},
    };
    for (const auto& [bytes, text] : examples) {
        CAPTURE(text);
        CHECK(stellar::to_base64(bytes) == text);
        std::string decoded;
        CHECK(stellar::append_decoded_base64(decoded, text));
        CHECK(decoded == bytes);
    }
}

TEST_CASE("Base64 appends, and leaves the output as it was where the text is wrong") {
    std::string text = ">";
    stellar::append_base64(text, "foo");
    CHECK(text == ">Zm9v");
    std::string bytes = "kept";
    CHECK(stellar::append_decoded_base64(bytes, "Zm9v"));
    CHECK(bytes == "keptfoo");
    CHECK_FALSE(stellar::append_decoded_base64(bytes, "Zm9vZm9*"));
    CHECK(bytes == "keptfoo");
}

TEST_CASE("Base64 that is not canonical is refused") {
    const std::vector<std::string> wrong{
        "Z",          "Zg",   "Zg=",   "Zm9vY", "=",
        "==",         "===",  "====",  "Z===",  "Zg==Zg==",
        "Zm8=Zm9v",   "Zg=v", "Z=9v",  "=m9v",  "Zm9v\n",
        "Zm9v\nZm9v", "Zm 9", " Zm9v", "Zm9-",  "Zm9_",
        "Zh==",       "Zv==", "Zm9=",  "Zm+=",  std::string("Zm9\0", 4),
        "Zm9\xc3",
    };
    for (const std::string& text : wrong) {
        CAPTURE(text);
        std::string bytes;
        CHECK_FALSE(stellar::append_decoded_base64(bytes, text));
        CHECK(bytes.empty());
    }
}

TEST_CASE("Every byte string survives base64") {
    REQUIRE(rc::check("base64 round trip", [](const std::string& bytes) {
        std::string decoded;
        return stellar::append_decoded_base64(decoded, stellar::to_base64(bytes)) && decoded == bytes;
    }));
}

TEST_CASE("No two base64 texts stand for the same bytes") {
    const std::string characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/==== \n-_";
    const auto text = rc::gen::container<std::string>(rc::gen::elementOf(characters));
    REQUIRE(rc::check("decoded texts are the canonical ones", [&] {
        const std::string candidate = *text;
        std::string bytes;
        return !stellar::append_decoded_base64(bytes, candidate) || stellar::to_base64(bytes) == candidate;
    }));
    // Every ending of one group, which random texts hit rarely.
    for (const char third : characters) {
        for (const char fourth : characters) {
            const std::string candidate = {'Z', 'g', third, fourth};
            std::string bytes;
            if (stellar::append_decoded_base64(bytes, candidate)) CHECK(stellar::to_base64(bytes) == candidate);
        }
    }
}
