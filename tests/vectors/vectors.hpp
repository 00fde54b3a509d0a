// The golden vectors beside this file: byte strings made with the official JavaScript SDK, and what they mean.
// {count, cases: [{id, ...}]}; integers of 64 bits and more are decimal strings, bytes are hex or base64.
#pragma once

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace vectors {

using simdjson::dom::element;

class File {
  public:
    /// `name` as in "strkey.json". Throws where it cannot be read: the test fails.
    explicit File(std::string_view name);

    /// Runs every case under its id, and fails where the file does not hold as many as it says.
    template <class Run>
    void for_each(Run run) const {
        std::size_t seen = 0;
        for (const element one : cases_) {
            INFO("vector " << std::string_view(one["id"]));
            run(one);
            ++seen;
        }
        REQUIRE(seen > 0);
        REQUIRE(seen == count_);
    }

  private:
    simdjson::dom::parser parser_;
    simdjson::dom::array cases_;
    std::size_t count_ = 0;
};

bool has(element object, std::string_view member);
std::string text(element object, std::string_view member);
std::uint32_t u32(element object, std::string_view member);

std::string from_hex(std::string_view hex);
std::string to_hex(std::string_view bytes);
/// The bytes of a base64 member; fails the test where it is not canonical.
std::string bytes(element object, std::string_view member);

} // namespace vectors
