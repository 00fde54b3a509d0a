// The rows of the application's tables as the database sends them: text, nullopt for NULL. The views live as long as
// the page they came in. The checks and their names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace check {

enum class Kind : std::uint8_t { odds, outcomes, balances };

inline constexpr std::array<Kind, 3> all_kinds{Kind::odds, Kind::outcomes, Kind::balances};

/// "odds", "outcomes", "balances": as in --only and in the result.
constexpr std::string_view name(Kind kind) {
    constexpr std::array<std::string_view, 3> names{"odds", "outcomes", "balances"};
    return names[static_cast<std::size_t>(kind)];
}

struct MarketRow {
    std::string_view id;
    std::optional<std::string_view> contract_address;
    std::optional<std::string_view> title;
    std::optional<std::string_view> yes_liquidity;
    std::optional<std::string_view> no_liquidity;
    std::optional<std::string_view> winning_outcome;
    std::optional<std::string_view> market_id = std::nullopt; // as the factory made it; of tables that have the column
};

struct UserRow {
    std::string_view id;
    std::optional<std::string_view> wallet_address;
    std::optional<std::string_view> usdc_balance;
};

} // namespace check
