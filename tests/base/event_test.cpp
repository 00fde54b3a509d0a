#include "base/event.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace {

class StoppedClock final : public base::Clock {
  public:
    base::TimePoint now() const override { return {}; }
    base::WallTime wall_now() const override { return base::WallTime(std::chrono::milliseconds(1'795'438'680'123)); }
};

std::string logged(base::Log::Settings settings, const base::Event& event) {
    const StoppedClock clock;
    std::string out;
    base::Log log(settings, "5e3f", clock, [&out](std::string_view line) { out += line; });
    log.write(event);
    return out;
}

const base::Event sample{base::Level::warn,
                         "MISMATCH",
                         "odds differ\x1b[31m",
                         {{"marketId", "42"},
                          {"confirmed", true},
                          {"ledger", std::uint64_t{7}},
                          {"delta", std::int64_t{-1}},
                          {"title", "Rain \"today\"?\n"},
                          {"empty", ""},
                          {"lastModifiedLedger", nullptr},
                          {"databaseOdds", base::Fields{{"yes", base::Number{"0.65"}}, {"no", base::Number{"0.35"}}}},
                          {"hints", base::Texts{"a \x1b[1m", "b"}}}};

} // namespace

TEST_CASE("an event is one JSON object on one line, its own fields last") {
    CHECK(logged({}, sample) ==
          R"({"timestamp":"2026-11-23T12:58:00.123Z","level":"warn","message":"odds differ\u001b[31m",)"
          R"("syncId":"5e3f","type":"MISMATCH","marketId":"42","confirmed":true,"ledger":7,"delta":-1,)"
          R"("title":"Rain \"today\"?\n","empty":"","lastModifiedLedger":null,"databaseOdds":{"yes":0.65,"no":0.35},)"
          R"("hints":["a \u001b[1m","b"]})"
          "\n");
}

TEST_CASE("an event for a person is one line, and what comes from outside is harmless in it") {
    CHECK(logged({.format = base::LogFormat::text}, sample) ==
          "2026-11-23T12:58:00.123Z WARN  MISMATCH odds differ?[31m marketId=42 confirmed=true ledger=7 delta=-1 "
          "title=\"Rain \\\"today\\\"??\" empty=\"\" lastModifiedLedger=null databaseOdds.yes=0.65 "
          "databaseOdds.no=0.35 hints.0=\"a ?[1m\" hints.1=b\n");
}

TEST_CASE("only the level is coloured, and only where asked for") {
    const base::Event event{base::Level::error, "SYNC_TIMEOUT", "cut short", {}};
    CHECK(logged({.format = base::LogFormat::text, .colour = true}, event) ==
          "2026-11-23T12:58:00.123Z \x1b[1;31mERROR\x1b[0m SYNC_TIMEOUT cut short\n");
    CHECK(logged({.format = base::LogFormat::json, .colour = true}, event).find('\x1b') == std::string::npos);
}

TEST_CASE("events below the least level are not written") {
    const base::Event event{base::Level::info, "TRANSIENT", "agrees", {}};
    CHECK(logged({.least = base::Level::warn}, event).empty());
    CHECK_FALSE(logged({.least = base::Level::info}, event).empty());
}

TEST_CASE("Each level has its label, its colour and its name", "[base][event]") {
    struct Row {
        base::Level level;
        const char* start;
        const char* name;
    };
    for (const Row& row : {Row{base::Level::debug, "\x1b[2mDEBUG\x1b[0m", "debug"},
                           Row{base::Level::info, "\x1b[32mINFO \x1b[0m", "info"},
                           Row{base::Level::warn, "\x1b[33mWARN \x1b[0m", "warn"},
                           Row{base::Level::error, "\x1b[1;31mERROR\x1b[0m", "error"}}) {
        const base::Event event{row.level, "RETRY", "asked again", {{"last", false}, {"path", "a \\ b"}}};
        const base::Log::Settings text{.format = base::LogFormat::text, .least = base::Level::debug, .colour = true};
        CHECK(logged(text, event) == std::string("2026-11-23T12:58:00.123Z ") + row.start +
                                         " RETRY asked again last=false path=\"a \\\\ b\"\n");
        CHECK(base::name(row.level) == row.name);
        CHECK(logged({.least = base::Level::debug}, event).find("\"last\":false") != std::string::npos);
    }
}
