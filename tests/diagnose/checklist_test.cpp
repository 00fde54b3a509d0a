#include "diagnose/checklist.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using base::ExitCode;
using diagnose::Checklist;
using diagnose::Mark;

namespace {

Checklist list_of(std::initializer_list<Mark> marks) {
    Checklist list;
    for (const Mark mark : marks) list.add({diagnose::Part::database, "what", mark, "found"});
    return list;
}

} // namespace

TEST_CASE("a checklist's exit code is that of its worst point, what must be changed before what may pass") {
    CHECK(list_of({}).exit_code() == ExitCode::in_sync);
    CHECK(list_of({Mark::ok, Mark::warning, Mark::skipped}).exit_code() == ExitCode::in_sync);
    CHECK(list_of({Mark::unavailable, Mark::ok}).exit_code() == ExitCode::unavailable);
    CHECK(list_of({Mark::unavailable, Mark::failed, Mark::ok}).exit_code() == ExitCode::misconfigured);
}

TEST_CASE("after a signal a checklist has the signal's exit code") {
    Checklist list = list_of({Mark::failed});
    list.signal = SIGINT;
    CHECK(list.exit_code() == ExitCode::interrupted);
    list.signal = SIGTERM;
    CHECK(list.exit_code() == ExitCode::terminated);
}

TEST_CASE("marks and parts have the names that machines read", "[check][checklist]") {
    CHECK(name(Mark::ok) == "ok");
    CHECK(name(Mark::warning) == "warning");
    CHECK(name(Mark::failed) == "failed");
    CHECK(name(Mark::unavailable) == "unavailable");
    CHECK(name(Mark::skipped) == "skipped");
    CHECK(name(diagnose::Part::configuration) == "configuration");
    CHECK(name(diagnose::Part::alerts) == "alerts");
    const Checklist list = list_of({Mark::ok, Mark::warning, Mark::ok});
    CHECK(list.points().size() == 3);
    CHECK(list.count(Mark::ok) == 2);
}
