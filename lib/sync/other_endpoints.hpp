// Asks the chain's side of an item once more, of an endpoint after the one that serves the cycle.
#pragma once

#include "sync/chain_reads.hpp"
#include "sync/loop.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cycle {

class OtherEndpoints {
  public:
    /// Both outlive this.
    OtherEndpoints(const verify::Target& target, Loop& loop) : target_(target), loop_(loop) {}
    ~OtherEndpoints() { abandon(); }
    OtherEndpoints(const OtherEndpoints&) = delete;
    OtherEndpoints& operator=(const OtherEndpoints&) = delete;

    /// From no older ledger than the item's least. The first time, the endpoint says who and how fresh it is before.
    void ask(Item item);
    /// Whether there is one after the endpoint that serves the cycle, not known to be of no use.
    bool any_left() const;
    /// Sends what was asked since. If the cycle itself has gone on to another endpoint, one after that is asked again
    /// for second opinions, and what waits for a later ledger is given up.
    void advance();
    /// GivenUp if no endpoint is left to be asked.
    std::vector<AnsweredItem> take_answers();
    /// Every item that has no answer yet. Nothing is under way afterwards.
    std::vector<Item> abandon();

    std::size_t under_way() const { return under_way_; }
    /// Of the endpoint that is asked, for a person; empty where there is none.
    std::string endpoint_name() const { return others_ ? others_->endpoint_name() : ""; }

  private:
    void put(Item item);
    void follow();

    const verify::Target& target_;
    Loop& loop_;
    std::unique_ptr<net::Dispatcher> others_;
    std::optional<std::size_t> serving_; // the endpoint of the cycle that they come after
    std::optional<ChainReads> reads_;
    std::vector<AnsweredItem> given_up_; // nobody could be asked
    std::size_t under_way_ = 0;
};

} // namespace cycle
