// Faults at random. Left out are those that lie in a sound answer: an entry left out of it, a lagging node's older
// values; what is right to say then is for tests/integration/rpc_faults_test.cpp.
#include "chaos/scenario.hpp"

#include <fmt/format.h>

#include <csignal>

namespace chaos {
namespace {

using namespace std::chrono_literals;
using devnet::EntriesFault;
using devnet::Fault;

struct Named {
    const char* name;
    Fault fault;
};

Named random_fault(Dice& dice) {
    using How = EntriesFault::How;
    const std::vector<Named> all{
        {"503", devnet::StatusFault{}},
        {"429", devnet::StatusFault{.status = 429, .retry_after = "0"}},
        {"500", devnet::StatusFault{.status = 500}},
        {"404", devnet::StatusFault{.status = 404}},
        {"-32603", devnet::ErrorFault{}},
        {"-32602", devnet::ErrorFault{-32602, "invalid parameters"}},
        {"delay", devnet::DelayFault{5ms, 60ms}},
        {"hang", devnet::HangFault{}},
        {"garbage", devnet::GarbageFault{}},
        {"empty", devnet::GarbageFault{""}},
        {"older", devnet::OlderLedgerFault{3}},
        {"drop", devnet::DropFault{}},
        {"reset", devnet::DropFault{true}},
        {"cut", devnet::CutFault{}},
        {"length+", devnet::WrongLengthFault{50}},
        {"length-", devnet::WrongLengthFault{-50}},
        {"drip", devnet::DripFault{20ms, 64}},
        {"deep", devnet::DeepFault{}},
        {"utf8", devnet::BadUtf8Fault{}},
        {"id", devnet::WrongIdFault{}},
        {"shuffled", EntriesFault{.how = How::shuffled}},
        {"duplicated", EntriesFault{.how = How::duplicated}},
        {"conflicting", EntriesFault{.how = How::conflicting}},
        {"unknown", EntriesFault{.how = How::unknown}},
        {"renamed", EntriesFault{.how = How::renamed}},
        {"archived", EntriesFault{.how = How::archived}},
        {"undecodable", EntriesFault{.how = How::undecodable}},
        {"no base64", EntriesFault{.how = How::no_base64}},
        {"wrong type", EntriesFault{.how = How::wrong_type}},
        {"swapped", EntriesFault{.how = How::swapped}},
    };
    return dice.pick(all);
}

void add_rule(Dice& dice, Weather& weather) {
    const Named named = random_fault(dice);
    devnet::FaultRule rule{.fault = named.fault};
    if (dice.percent(60)) rule.method = dice.one_of<std::string>({"getLedgerEntries", "simulateTransaction"});
    rule.skip = dice.below(4);
    rule.every = dice.between(1, 4);
    rule.chance = dice.percent(50) ? 1.0 : 0.4;
    rule.seed = dice.number();
    if (dice.percent(70)) rule.limit = dice.between(1, 12);
    if (dice.percent(20)) rule.lasting = std::chrono::milliseconds(dice.between(50, 800));
    weather.described += fmt::format(" [{} {} skip {} every {} chance {} limit {}]", named.name, rule.method, rule.skip,
                                     rule.every, rule.chance, rule.limit ? std::to_string(*rule.limit) : "none");
    weather.rules.push_back(std::move(rule));
}

} // namespace

Weather make_weather(Dice& dice, const Features& features) {
    Weather weather;
    auto& settings = weather.settings;
    Circumstances& around = weather.circumstances;
    // Without a recheck nothing waits until the node has got to the watermark.
    around.confirm_attempts = dice.one_of({features.watermark == Watermark::ahead ? 1U : 0U, 1U, 1U, 1U, 2U});
    around.max_reported = dice.one_of<std::size_t>({0, 3, 50, 1000, 100'000});
    around.fail_on_mismatch = !dice.percent(10);
    around.fail_on_incomplete = !dice.percent(10);
    settings["SYNC_CONFIRM_ATTEMPTS"] = std::to_string(around.confirm_attempts);
    settings["SYNC_CONFIRM_DELAY_MS"] = std::to_string(dice.between(0, 80));
    settings["SYNC_MAX_REPORTED"] = std::to_string(around.max_reported);
    settings["SYNC_RATE_LIMIT"] = std::to_string(dice.between(1, 8));
    settings["SYNC_RETRY_DELAY_MS"] = std::to_string(dice.between(1, 20));
    settings["SYNC_MAX_RETRIES"] = std::to_string(dice.between(0, 4));
    settings["SYNC_FAIL_ON"] = around.fail_on_mismatch
                                   ? (around.fail_on_incomplete ? "mismatch,incomplete" : "mismatch")
                                   : (around.fail_on_incomplete ? "incomplete" : "none");
    around.exemptions = features.exemptions;
    around.implausible_watermark = features.watermark == Watermark::implausible;
    around.stalled = features.stalled;
    if (features.stalled) {
        // Long enough for a slow machine to begin, and as long as each recheck takes to give up.
        settings["SYNC_MAX_LEDGER_AGE_MS"] = "4000";
        around.confirm_attempts = std::min(around.confirm_attempts, 1U);
        settings["SYNC_CONFIRM_ATTEMPTS"] = std::to_string(around.confirm_attempts);
    }
    if (features.cut_simulation) {
        settings["SYNC_MAX_RPS"] = std::to_string(dice.between(50, 200));
        settings["SYNC_TIMEOUT_MS"] = std::to_string(dice.between(700, 2500));
        around.cut = true;
    }
    const bool calm = dice.percent(25);
    if (calm || features.stalled || features.cut_simulation) return weather;
    // The longest wait for an answer that does not come; calm cycles keep the default, for the machine may be slow.
    settings["SYNC_OPERATION_TIMEOUT_MS"] = std::to_string(dice.between(250, 600));
    around.faults = true;
    weather.second_endpoint = dice.percent(30);
    for (std::uint64_t rules = dice.below(4); rules > 0; --rules) add_rule(dice, weather);
    weather.harm_after_ms = static_cast<int>(dice.below(400));
    weather.stop_node = dice.percent(12);
    weather.kill_connections = dice.percent(15);
    if (dice.percent(12)) weather.signal = dice.one_of({SIGTERM, SIGINT});
    if (dice.percent(12)) settings["SYNC_TIMEOUT_MS"] = std::to_string(dice.between(100, 1200));
    around.signal = weather.signal;
    around.cut = weather.signal != 0 || settings.contains("SYNC_TIMEOUT_MS");
    if (weather.stop_node) weather.described += " [node stops]";
    if (weather.kill_connections) weather.described += " [connections killed]";
    if (weather.signal != 0) weather.described += fmt::format(" [signal {}]", weather.signal);
    return weather;
}

} // namespace chaos
