// The world that is measured: users and markets, each a pure function of its number, so that the database's rows and
// the ledger's entries are made apart from each other, of any size, and still belong together.
#pragma once

#include "devnet/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

namespace bench {

struct WorldSize {
    std::uint64_t users = 0;
    std::uint64_t markets = 0;
};

struct User {
    std::string id;           // a UUID
    std::string wallet;       // every tenth C..., the others G...
    std::int64_t balance = 0; // stroops on chain
};
User user(std::uint64_t number);

struct Market {
    std::string id;       // as Prisma's cuid()
    std::string contract; // C...
    bool open = false;    // seven of ten; the others are resolved
    std::int64_t yes = 0; // stroops, of an open one
    std::int64_t no = 0;
    std::uint32_t outcome = 0; // of a resolved one
};
Market market(std::uint64_t number);

/// Whether the database is wrong about a user's balance; `drifting` in millionths of all users. Markets agree.
bool drifts(std::uint64_t user, std::uint64_t drifting);
std::uint64_t drifting_users(std::uint64_t users, std::uint64_t drifting);
std::uint64_t open_markets(std::uint64_t markets);

/// C... of the AMM that holds the pools.
std::string amm_contract();

/// Lines for COPY into the tables of scripts/demo-data/schema.sql: users (id, username, wallet_address, usdc_balance),
/// markets (id, contract_address, title, category, status, yes_liquidity, no_liquidity, winning_outcome).
void write_users(std::FILE* out, std::uint64_t users, std::uint64_t drifting);
void write_markets(std::FILE* out, std::uint64_t markets);

/// The chain's side, for the test network's USDC.
void fill(devnet::Ledger& ledger, const WorldSize& size);

} // namespace bench
