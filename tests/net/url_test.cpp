#include "net/url.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

TEST_CASE("the parts of a URL that may be secrets are found, as they stand and decoded") {
    using Parts = std::vector<std::string>;
    CHECK(net::secret_parts("https://rpc.example.org:443/") == Parts{});
    CHECK(net::secret_parts("https://rpc.example.org/soroban/rpc/v2") == Parts{});
    CHECK(net::secret_parts("https://rpc.example.org/v2/abc12345?key=0123456789abcdef&n=1") ==
          Parts{"0123456789abcdef", "abc12345"});
    // In the query whatever is no short word; the names are needed in an error text.
    CHECK(net::secret_parts("https://rpc.example.org/rpc?network=testnet&x-api-key=LettersOnly") ==
          Parts{"LettersOnly"});
    CHECK(net::secret_parts("https://rpc.example.org?token=AbcDefGh/IjkLmnOp=#x") == Parts{"AbcDefGh", "IjkLmnOp"});
    CHECK(net::secret_parts("https://me:p%40ss@rpc.example.org/a%2Fb12345") ==
          Parts{"bWU6cEBzcw==", "a%2Fb12345", "a/b12345", "p%40ss", "p@ss"});
    CHECK(net::secret_parts("https://rpc.example.org/x#abcdefghijklmnop") == Parts{"abcdefghijklmnop"});
}

TEST_CASE("what is not a URL of the scheme is refused") {
    for (const char* url : {"", "example.org", "https:/example.org", "https:///example.org", "https://", "https://a b/",
                            "https://a/b c", "https://a:0/", "https://a:70000/", "https://a:x/", "https://[::1",
                            "https://[]/", "https://me:p@ss@a/", "https://a\\b/", "smtp://a", "httpss://a", "ftp://a"})
        CHECK_FALSE(net::parse_url(url, "http"));
    CHECK_FALSE(net::parse_url(std::string("https://a/\0b", 12), "http"));
    CHECK(net::parse_url("HTTPS://me:pw@example.org:1/x?y#z", "http")->tls);
    CHECK_FALSE(net::parse_url("smtp://example.org", "smtp")->tls);
    CHECK(net::parse_url("smtps://me%40host:pw@example.org", "smtp")->tls);
}

TEST_CASE("this machine is what libcurl would contact it by") {
    for (const char* host : {"localhost", "LOCALHOST:8000", "127.0.0.1", "me:pw@127.1.2.3:80", "[::1]:8000", "127.1"})
        CHECK(net::parse_url("http://" + std::string(host), "http")->loopback);
    for (const char* host : {"0127.0.0.1", "127.0.0.1.", "127.0.0.1.5", "127.0.0.256", "127.0.0.1.example.org", "[::2]",
                             "localhost.example.org", "127.0.0.1:pw@example.org", "128.0.0.1"})
        CHECK_FALSE(net::parse_url("http://" + std::string(host), "http")->loopback);
}
