#include "base/secret.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

using base::mask_url;

TEST_CASE("a secret prints as *** however it is printed") {
    const base::Secret secret("hunter2");
    std::ostringstream out;
    out << secret;
    CHECK(out.str() == "***");
    CHECK(fmt::format("[{}] [{:>5}]", secret, secret) == "[***] [  ***]");
    CHECK(secret.reveal() == "hunter2");
    CHECK_FALSE(secret.empty());
    CHECK(base::Secret().empty());
}

TEST_CASE("a masked URL shows the endpoint and nothing else") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"https://rpc.example.org", "https://rpc.example.org"},
        {"https://rpc.example.org/", "https://rpc.example.org/"},
        {"https://rpc.example.org:8443/", "https://rpc.example.org:8443/"},
        {"https://rpc.example.org/v1/KEY", "https://rpc.example.org/***"},
        {"https://rpc.example.org?apikey=KEY", "https://rpc.example.org/***"},
        {"https://rpc.example.org/#KEY", "https://rpc.example.org/***"},
        {"https://user:KEY@rpc.example.org:443/KEY?k=KEY", "https://***@rpc.example.org:443/***"},
        {"http://[::1]:8000/rpc", "http://[::1]:8000/***"},
        {"http://[::1]/", "http://[::1]/"},
        {"https://a.org/KEY, https://b.org", "https://a.org/***,https://b.org"},
        {"https://a.org/KEY,KEY2", "https://a.org/***"},
        {"", ""},
    };
    for (const auto& [url, masked] : cases) CHECK(mask_url(url) == masked);
}

TEST_CASE("a masked PostgreSQL URL shows host and database") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"postgresql://app:KEY@db.example.org:5432/market?schema=public&sslpassword=KEY",
         "postgresql://***@db.example.org:5432/market?***"},
        {"postgres://app@db/market", "postgres://***@db/market"},
        {"postgres://app:KEY@a:1,b:2/market", "postgres://***@a:1,b:2/market"},
        {"postgresql:///market?host=/run/postgresql&password=KEY", "postgresql:///market?***"},
        {"postgresql://app:KEY@%2Frun%2Fpostgresql/market", "postgresql://***@%2Frun%2Fpostgresql/market"},
    };
    for (const auto& [url, masked] : cases) CHECK(mask_url(url) == masked);
}

TEST_CASE("a masked libpq keyword string shows host, port and database") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"host=db port=5432 dbname=market user=app password=KEY", "host=db port=5432 dbname=market ***"},
        {"host = db password = 'KEY with \\' and blanks' dbname=market", "host=db dbname=market ***"},
        {"host=db dbname=market", "host=db dbname=market"},
        {"\t hostaddr=::1 \r\n", "hostaddr=::1"},
        {"password=KEY", "***"},
        {"password=KEY\\", "***"},
        {"dbname=postgresql://app:KEY@db/market", "***"},
        {"password=KEY host", "***"},     // no keyword string
        {"password='KEY host=db", "***"}, // no end of the quote
    };
    for (const auto& [text, masked] : cases) CHECK(mask_url(text) == masked);
}

TEST_CASE("where it is not clear what is the password, nothing of the URL is shown") {
    const std::vector<std::string> unclear{
        "postgresql://app:KEY/@db/market",
        "postgresql://app:KEY#KEY@db/market",
        "postgresql://app:KEY?KEY@db/market",
        "https://user:KEY",
        "https://rpc.example.org/KEY@KEY",
        "https://user:KE,Y@host/",
        "https://user:KEY,https://KEY@host",
        "postgresql://app:K@EY/x@db/market",
        "https://KEY KEY/",
        "https://[::1/KEY",
        "https://[KEY]/",
        "https://[::1]KEY/",
        "https://KEY\n:443/",
        "postgres://u@db/KE*Y",
        "=KEY",
        "ho st=KEY",
        "https://host:123456/",
        "just a KEY",
        "redis:KEY@host",
        "https://a:KEY\\@b/",
        "https://\x1b[31mKEY/",
        "postgres://app:KEY",
    };
    for (const std::string& url : unclear) {
        INFO(url);
        CHECK(mask_url(url).find("KEY") == std::string::npos);
        CHECK(mask_url(url).find("***") != std::string::npos);
    }
}

TEST_CASE("a secret is masked wherever it stands in a text") {
    std::string text = "key: abc12345; abc12345abc12345";
    base::mask_secret(text, "abc12345");
    CHECK(text == "key: ***; ******");
    base::mask_secret(text, "");
    CHECK(text == "key: ***; ******");
}
