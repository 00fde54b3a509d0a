// SYNC_EXEMPTIONS_FILE: known drift, as TOML.
//
//     [[exemption]]
//     check = "balances"
//     id = "7bae5771-8c30-428e-81fb-636419278905"
//     max-difference = "75.25"        # USDC; of odds: 0 to 1; none for outcomes
//     reason = "refund of 12 November, see the ledger"
//     expires = 2026-12-31            # the last day, UTC
#pragma once

#include "verify/exemption.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmd {

struct ExemptionsFile {
    std::vector<verify::Exemption> list;
    std::vector<std::string> faults; // all of them, each with its line
};

ExemptionsFile parse_exemptions(std::string_view text);

} // namespace cmd
