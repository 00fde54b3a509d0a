// RPC answers, made by the devnet's own code and kept for the next time: entry by entry, so that whatever keys stand
// together in a request, its answer is only put together.
#pragma once

#include "devnet/ledger.hpp"
#include "devnet/rpc.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bench {

struct Answer {
    std::string method;
    std::size_t keys = 0;
    std::string tail; // what follows the id
};

class Answers {
  public:
    /// `ledger` outlives this. A ledger closes when the latest one is asked for: a recheck waits for that.
    explicit Answers(devnet::Ledger& ledger) : ledger_(ledger) { settings_.closes_when_polled = true; }

    struct Found {
        std::shared_ptr<const Answer> answer; // null: no JSON-RPC request
        std::string_view id;                  // as JSON; of the body, or of this
        bool kept = false;                    // it was there already
    };
    Found find(std::string_view body);

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Texts = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;

    std::shared_ptr<const Answer> make(std::string_view body);
    std::shared_ptr<const Answer> put_together(std::string_view keys);
    std::string ledger_and_end() const;
    void keep_entries(std::string_view keys, std::string_view tail);

    devnet::Ledger& ledger_;
    devnet::RpcSettings settings_;
    simdjson::dom::parser parser_;
    std::string id_;
    Texts simulations_; // up to the ledger, by what follows the id
    Texts entries_;     // by the key in base64; empty where the ledger has none
    std::string before_entries_;
};

} // namespace bench
