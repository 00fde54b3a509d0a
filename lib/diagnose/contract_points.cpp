// The contracts' part of the checklist.
#include "base/hex.hpp"
#include "diagnose/diagnosis.hpp"
#include "stellar/asset.hpp"
#include "sync/network.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace diagnose {
namespace {

using diagnose::Mark;
using diagnose::Part;
using verify::Check;

constexpr std::size_t rows_tried = 20;
constexpr std::size_t claims_tried = 3; // of these

std::string why_not(const std::variant<verify::ChainValue, verify::Unverifiable, net::GivenUp>& answer) {
    const auto* why = std::get_if<verify::Unverifiable>(&answer);
    return why ? why->text : "no endpoint is left";
}

/// Absent entries are a value, too; only one that stands in the ledger shows that the layout is the known one.
bool recognised(const std::variant<verify::ChainValue, verify::Unverifiable, net::GivenUp>& stored) {
    const auto* value = std::get_if<verify::ChainValue>(&stored);
    return value != nullptr && value->seen.last_modified_ledger.has_value();
}

std::string shown_contract(const stellar::Hash& contract) {
    return stellar::to_strkey({stellar::Address::Kind::contract, contract});
}

} // namespace

void Diagnosis::examine_contracts(cycle::Loop& loop) {
    loop_ = &loop;
    examine_watermark();
    if (need(&verify::Needs::amm)) examine_contract("AMM contract", settings_.target.amm, "AMM_CONTRACT_ADDRESS");
    if (need(&verify::Needs::market_contract) && settings_.target.market_contract) examine_market_contract();
    if (need(&verify::Needs::token)) examine_token();
    for (const Check check : settings_.selection.checks) examine_sample(check);
}

bool Diagnosis::need(bool verify::Needs::*what) const {
    const verify::Checks& checks = settings_.selection.checks;
    return std::any_of(checks.begin(), checks.end(), [what](Check check) { return check->profile().needs.*what; });
}

void Diagnosis::skip_contracts() {
    list_.add({Part::contracts, "contracts", Mark::skipped, "not tried without an endpoint"});
}

void Diagnosis::examine_contract(const std::string& what, const stellar::Hash& contract, const std::string& setting) {
    const auto instance = attempt_(Part::contracts, what, [&](cycle::Findings& findings) {
        return cycle::read_instance(*loop_, findings, contract, setting);
    });
    if (instance) list_.add({Part::contracts, what, Mark::ok, fmt::format("{} is there", shown_contract(contract))});
}

void Diagnosis::examine_market_contract() {
    examine_contract("market contract", *settings_.target.market_contract, "MARKET_CONTRACT_ADDRESS");
    const std::string what = "market held";
    const bool read = attempt_(Part::contracts, what, [&](cycle::Findings& findings) {
        return cycle::find_shared_market(*loop_, findings, settings_.selection, settings_.target);
    });
    if (!read) return;
    const verify::Target& target = settings_.target;
    if (!target.shared_market_fault.empty()) {
        list_.add({Part::contracts, what, Mark::failed, target.shared_market_fault,
                   "is it the right contract (MARKET_CONTRACT_ADDRESS)?"});
    } else if (target.shared_market_id) {
        list_.add(
            {Part::contracts, what, Mark::warning,
             fmt::format("it holds one market only: {}", base::to_hex(*target.shared_market_id)),
             "of the rows with a hex market id only that one can be checked; give the others the address of their "
             "own market contract (C...)"});
    }
}

void Diagnosis::examine_token() {
    const std::string what = "token";
    const auto token = attempt_(Part::contracts, what, [&](cycle::Findings& findings) {
        return cycle::find_token(*loop_, findings, settings_.token);
    });
    if (!token) return;
    settings_.target.token = *token;
    token_known_ = true;
    list_.add(token_point(*token));
    if (!token->asset) return; // its instance has been read
    // Trust lines do without the contract; what contracts hold, and simulation, do not.
    diagnose::Checklist found;
    Attempt attempt(found, loop_->clock());
    const auto instance = attempt(Part::contracts, "token contract", [&](cycle::Findings& findings) {
        return cycle::read_instance(*loop_, findings, token->contract, "USDC_ASSET");
    });
    if (instance) return list_.add({Part::contracts, "token contract", Mark::ok, "it is there"});
    for (diagnose::Point point : found.points()) {
        if (point.mark == Mark::failed && settings_.target.mode != verify::ReadMode::simulate) {
            point.mark = Mark::warning;
            point.advice = "is it the asset that is meant? Accounts' trust lines are read without it";
        }
        list_.add(std::move(point));
    }
}

diagnose::Point Diagnosis::token_point(const verify::Token& token) const {
    diagnose::Point point{
        Part::contracts, "token", Mark::ok,
        token.asset ? fmt::format("{}, contract {}", stellar::to_text(*token.asset), shown_contract(token.contract))
                    : fmt::format("contract {}, without a classic asset", shown_contract(token.contract))};
    const bool assumed = settings_.token.open() && !settings_.token.amm;
    if (assumed) {
        point.mark = Mark::warning;
        point.found += ": Circle's, because nothing says which token the application uses";
        point.advice = "set AMM_CONTRACT_ADDRESS, whose token is taken then, or USDC_ASSET";
    } else if (!attempt_.warnings().empty()) {
        point.mark = Mark::warning;
        point.found += ": " + attempt_.warnings().front();
        point.advice = "compare USDC_ASSET or USDC_CONTRACT_ADDRESS with the application's own settings";
    } else if (settings_.token.open()) {
        point.found += ", as the AMM holds it";
    }
    return point;
}

void Diagnosis::examine_watermark() {
    const std::string& sql = settings_.watermark.sql;
    if (sql.empty() || !connected_) return;
    const std::string what = "indexer";
    const auto known = attempt_(Part::database, what, [&](cycle::Findings& findings) {
        return cycle::Preparation(*loop_, findings).find_watermark(settings_.watermark);
    });
    if (!known) return;
    if (!attempt_.summary().indexer) { // none, or none that can be believed
        list_.add({Part::database, what, Mark::warning, attempt_.warnings().front(),
                   "rows are judged as if there were no watermark"});
        return;
    }
    const verify::Indexer& indexer = *attempt_.summary().indexer;
    list_.add({Part::database,
               what,
               indexer.lagging() ? Mark::warning : Mark::ok,
               fmt::format("it has processed ledger {}, {} behind the node", indexer.watermark, indexer.lag()),
               indexer.lagging() ? "look at the indexer: it lags by more than SYNC_MAX_INDEXER_LAG" : "",
               {{"watermark", std::uint64_t{indexer.watermark}}, {"lag", std::uint64_t{indexer.lag()}}}});
}

void Diagnosis::no_time_for(std::string what) {
    list_.add({Part::contracts, std::move(what), Mark::unavailable, "there was no time left for it",
               "allow more time (SYNC_TIMEOUT_MS)"});
}

// ---- one row of each check

void Diagnosis::examine_sample(Check check) {
    const std::string what = fmt::format("one row of {}", check.name());
    const auto source = sources_.find(db::table_of(check));
    const auto skip = [&](std::string why) { list_.add({Part::contracts, what, Mark::skipped, std::move(why)}); };
    if (source == sources_.end() || source->second.obstacle(check)) return skip("not tried without its rows");
    if (check->profile().needs.token && !token_known_) return skip("not tried without the token");
    const std::optional<std::vector<Sample>> samples = find_samples(check, source->second);
    if (!samples) return; // it has been said
    if (samples->empty()) return skip("not tried: there is none, or none with a sound address");
    if (check->function(settings_.target).second.empty())
        judge_value(samples->front());
    else
        judge_market(*samples);
}

std::optional<std::vector<Diagnosis::Sample>> Diagnosis::find_samples(Check check, const db::Source& source) {
    db::Scope scope;
    scope.check = check;
    std::optional<db::Rows> page =
        ask(fmt::format("one row of {}", check.name()), db::page(source, scope, {}, rows_tried));
    if (!page) return std::nullopt;
    const auto rows = std::make_shared<const db::Rows>(std::move(*page));
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < rows->size() && samples.size() < claims_tried; ++i) {
        verify::ClaimResult claim = verify::claim_of(check, {*rows, i}, settings_.target);
        if (claim) samples.push_back({rows, *std::move(claim)});
    }
    return samples;
}

std::optional<Diagnosis::Answer> Diagnosis::look(const Sample& sample, verify::ReadMode mode) {
    verify::Target target = settings_.target;
    target.mode = mode;
    cycle::ChainReads reads(target, loop_->dispatcher());
    reads.ask({sample.rows, sample.claim, {}, 0, nullptr, nullptr});
    std::vector<cycle::AnsweredItem> answers;
    const bool answered = loop_->turn_until([&] {
        answers = reads.take_answers();
        if (!answers.empty()) return true;
        reads.flush(); // an answer may have led to another question
        loop_->dispatcher().advance({});
        loop_->dispatcher().settle();
        return false;
    });
    if (answered) return std::move(answers.front().answer);
    loop_->dispatcher().abandon();
    return std::nullopt;
}

/// Both ways of reading a market: the one that the cycle takes and the one that stands in for it.
void Diagnosis::judge_market(const std::vector<Sample>& samples) {
    // A single market may be broken: one that the contract answers for speaks for the contract.
    const Sample* sample = nullptr;
    std::optional<Answer> simulated;
    for (const Sample& next : samples) {
        sample = &next;
        simulated = look(next, verify::ReadMode::simulate);
        if (!simulated || std::holds_alternative<verify::ChainValue>(*simulated)) break;
    }
    const std::string what = fmt::format("one row of {}", sample->claim.check.name());
    if (!simulated) return no_time_for(what);
    const bool shared = sample->claim.check->needs_control(sample->claim, settings_.target);
    if (shared || settings_.target.mode == verify::ReadMode::simulate) return judge_call(*sample, *simulated, true);
    const std::optional<Answer> stored = look(*sample, verify::ReadMode::storage);
    if (!stored) return no_time_for(what);
    judge_call(*sample, *simulated, !recognised(*stored));
    judge_storage(*sample, *stored);
}

void Diagnosis::judge_call(const Sample& sample, const Answer& simulated, bool needed) {
    const auto [function, setting] = sample.claim.check->function(settings_.target);
    const auto* value = std::get_if<verify::ChainValue>(&simulated);
    list_.add({Part::contracts, fmt::format("function {}", function),
               value    ? Mark::ok
               : needed ? Mark::failed
                        : Mark::warning,
               fmt::format("for market {}: {}", sample.claim.id,
                           value ? sample.claim.check->show(*value) : why_not(simulated)),
               value ? "" : fmt::format("is it the right contract, and {} its function?", setting)});
}

void Diagnosis::judge_storage(const Sample& sample, const Answer& stored) {
    const bool automatic = settings_.target.mode == verify::ReadMode::automatic;
    const auto* value = std::get_if<verify::ChainValue>(&stored);
    diagnose::Point point{Part::contracts, fmt::format("storage of {}", sample.claim.check.name()), Mark::ok, ""};
    if (recognised(stored)) {
        point.found = fmt::format("recognised: {}", sample.claim.check->show(*value));
    } else {
        point.mark = automatic ? Mark::warning : Mark::failed;
        point.found = fmt::format("for market {}: {}", sample.claim.id,
                                  value ? "the entries that are looked for are not there" : why_not(stored));
        point.advice = automatic ? "nothing, if the function answers: it is asked instead, market by market"
                                 : "SYNC_READ_MODE=auto, or simulate";
    }
    list_.add(std::move(point));
}

void Diagnosis::judge_value(const Sample& sample) {
    const verify::Profile& profile = sample.claim.check->profile();
    const std::string what(profile.value);
    const std::optional<Answer> answer = look(sample, settings_.target.mode);
    if (!answer) return no_time_for(what);
    const auto* value = std::get_if<verify::ChainValue>(&*answer);
    list_.add(
        {Part::contracts, what, value ? Mark::ok : Mark::failed,
         value ? fmt::format("for {} {}: {}", profile.resource->one, sample.claim.id, sample.claim.check->show(*value))
               : fmt::format("for {} {}: {}", profile.resource->one, sample.claim.id, why_not(*answer)),
         value ? "" : "is it the token that is meant (USDC_ASSET, USDC_CONTRACT_ADDRESS)?"});
}

} // namespace diagnose
