// RPC answers, made by the devnet's own code and kept for the next time.
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
    explicit Answers(const devnet::Ledger& ledger) : ledger_(ledger) {}

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

    std::shared_ptr<const Answer> make(std::string_view body);

    const devnet::Ledger& ledger_;
    devnet::RpcSettings settings_;
    simdjson::dom::parser parser_;
    std::string id_;
    std::unordered_map<std::string, std::shared_ptr<const Answer>, Hash, std::equal_to<>>
        kept_; // by what follows the id
    std::size_t kept_bytes_ = 0;
};

} // namespace bench
