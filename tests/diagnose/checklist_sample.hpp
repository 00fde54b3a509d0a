// A checklist with something of everything.
#pragma once

#include "diagnose/checklist_text.hpp"

#include <vector>

namespace sample {

inline diagnose::Checklist checklist() {
    using diagnose::Mark;
    using diagnose::Part;
    diagnose::Checklist list;
    list.add({Part::configuration, "settings", Mark::ok, "every setting is sound"});
    list.add({Part::database,
              "connection",
              Mark::ok,
              "PostgreSQL 15.18, database app, schema public",
              "",
              {{"version", "15.18"}}});
    list.add({Part::database, "role", Mark::warning,
              "app could write: it may change rows of public.markets, public.users. No statement of this program does",
              "a role of its own, with SELECT on the two tables and nothing else"});
    list.add(
        {Part::database, "rows of odds", Mark::ok, "32 markets with status OPEN", "", {{"rows", std::uint64_t{32}}}});
    list.add({Part::rpc, "https://rpc.example.org/***", Mark::unavailable,
              "getNetwork: the connection was refused\x1b[31m",
              "is the node up, the URL right, and is the way to it open?"});
    list.add({Part::contracts, "AMM contract", Mark::failed, "there is no contract at this address on this network",
              "change AMM_CONTRACT_ADDRESS"});
    list.add({Part::contracts, "one row of odds", Mark::skipped, "not tried without its table"});
    return list;
}

inline const std::vector<diagnose::SettingLine> settings{
    {"DATABASE_URL", "postgresql://***@db:5432/app", "environment"},
    {"SYNC_USERS_SQL", "", ""},
    {"SYNC_MARKETS_SQL", "SELECT id, address AS contract_address, name AS title, state AS status, yes_liquidity...",
     "file"},
    {"SYNC_RATE_LIMIT", "5", "default"}};

} // namespace sample
