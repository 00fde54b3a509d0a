#include "base/errors.hpp"

#include <catch2/catch.hpp>

TEST_CASE("What must be changed is caught as any error, and names the setting at fault", "[base][errors]") {
    try {
        throw base::Misconfigured("USDC_ASSET", "is another token than USDC_CONTRACT_ADDRESS");
    } catch (const std::runtime_error& error) {
        CHECK(std::string(error.what()) == "is another token than USDC_CONTRACT_ADDRESS");
        REQUIRE(dynamic_cast<const base::Misconfigured*>(&error) != nullptr);
        CHECK(dynamic_cast<const base::Misconfigured&>(error).setting() == "USDC_ASSET");
    }
}
