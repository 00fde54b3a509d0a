#include "base/digest.hpp"

#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <string>

TEST_CASE("SHA-256 gives the digests of FIPS 180-4's examples") {
    CHECK(vectors::to_hex(base::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(vectors::to_hex(base::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(vectors::to_hex(base::sha256(std::string(1000000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
