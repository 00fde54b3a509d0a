// Bytes that must be refused, quickly and without a large allocation, whatever they are decoded as.
#include "stellar/base64.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/scval.hpp"
#include "vectors/vectors.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

using vectors::element;

namespace {

std::string input(element vector) {
    if (vectors::has(vector, "xdr")) return vectors::bytes(vector, "xdr");
    std::string bytes;
    for (const element part : simdjson::dom::array(vector["parts"])) {
        const std::string unit = vectors::from_hex(vectors::text(part, "hex"));
        for (std::uint32_t i = 0; i < vectors::u32(part, "times"); ++i) bytes += unit;
    }
    return bytes;
}

/// The error's text; empty where the bytes are accepted.
std::string fault(const std::string& target, std::string_view bytes) {
    const auto of = [](const auto& result) { return result ? std::string() : result.error(); };
    if (target == "ScVal") return of(stellar::decode_scval(bytes));
    if (target == "LedgerKey") return of(stellar::decode_ledger_key(bytes));
    REQUIRE(target == "LedgerEntryData");
    return of(stellar::decode_ledger_entry(bytes));
}

} // namespace

TEST_CASE("Malformed XDR of the vectors is refused in bounded time") {
    vectors::File("malformed_xdr.json").for_each([](element vector) {
        if (vectors::has(vector, "base64Text")) {
            std::string bytes;
            CHECK_FALSE(stellar::append_decoded_base64(bytes, vectors::text(vector, "base64Text")));
            return;
        }
        const std::string bytes = input(vector);
        const auto start = std::chrono::steady_clock::now();
        CHECK_FALSE(fault(vectors::text(vector, "target"), bytes).empty());
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
    });
}
