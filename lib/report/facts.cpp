#include "report/facts.hpp"

#include "base/clock.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

namespace report {

namespace {

std::string ledgers(const verify::Summary& summary) {
    if (!summary.first_ledger || !summary.last_ledger) return "none was read";
    std::string out = shown_number(*summary.last_ledger);
    if (*summary.first_ledger != *summary.last_ledger) out = shown_number(*summary.first_ledger) + " to " + out;
    const std::string time = closing_time(summary, *summary.last_ledger);
    return time.empty() ? out : fmt::format("{} (about {})", out, time);
}

constexpr std::size_t most_exempt = 20; // listed for a person; the JSON result has them all

void add_exemptions(std::vector<Fact>& facts, const verify::Summary& summary) {
    const auto& exempted = summary.exempted();
    std::size_t shown = 0;
    for (auto each = exempted.begin(); each != exempted.end() && shown < most_exempt; ++each, ++shown)
        facts.push_back({"exempt", exempt_sentence(*each)});
    if (exempted.size() > shown)
        facts.push_back({"exempt", fmt::format("and {} more", shown_number(exempted.size() - shown))});
    if (!summary.exemptions) return;
    for (const verify::Exemption& each : summary.exemptions->expired)
        facts.push_back({"expired", expired_sentence(each)});
    for (const verify::Exemption& each : summary.exemptions->unused) facts.push_back({"unused", unused_sentence(each)});
}

} // namespace

std::vector<Fact> facts_of(const verify::Summary& summary) {
    std::vector<Fact> facts;
    if (!summary.network.empty()) facts.push_back({"network", summary.network});
    facts.push_back({"ledgers", ledgers(summary)});
    if (summary.rpc_retries > 0)
        facts.push_back({"RPC", fmt::format("{}, {}", counted(summary.rpc_requests, "request", "requests"),
                                            counted(summary.rpc_retries, "retry", "retries"))});
    if (summary.indexer) facts.push_back({"indexer", indexer_sentence(*summary.indexer)});
    if (skipped(summary) > 0)
        facts.push_back({"skipped", counted(skipped(summary), "user", "users") + " without a wallet"});
    add_exemptions(facts, summary);
    facts.push_back({"cycle", fmt::format("{}, {}, {}", shown_time(summary.start),
                                          shown_duration(summary.end - summary.start), summary.sync_id)});
    return facts;
}

} // namespace report
