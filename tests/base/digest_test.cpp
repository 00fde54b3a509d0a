#include "base/digest.hpp"

#include "base/hex.hpp"
#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <string>

TEST_CASE("SHA-256 gives the digests of FIPS 180-4's examples") {
    CHECK(vectors::to_hex(base::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(vectors::to_hex(base::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(vectors::to_hex(base::sha256(std::string(1000000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 4231, test cases 1, 2 and 6.
TEST_CASE("HMAC-SHA-256 is that of RFC 4231", "[base][digest]") {
    const auto hmac = [](const std::string& key, const std::string& text) {
        return base::to_hex(base::hmac_sha256(key, text));
    };
    CHECK(hmac(std::string(20, '\x0b'), "Hi There") ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hmac("Jefe", "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("The library that digests is named with its version", "[base][digest]") {
    CHECK(base::digest_library_version().starts_with("OpenSSL 3."));
}
