#include "report/wording.hpp"

#include "base/text.hpp"
#include "check/amount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>
#include <vector>

namespace report {

namespace {

// An id has no limit of its own; whoever needs it whole finds it in the event's fields.
constexpr std::size_t longest_id = 100;
constexpr std::size_t longest_reason = 200;
constexpr std::size_t longest_title = 200;

constexpr std::uint64_t micro_odds = check::odds_one / 1'000'000;

struct Sentence {
    const std::string& id;

    std::string operator()(const check::OddsDifference& odds) const {
        const std::string_view note = one_sided(odds);
        return fmt::format("odds of market {} differ: YES at {} in the database, {} on chain{}{}", id,
                           shown_odds(odds.database_odds.yes), shown_odds(odds.chain_odds.yes),
                           note.empty() ? "" : ", ", note);
    }
    std::string operator()(const check::OutcomeDifference& outcome) const {
        return fmt::format("outcome of market {} differs: {} in the database, {} on chain", id,
                           check::outcome_name(outcome.database), check::chain_outcome_name(outcome));
    }
    std::string operator()(const check::BalanceDifference& balance) const {
        return fmt::format("balance of user {} differs: {} USDC in the database, {} on chain ({})", id,
                           check::format_stroops(balance.database), check::format_stroops(balance.chain),
                           shown_difference(balance));
    }
};

// "a", "a and b", "a, b and c".
std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += i + 1 == parts.size() ? " and " : ", ";
        out += parts[i];
    }
    return out;
}

// Of what was asked for alone: "12 markets and 400 users", "400 users".
std::string what_was_checked(const check::Summary& summary) {
    const auto asked = [&](check::Kind kind) {
        return std::find(summary.kinds.begin(), summary.kinds.end(), kind) != summary.kinds.end();
    };
    std::vector<std::string> parts;
    if (asked(check::Kind::odds) || asked(check::Kind::outcomes))
        parts.push_back(counted(markets_checked(summary), "market", "markets"));
    if (asked(check::Kind::balances)) parts.push_back(counted(users_checked(summary), "user", "users"));
    return joined(parts);
}

std::string verdict(const check::Summary& summary) {
    switch (summary.status()) {
    case check::Status::mismatch:
        return fmt::format("OUT OF SYNC: {}.", differing_sentence({summary.tally(check::Kind::odds).mismatched,
                                                                   summary.tally(check::Kind::outcomes).mismatched,
                                                                   summary.tally(check::Kind::balances).mismatched}));
    case check::Status::failed:
        return total(summary).checked() == 0 ? "FAILED: nothing could be verified."
                                             : "FAILED: the cycle could not go on; no difference was found until then.";
    case check::Status::incomplete:
        return "INCOMPLETE: no difference was found in what could be verified.";
    case check::Status::in_sync:
        break;
    }
    if (summary.nothing_checked()) return "IN SYNC, but nothing was in scope: no row at all was checked.";
    return fmt::format("IN SYNC: {} checked, no difference found.", what_was_checked(summary));
}

} // namespace

std::string differing_sentence(const std::array<std::uint64_t, 3>& by_kind) {
    const auto [odds, outcomes, balances] = by_kind;
    std::vector<std::string> parts;
    if (outcomes > 0) parts.push_back(counted(outcomes, "outcome", "outcomes") + " (CRITICAL)");
    if (odds > 0) parts.push_back(fmt::format("the odds of {}", counted(odds, "market", "markets")));
    if (balances > 0) parts.push_back(counted(balances, "balance", "balances"));
    const bool one = outcomes + balances == 1 && odds == 0;
    return fmt::format("{} {}", joined(parts), one ? "differs" : "differ");
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
    return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

std::string shown_duration(std::chrono::milliseconds duration) {
    const auto ms = duration.count();
    if (ms < 1000) return fmt::format("{} ms", ms);
    if (ms < 60'000) return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
    return fmt::format("{} min {} s", ms / 60'000, ms % 60'000 / 1000);
}

std::string shown_odds(std::uint64_t odds) {
    const std::uint64_t micro = (odds + micro_odds / 2) / micro_odds;
    if (micro == 0 && odds != 0) return "<0.000001";
    return fmt::format("{}.{:06}", micro / 1'000'000, micro % 1'000'000);
}

std::string shown_difference(const check::OddsDifference& odds) {
    const std::string size = shown_odds(odds.difference);
    if (odds.difference == 0) return size;
    return fmt::format("{}{}", odds.chain_odds.yes < odds.database_odds.yes ? '-' : '+', size);
}

std::string shown_difference(const check::BalanceDifference& balance) {
    return fmt::format("{}{}", balance.chain < balance.database ? '-' : '+', check::format_stroops(balance.difference));
}

std::string_view one_sided(const check::OddsDifference& odds) {
    if (!odds.one_sided()) return {};
    return odds.database.empty() ? "no liquidity in the database" : "no liquidity on chain";
}

std::string mismatch_sentence(const check::Mismatch& mismatch) {
    const std::string id = base::shortened(mismatch.id, longest_id);
    return std::visit(Sentence{id}, mismatch.difference);
}

std::string shown_title(std::string_view title) {
    return base::shortened(base::harmless(title), longest_title);
}

std::string exempt_sentence(const check::Exempted& exempted) {
    return fmt::format("{}; accepted until {}: {}", mismatch_sentence(exempted.mismatch),
                       check::to_text(exempted.expires), base::shortened(exempted.reason, longest_reason));
}

std::string expired_sentence(const check::Exemption& exemption) {
    return fmt::format("the exemption of {} {} expired on {} ({}): it accepts nothing any more", name(exemption.kind),
                       base::shortened(exemption.id, longest_id), check::to_text(exemption.expires),
                       base::shortened(exemption.reason, longest_reason));
}

std::string unused_sentence(const check::Exemption& exemption) {
    return fmt::format("the exemption of {} {} ({}) accepted nothing: the two sides agree, or differ by more, or there "
                       "is no such item; mend it, or take it out of SYNC_EXEMPTIONS_FILE",
                       name(exemption.kind), base::shortened(exemption.id, longest_id),
                       base::shortened(exemption.reason, longest_reason));
}

std::string indexer_sentence(const check::Indexer& indexer) {
    std::string out = fmt::format("the indexer has processed ledgers up to {}, {} behind the node's latest",
                                  indexer.watermark, counted(indexer.lag(), "ledger", "ledgers"));
    if (indexer.mismatches() > 0) {
        out += fmt::format("; {} changed on chain after that",
                           counted(indexer.mismatches(), "mismatch was", "mismatches were"));
    }
    return out;
}

std::string how_many_differ(check::Kind kind, std::uint64_t count) {
    switch (kind) {
    case check::Kind::odds:
        return counted(count, "market differs", "markets differ") + " (price of YES)";
    case check::Kind::outcomes:
        return counted(count, "market differs", "markets differ");
    case check::Kind::balances:
        return counted(count, "user differs", "users differ") + " (USDC)";
    }
    return "";
}

std::string not_listed_sentence(std::size_t listed, std::uint64_t count) {
    if (listed == 0) return "none of them is listed (SYNC_MAX_REPORTED); the log has them all";
    return fmt::format("{} more not shown: listed are the worst {} (SYNC_MAX_REPORTED); the log has them all",
                       count - listed, listed);
}

std::string shown_usdc(const base::U256& stroops) {
    std::string text = check::format_stroops(stroops);
    const std::size_t least = text.find('.') + 3;
    text.resize(std::max(least, text.find_last_not_of('0') + 1));
    return text;
}

std::string drift_sentence(const check::Summary& summary) {
    const check::Drift& drift = summary.drift(check::Kind::balances);
    if (drift.count() == 0) return "";
    std::string out = fmt::format("{}: the chain has ", counted(drift.count(), "balance differs", "balances differ"));
    const auto [more, less] = drift.total;
    if (more > 0) out += shown_usdc(drift.chain_more) + " USDC more";
    if (more > 0 && less > 0) out += fmt::format(" in {} and ", more);
    if (less > 0) out += shown_usdc(drift.chain_less) + " USDC less";
    if (more > 0 && less > 0) out += fmt::format(" in {}", less);
    if (drift.count() > 1) out += fmt::format("; the largest difference is {} USDC", shown_usdc({0, drift.largest}));
    return out + ".";
}

check::Tally total(const check::Summary& summary) {
    check::Tally sum;
    for (const check::Kind kind : check::all_kinds) {
        const check::Tally& tally = summary.tally(kind);
        sum.matched += tally.matched;
        sum.mismatched += tally.mismatched;
        sum.transient += tally.transient;
        sum.errors += tally.errors;
        sum.exempt += tally.exempt;
    }
    return sum;
}

std::uint64_t markets_checked(const check::Summary& summary) {
    return summary.tally(check::Kind::odds).checked() + summary.tally(check::Kind::outcomes).checked();
}

std::uint64_t users_checked(const check::Summary& summary) {
    return summary.tally(check::Kind::balances).checked();
}

std::string summary_sentence(const check::Summary& summary) {
    std::string out = verdict(summary);
    const check::Tally sum = total(summary);
    if (sum.errors > 0)
        out += fmt::format(" {} of {} could not be verified.", sum.errors, counted(sum.in_scope(), "item", "items"));
    if (sum.exempt > 0)
        out += fmt::format(" {} accepted by exemptions.", counted(sum.exempt, "difference is", "differences are"));
    if (summary.alerts_failed > 0)
        out += fmt::format(" {} could not be delivered.", counted(summary.alerts_failed, "alert", "alerts"));
    if (summary.unavailable) out += " The database or the RPC was not available.";
    if (summary.timed_out) out += " The time-out cut the cycle short.";
    if (summary.signal) out += fmt::format(" Stopped by {}.", *summary.signal == SIGINT ? "SIGINT" : "SIGTERM");
    return out;
}

} // namespace report
