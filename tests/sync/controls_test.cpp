#include "sync/controls.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

using cycle::Controls;
using Word = Controls::Word;

namespace {

net::Simulation value(std::uint32_t ledger, std::string result) {
    return {ledger, "", std::move(result)};
}
net::Simulation error(std::uint32_t ledger, std::string text) {
    return {ledger, std::move(text), ""};
}

/// The only answer judged since; nullopt: it waits.
std::optional<Word> judged(Controls& controls) {
    const std::vector<Controls::Judged> all = controls.take();
    REQUIRE(all.size() <= 1);
    return all.empty() ? std::nullopt : std::optional(all.front().word);
}

/// What becomes of an answer of this ledger beside these controls, all there before it.
std::optional<Word> beside(const std::vector<net::Simulation>& before, std::uint32_t ledger, const char* result) {
    Controls controls;
    for (const net::Simulation& control : before) controls.answered(control, 0);
    controls.hold(1, ledger, result, 0);
    return judged(controls);
}

constexpr const char* refusal = "HostError: Error(Contract, #3)";

} // namespace

TEST_CASE("An answer is compared with the control of its ledger", "[reconcile][controls]") {
    CHECK(beside({value(10, "a")}, 10, "a") == Word::same);
    CHECK(beside({value(10, "a")}, 10, "b") == Word::distinct);
    CHECK(beside({value(10, "a")}, 10, "") == Word::distinct);
    CHECK(beside({value(9, "b"), value(10, "a"), value(11, "b")}, 10, "b") == Word::distinct);
}

TEST_CASE("An answer is compared with two equal controls around its ledger, and with no others",
          "[reconcile][controls]") {
    CHECK(beside({value(9, "a"), value(12, "a")}, 10, "a") == Word::same);
    CHECK(beside({value(9, "a"), value(12, "a")}, 10, "b") == Word::distinct);
    CHECK(beside({value(9, "a"), value(12, "b")}, 10, "a") == Word::too_late);
    CHECK(beside({value(9, "a"), value(12, "b")}, 10, "c") == Word::too_late);
    CHECK(beside({value(11, "a")}, 10, "a") == Word::too_late);
    CHECK(beside({value(11, "a")}, 10, "b") == Word::too_late);
    CHECK(beside({value(9, "a")}, 10, "a") == std::nullopt);
    CHECK(beside({value(9, "a")}, 10, "b") == std::nullopt);
    CHECK(beside({value(8, "b"), value(9, "a"), value(12, "a"), value(13, "b")}, 10, "a") == Word::same);
}

TEST_CASE("A control that the contract refuses is like no answer, and another failure is no control",
          "[reconcile][controls]") {
    CHECK(beside({error(10, refusal)}, 10, "a") == Word::distinct);
    CHECK(beside({error(9, refusal), error(11, "HostError: Error(Contract, #7)")}, 10, "a") == Word::distinct);
    CHECK(beside({error(9, refusal), value(11, "a")}, 10, "a") == Word::too_late);
    for (const char* failure : {"HostError: Error(WasmVm, InvalidAction)", "HostError: Error(WasmVm, MissingValue)",
                                "HostError: Error(Budget, ExceededLimit)", "HostError: Error(Storage, MissingValue)"}) {
        CHECK(beside({error(10, failure)}, 10, "a") == Word::failed);
        CHECK(beside({error(9, failure), value(11, "a")}, 10, "a") == Word::too_late);
    }
}

TEST_CASE("One control at a time serves all answers that wait, from no older ledger than theirs",
          "[reconcile][controls]") {
    Controls controls;
    CHECK(controls.wanted()); // the first one, before any answer
    CHECK(controls.least_ledger() == 0);
    controls.asked();
    CHECK_FALSE(controls.wanted());
    controls.hold(1, 10, "a", 0);
    controls.hold(2, 11, "b", 0);
    CHECK_FALSE(controls.wanted()); // one is under way
    controls.answered(value(9, "x"), 0);
    CHECK(controls.take().empty());
    CHECK(controls.wanted());
    CHECK(controls.least_ledger() == 11);
    controls.asked();
    controls.answered(value(11, "x"), 0); // at the ledger of the one, and with the first around the other
    const auto all = controls.take();
    REQUIRE(all.size() == 2);
    CHECK(all[0].word == Word::distinct);
    CHECK(all[1].word == Word::distinct);
    CHECK_FALSE(controls.wanted());
    controls.hold(3, 11, "c", 0); // no further control is needed at this ledger
    CHECK(judged(controls) == Word::distinct);
    controls.hold(4, 12, "c", 0);
    CHECK(controls.wanted());
}

TEST_CASE("A control call that comes to nothing fails all that wait for it", "[reconcile][controls]") {
    Controls controls;
    controls.asked();
    controls.hold(1, 10, "a", 0);
    controls.hold(2, 10, "a", 0);
    controls.failed("no answer");
    const auto all = controls.take();
    REQUIRE(all.size() == 2);
    CHECK(all[0].word == Word::failed);
    CHECK(all[1].why == "no answer");
    // Refused before any ledger was read: no control either.
    controls.asked();
    controls.hold(3, 10, "a", 0);
    controls.answered(error(0, "Could not unmarshal transaction"), 0);
    CHECK(judged(controls) == Word::failed);
    CHECK(controls.wanted());
}

TEST_CASE("What one endpoint says is not compared with what another says", "[reconcile][controls]") {
    Controls controls;
    controls.answered(value(10, "a"), 0);
    controls.hold(1, 11, "a", 0);
    controls.hold(2, 10, "a", 1); // the second endpoint has taken over
    const auto all = controls.take();
    REQUIRE(all.size() == 1);
    CHECK(all[0].answer == 1);
    CHECK(all[0].word == Word::too_late);
    CHECK(controls.wanted());
    controls.asked();
    controls.answered(value(10, "b"), 1);
    CHECK(judged(controls) == Word::distinct);
    controls.hold(3, 10, "b", 1);
    CHECK(judged(controls) == Word::same);
}

TEST_CASE("What is abandoned is not judged", "[reconcile][controls]") {
    Controls controls;
    controls.asked();
    controls.hold(1, 10, "a", 0);
    controls.abandon();
    controls.answered(value(10, "a"), 0);
    CHECK(controls.take().empty());
}
