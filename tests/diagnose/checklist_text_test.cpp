#include "diagnose/checklist_text.hpp"

#include "diagnose/checklist_sample.hpp"

#include <catch2/catch.hpp>

using diagnose::Checklist;
using diagnose::Mark;
using diagnose::Part;

TEST_CASE("the checklist's last line says whether a cycle can run") {
    const auto last_line = [](std::vector<Mark> marks) {
        Checklist list;
        for (const Mark mark : marks) list.add({Part::rpc, "what", mark, "found"});
        const std::string text = diagnose::render_checklist(list, {}, {});
        return text.substr(text.rfind('\n', text.size() - 2) + 1);
    };
    CHECK(last_line({Mark::ok}) == "READY: a cycle can run.\n");
    CHECK(last_line({Mark::warning, Mark::ok, Mark::warning}) == "READY: a cycle can run. 2 warnings.\n");
    CHECK(last_line({Mark::unavailable}) == "NOT READY NOW: 1 point is not available; trying again may help.\n");
    CHECK(last_line({Mark::failed, Mark::failed}) == "NOT READY: 2 points have to be changed.\n");
}

TEST_CASE("the checklist as JSON has every point with its status, and numbers as numbers") {
    CHECK(diagnose::render_checklist_json(sample::checklist(), {sample::settings[0]}) ==
          R"({"ready":false,"exitCode":2,)"
          R"("settings":[{"name":"DATABASE_URL","value":"postgresql://***@db:5432/app","origin":"environment"}],)"
          R"("points":[)"
          R"({"part":"configuration","what":"settings","status":"ok","found":"every setting is sound"},)"
          R"({"part":"database","what":"connection","status":"ok",)"
          R"("found":"PostgreSQL 15.18, database app, schema public","version":"15.18"},)"
          R"({"part":"database","what":"role","status":"warning",)"
          R"("found":"app could write: it may change rows of public.markets, public.users. )"
          R"(No statement of this program does",)"
          R"("advice":"a role of its own, with SELECT on the two tables and nothing else"},)"
          R"({"part":"database","what":"rows of odds","status":"ok","found":"32 markets with status OPEN","rows":32},)"
          R"({"part":"rpc","what":"https://rpc.example.org/***","status":"unavailable",)"
          R"("found":"getNetwork: the connection was refused\u001b[31m",)"
          R"("advice":"is the node up, the URL right, and is the way to it open?"},)"
          R"({"part":"contracts","what":"AMM contract","status":"failed",)"
          R"("found":"there is no contract at this address on this network","advice":"change AMM_CONTRACT_ADDRESS"},)"
          R"({"part":"contracts","what":"one row of odds","status":"skipped","found":"not tried without its table"}]})"
          "\n");
}
