// A check as an object: what is particular to odds, outcomes, balances, and whatever else is verified. Nobody else asks
// which check it has: the cycle, the database and the reports go by the profile and by these functions.
//
// Verifiers are pure and keep no state: each is one object that lives as long as the program or its configuration.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace verify {

class Difference;
class Keys;
class Row;
struct Call;
struct ChainValue;
struct Claim;
struct Identified;
struct Said;
struct Shown;
struct Stored;
struct Target;
struct Thresholds;
struct Unverifiable;
enum class Question;
using Reading = std::variant<ChainValue, Question, Unverifiable, Identified>;
using ClaimResult = base::Result<Claim, Unverifiable>;

enum class Priority : std::uint8_t { normal, critical };

/// What a row of a table stands for, and where the rows are: a resource by its address is a table, or a SELECT.
struct Resource {
    std::array<std::string_view, 2> tables; // the names that its table may have; empty: only a SELECT can stand for it
    std::string_view setting;               // what names the SELECT: "SYNC_MARKETS_SQL"
    std::string_view type;                  // "MARKET"
    std::string_view one;                   // "market"
    std::string_view many;                  // "markets"
    std::string_view id;                    // "marketId"
    bool titled = false;
    std::string_view heading;             // "Market": of the column with the id
    std::string_view label;               // "title": of what stands beside the id
    std::string_view address_in_question; // what is probably wrong if all addresses are
};
inline constexpr Resource market_resource{{"markets", "Market"},
                                          "SYNC_MARKETS_SQL",
                                          "MARKET",
                                          "market",
                                          "markets",
                                          "marketId",
                                          true,
                                          "Market",
                                          "title",
                                          "contract_address may not hold the markets' contracts or ids"};
inline constexpr Resource user_resource{{"users", "User"},
                                        "SYNC_USERS_SQL",
                                        "USER",
                                        "user",
                                        "users",
                                        "userId",
                                        false,
                                        "User, wallet",
                                        "wallet",
                                        "wallet_address may not hold Stellar addresses"};

/// A column of a table.
struct Column {
    std::string_view name;  // as Prisma's @map spells it: "contract_address"; its other spelling is contractAddress
    std::string_view words; // for a person: "contract address"
    bool optional = false;  // the check runs without it
    bool exact = false;     // has no other spelling

    std::string camel() const; // "contractAddress"; of an exact one its name
};

/// What the size of a difference is measured in.
enum class Scale : std::uint8_t {
    none,   // two sides are the same or not
    price,  // of 10^-18: from 0 to 1
    amount, // of 10^-7 of a unit
};

/// Settings that a check cannot do without, or that it has a use for.
struct Needs {
    bool amm = false;             // AMM_CONTRACT_ADDRESS
    bool market_contract = false; // MARKET_CONTRACT_ADDRESS, for hex market ids
    bool token = false;           // the token of balances
};

struct Profile {
    std::string_view name; // "odds": --only, result, metrics, exemptions
    std::string_view type; // "ODDS": a mismatch's
    std::size_t place = 0; // among all checks: their order in the result
    Priority priority = Priority::normal;
    const Resource* resource = nullptr;
    Scale scale = Scale::none;
    std::string_view unit = {}; // of amounts: "USDC"
    Needs needs;

    // The rows.
    std::span<const Column> columns; // in the order of Row: the id, the address, the title if there is one, the values
    std::string_view status = {};    // rows in scope have it, whatever the case; empty: rows whose address is not blank
    bool every_row = false;          // whatever their status and address
    std::string_view scope;          // "markets with status OPEN"

    // Words. Two stand for one and for many.
    std::string_view value;                               // "odds": what is compared; databaseOdds, blockchainOdds
    std::string_view subject;                             // "Odds of market (YES)"
    std::string_view measured = {};                       // " (price of YES)": behind how many differ
    std::string_view axis = {};                           // "difference of the price of YES"
    std::pair<std::string_view, std::string_view> items;  // "market's odds", "markets' odds"
    std::string_view of = {};                             // "the odds of ", before as many `things`
    std::pair<std::string_view, std::string_view> things; // "market", "markets"

    // What is probably wrong if all rows differ, or fail.
    std::string_view contract_in_question;
    std::string_view column_in_question;

    /// Rows are in scope if they have an address: the others are read, too, and counted.
    bool scoped_by_address() const { return status.empty() && !every_row; }
};

class Verifier {
  public:
    constexpr Verifier() = default;

    virtual const Profile& profile() const = 0;

    // ---- the row

    /// The row's side, read strictly. Errors: BAD_ADDRESS, BAD_VALUE, CONTRACT.
    virtual ClaimResult claim(const Row& row, const Target& target) const = 0;

    // ---- the chain's side

    virtual Question first_question(const Claim& claim, const Target& target) const = 0;
    /// The keys of any question but Question::contract; `out` is empty.
    virtual void keys(Question question, const Claim& claim, const Target& target, Keys& out) const = 0;
    /// The call of Question::contract.
    virtual Call call(const Claim& claim, const Target& target) const = 0;
    /// The claim that knows its market's id.
    virtual void identify(Claim& claim, const Identified& learnt) const;
    /// What the entries of keys() say.
    virtual Reading read_entries(Question question, const Claim& claim, const Target& target,
                                 std::span<const Stored> entries, std::uint32_t ledger) const = 0;
    /// `error` is the simulation's own ("HostError: ..."), empty if it went well; `result` is an XDR SCVal.
    virtual Reading read_call(const Claim& claim, std::string_view error, std::string_view result,
                              std::uint32_t ledger) const = 0;
    /// The contract function that call() names, and the setting that names it; empty if there is no such setting.
    virtual std::pair<std::string_view, std::string_view> function(const Target& target) const;

    // Controls: a contract that many rows share may be one that ignores its argument or was never initialized. What it
    // answers for a market that does not exist says nothing about any market.

    /// Whether the contract has to show that it can tell this market from one that does not exist.
    virtual bool needs_control(const Claim& claim, const Target& target) const;
    /// The call for a market that does not exist. Precondition of both: needs_control().
    virtual Call control(const Target& target, const base::Hash& random_id) const;
    /// CONTRACT: the answer (as read_call() reads it) is the control's, too.
    virtual Unverifiable unknown(const Reading& answer) const;

    // ---- the comparison

    /// Both sides, and how far they are apart.
    virtual Difference measure(const Claim& claim, const ChainValue& chain) const = 0;
    /// Whether they count as different.
    virtual bool differs(const Difference& difference, const Thresholds& thresholds) const = 0;
    /// Whether the row says what it said when `difference` was found.
    virtual bool says_the_same(const Claim& claim, const Difference& difference) const = 0;

    // ---- in words

    virtual Shown show(const Difference& difference) const = 0;
    /// One sentence about a mismatch: "odds of market 7 differ: ...".
    virtual std::string sentence(std::string_view id, const Difference& difference) const = 0;
    /// The chain's side, as one RPC endpoint has it.
    virtual Said said(const Difference& difference) const = 0;
    /// The chain's side alone: "outcome YES".
    virtual std::string show(const ChainValue& chain) const = 0;
    /// The threshold as a decimal number; empty if there is none.
    virtual std::string threshold(const Thresholds& thresholds) const;
    /// The comparison step by step, with every digit, a line each.
    virtual std::vector<std::string> steps(const Difference& difference, const Thresholds& thresholds) const = 0;

  protected:
    Verifier(const Verifier&) = default;
    Verifier& operator=(const Verifier&) = default;
    ~Verifier() = default;
};

/// A verifier by its address: cheap to copy and to compare. Ordered as in the result.
class Check {
  public:
    constexpr Check() = default;                                        // none
    constexpr Check(const Verifier& verifier) : verifier_(&verifier) {} // NOLINT: a verifier is a check

    const Verifier* operator->() const { return verifier_; }
    std::string_view name() const { return verifier_->profile().name; }
    std::string_view type() const { return verifier_->profile().type; }
    const Resource& resource() const { return *verifier_->profile().resource; }
    Priority priority() const { return verifier_->profile().priority; }
    bool critical() const { return priority() == Priority::critical; }
    std::size_t place() const { return verifier_->profile().place; }

    friend bool operator==(Check a, Check b) { return a.verifier_ == b.verifier_; }
    friend std::strong_ordering operator<=>(Check a, Check b) { return a.place() <=> b.place(); }

  private:
    const Verifier* verifier_ = nullptr;
};

using Checks = std::vector<Check>;

/// The CRITICAL ones first, the others in their order.
Checks critical_first(Checks checks);

/// Something for each check, made when it is first written.
template <class T>
class PerCheck {
  public:
    T& operator[](Check check) {
        for (auto& [of, value] : values_) {
            if (of == check) return value;
        }
        return values_.emplace_back(check, T{}).second;
    }
    const T& operator[](Check check) const {
        static const T none{};
        for (const auto& [of, value] : values_) {
            if (of == check) return value;
        }
        return none;
    }
    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }

  private:
    std::list<std::pair<Check, T>> values_; // few; references into it stay good
};

/// Over all checks.
inline std::uint64_t sum(const PerCheck<std::uint64_t>& counts) {
    std::uint64_t all = 0;
    for (const auto& [check, count] : counts) all += count;
    return all;
}

/// The checks that have any, the CRITICAL ones first.
Checks critical_first(const PerCheck<std::uint64_t>& counts);

} // namespace verify
