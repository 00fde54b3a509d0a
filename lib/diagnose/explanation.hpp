// Everything that led to the verdict on one item, in the order in which it was found out.
#pragma once

#include "base/event.hpp"
#include "verify/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace diagnose {

struct ExplainedEntry {
    std::string key;                  // base64
    std::string key_text;             // decoded
    std::optional<std::string> entry; // base64; nullopt: there is no such entry
    std::string entry_text;
    std::optional<std::uint32_t> last_modified_ledger;
    bool archived = false;
};

/// One question to the chain: entries, or a contract call.
struct ExplainedQuestion {
    std::uint32_t ledger = 0; // answered from
    std::vector<ExplainedEntry> entries;
    std::string call;     // "C... get_pool_state(...)"; empty where entries were asked for
    std::string envelope; // base64
    std::string error;    // the call's own
    std::string result;   // base64
    std::string result_text;
    std::string control; // of a call for a market that does not exist: how the row's answer compares with it
};

struct ExplainedLook {
    unsigned look = 0; // 0 is the first
    base::Fields row;  // the columns as the database sent them: text or null
    std::vector<ExplainedQuestion> questions;
    std::optional<verify::Unverifiable> fault;    // why there is no comparison
    std::optional<verify::Difference> comparison; // both sides and how far they are apart
    bool differs = false;
    verify::Sighting seen;
    std::optional<verify::SecondOpinion> second_opinion; // that was asked for after this look
};

enum class Verdict { matched, exempt, mismatched, transient, error };

std::string_view name(Verdict verdict); // "MATCHED", ...

struct Explanation {
    verify::Check check;
    std::string id;
    std::vector<ExplainedLook> looks;
    Verdict verdict{};
    std::string exemption; // its reason, where that is the verdict
};

} // namespace diagnose
