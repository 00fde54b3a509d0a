// What a cycle may say about each row, worked out from SPEC's rules by rational arithmetic (GMP): nothing here is
// shared with the program's own comparison.
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chaos {

/// What is right to say about one row under one check.
struct Expected {
    bool match = false;
    bool mismatch = false;
    bool transient = false;
    std::set<std::string> errors; // reasons
    bool exempt = false;          // differs, but an exemption accepts that: a match
    int copies = 1;               // rows that have this id
    // What a mismatch must report, where the row stands still; as the result writes them.
    std::optional<std::pair<mpq_class, mpq_class>> odds; // YES: database, chain
    std::string database;                                // reserves "yes,no", outcome, or balance
    std::string chain;
    std::string chain_status;          // of an outcome's market: "3 disputed"
    std::optional<mpz_class> surplus;  // of balances: how many stroops more the chain has
    std::string likely_cause = "none"; // "INDEXER_LAG", "DRIFT", "none" without a watermark, "any"

    bool error_only() const { return !match && !mismatch && !transient; }
    bool mismatch_only() const { return mismatch && !match && !transient; }
};

/// Of each check, by id.
using Expectations = std::map<std::string, std::map<std::string, Expected>>;

/// A decimal as PostgreSQL writes numeric; nullopt for NULL, NaN, infinity and what is not a number.
std::optional<mpq_class> decimal(const std::optional<std::string>& text);
/// In stroops, half away from zero; nullopt if it does not fit into 128 bits with a sign.
std::optional<mpz_class> stroops(const std::optional<mpq_class>& value);
/// The same without a sign.
std::optional<mpz_class> unsigned_stroops(const std::optional<mpq_class>& value);
/// "12.3450000"
std::string shown_stroops(const mpz_class& stroops);

struct Thresholds {
    mpq_class odds{"1/100"};
    mpz_class balance = 10; // stroops
};

/// What a market contract holds.
struct ChainMarket {
    std::uint32_t status = 0;
    std::optional<std::uint32_t> outcome;
};

/// `yes` and `no` are the row's liquidities, the reserves those of the pool (0 and 0 where there is none).
Expected judge_odds(const std::optional<std::string>& yes, const std::optional<std::string>& no,
                    const mpz_class& yes_reserve, const mpz_class& no_reserve, const Thresholds& thresholds);
/// `row` is a number, YES or NO in any case, or NULL.
Expected judge_outcome(const std::optional<std::string>& row, const ChainMarket& chain);
/// Whether the row can be compared at all.
bool readable_outcome(const std::optional<std::string>& row);
Expected judge_balance(const std::optional<std::string>& row, const mpz_class& chain, const Thresholds& thresholds);
Expected error_only(const std::string& reason);

/// May some fault have kept rows from being verified? Then an error is no surprise; another verdict still is.
struct Circumstances {
    bool faults = false;  // of RPC or database
    bool cut = false;     // by a signal or a short deadline
    bool stalled = false; // the node stays at its ledger: nothing can be confirmed
    int signal = 0;       // sent, if any
    unsigned confirm_attempts = 1;
    bool exemptions = false;
    bool implausible_watermark = false;
    std::uint64_t skipped = 0; // users without a wallet
    std::set<std::string> checks;
    std::size_t max_reported = 1000;
    bool fail_on_mismatch = true;
    bool fail_on_incomplete = true;
};

/// What the program said.
struct Said {
    int code = 0;
    bool killed = false;
    std::string out;
    std::string err;
};

/// What is wrong with it, a line each; empty if all is well. `shards`: one run each, which share the rows.
std::vector<std::string> faults_of(const std::vector<Said>& shards, const Expectations& expected,
                                   const Circumstances& circumstances);

} // namespace chaos
