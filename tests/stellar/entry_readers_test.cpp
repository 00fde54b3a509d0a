#include "printers.hpp"
#include "stellar/ledger_entry.hpp"
#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

using stellar::EntryFault;
using vectors::element;

using Kind = EntryFault::Kind;

namespace {

struct Outcome {
    std::string value; // as text; empty where there is a fault
    std::optional<EntryFault> fault;
};

std::string to_text(base::u128 value) {
    return base::to_decimal(value);
}
std::string to_text(base::i128 value) {
    return base::to_decimal(value);
}
std::string to_text(std::int64_t value) {
    return std::to_string(value);
}
std::string to_text(std::uint32_t value) {
    return std::to_string(value);
}
std::string to_text(bool value) {
    return value ? "true" : "false";
}
std::string to_text(const stellar::ContractInstance& instance) {
    const std::string executable = std::to_string(static_cast<std::uint32_t>(instance.executable));
    return instance.asset ? executable + " " + to_text(*instance.asset) : executable;
}

template <class T>
Outcome outcome(const stellar::EntryResult<T>& result) {
    if (result) return {to_text(*result), std::nullopt};
    return {"", result.error()};
}

/// By the reader for this kind of vector; nothing where there is none (accounts, code, ttl).
std::optional<Outcome> read(const std::string& kind, std::string_view key, std::string_view entry) {
    if (kind == "trustline") return outcome(stellar::read_trust_line_balance(key, entry));
    if (kind == "sac_balance") return outcome(stellar::read_asset_contract_balance(key, entry));
    if (kind == "token_balance") return outcome(stellar::read_token_balance(key, entry));
    if (kind == "amm_reserve") return outcome(stellar::read_pool_reserve(key, entry));
    if (kind == "amm_exists") return outcome(stellar::read_pool_exists(key, entry));
    if (kind == "market_state") return outcome(stellar::read_market_status(key, entry));
    if (kind == "winning_outcome") return outcome(stellar::read_winning_outcome(key, entry));
    if (kind == "contract_instance") return outcome(stellar::read_contract_instance(key, entry));
    return std::nullopt;
}

std::string expected_value(const std::string& kind, element expected) {
    if (kind == "trustline") return vectors::text(expected, "balance");
    if (kind == "amm_exists") return bool(expected["exists"]) ? "true" : "false";
    if (kind == "market_state") return std::to_string(vectors::u32(expected, "status"));
    if (kind == "winning_outcome") return std::to_string(vectors::u32(expected, "outcome"));
    if (kind == "contract_instance") {
        return vectors::text(expected["instance"]["executable"], "type") == "wasm" ? "0" : "1";
    }
    return vectors::text(expected, "amount");
}

Kind expected_fault(const std::string& reason) {
    const auto says = [&](std::string_view part) { return reason.find(part) != std::string::npos; };
    if (says("negative") || says("unknown")) return Kind::undecodable;
    if (says("another") || says("differs") || says("other side") || says("an account entry")) return Kind::not_the_key;
    return Kind::unexpected_type;
}

} // namespace

TEST_CASE("The readers give the values of the vectors, or the kind of fault") {
    vectors::File("ledger_entries.json").for_each([](element vector) {
        const std::string kind = vectors::text(vector, "kind");
        const auto result = read(kind, vectors::bytes(vector, "keyXdr"), vectors::bytes(vector, "dataXdr"));
        if (!result) {
            CHECK((kind == "account" || kind == "contract_code" || kind == "ttl"));
            return;
        }
        REQUIRE(result->fault.has_value() == vectors::has(vector, "refuse"));
        if (result->fault) {
            CHECK(result->fault->kind == expected_fault(vectors::text(vector, "refuse")));
            CHECK_FALSE(result->fault->text.empty());
        } else {
            CHECK(result->value == expected_value(kind, vector["expected"]));
        }
    });
}

TEST_CASE("A cut entry is undecodable, whichever the reader") {
    vectors::File("ledger_entries.json").for_each([](element vector) {
        const std::string key = vectors::bytes(vector, "keyXdr");
        const std::string entry = vectors::bytes(vector, "dataXdr");
        for (std::size_t size = 0; size < entry.size(); ++size) {
            const auto result = read(vectors::text(vector, "kind"), key, std::string_view(entry).substr(0, size));
            if (!result) return;
            REQUIRE(result->fault);
            REQUIRE(result->fault->kind == Kind::undecodable);
        }
        const auto longer = read(vectors::text(vector, "kind"), key, entry + std::string(4, '\0'));
        REQUIRE(longer->fault);
        CHECK(longer->fault->kind == Kind::undecodable);
    });
}

TEST_CASE("A flipped bit is never read as the value of the key asked for unless the entry is sound") {
    // The readers take the bytes as they come; decode_ledger_entry decodes the whole. They must agree.
    vectors::File("ledger_entries.json").for_each([](element vector) {
        const std::string kind = vectors::text(vector, "kind");
        const std::string key = vectors::bytes(vector, "keyXdr");
        std::string entry = vectors::bytes(vector, "dataXdr");
        if (vectors::has(vector, "refuse")) return;
        const std::size_t skipped = kind == "trustline" ? 0 : 4; // contract data's extension point
        for (std::size_t bit = 0; bit < entry.size() * 8; ++bit) {
            const std::string original = entry;
            entry[bit / 8] = static_cast<char>(entry[bit / 8] ^ (1 << bit % 8));
            const auto result = read(kind, key, entry);
            if (!result) return;
            const auto decoded = stellar::decode_ledger_entry(entry);
            const bool in_key = bit / 8 < key.size() + skipped;
            const bool undecoded_type =
                bit / 8 < 4 && (entry[3] == 2 || entry[3] == 3 || entry[3] == 4 || entry[3] == 5 || entry[3] == 8);
            CAPTURE(bit, result->fault ? result->fault->text : result->value);
            if (!result->fault) {
                REQUIRE(decoded);
                REQUIRE_FALSE(in_key);
            } else if (decoded && in_key) {
                REQUIRE(result->fault->kind == Kind::not_the_key);
            } else if (!decoded && !undecoded_type) {
                REQUIRE(result->fault->kind == Kind::undecodable);
            }
            entry = original;
        }
    });
}

TEST_CASE("An entry of a type that is not decoded here is not the entry asked for") {
    for (const char type : {'\2', '\3', '\4', '\5', '\10'}) {
        const std::string entry = std::string(3, '\0') + type + "anything";
        for (const char* kind : {"trustline", "sac_balance", "market_state"}) {
            const auto result = read(kind, "", entry);
            REQUIRE(result->fault);
            CHECK(result->fault->kind == Kind::not_the_key);
        }
    }
}
