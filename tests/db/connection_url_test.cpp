#include "db/connection_url.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>

namespace {

// All keywords but those that are empty, sorted: "dbname=app host=h ...".
std::string keywords(const db::ConnectionParameters& parameters) {
    auto sorted = parameters.keywords;
    std::sort(sorted.begin(), sorted.end());
    std::string text;
    for (const auto& [keyword, value] : sorted) {
        if (!value.empty()) text += (text.empty() ? "" : " ") + keyword + "=" + value;
    }
    return text;
}

std::string parsed(std::string_view url) {
    const auto result = db::parse_connection_url(url);
    return result ? keywords(*result) : "fault: " + result.error();
}

} // namespace

TEST_CASE("URLs and keyword strings give libpq's keywords", "[db]") {
    struct Row {
        const char* url;
        const char* expected;
    };
    const Row rows[] = {
        {"postgresql://u:p@h:5432/d", "dbname=d host=h password=p port=5432 user=u"},
        {"postgres://u:p@h/d", "dbname=d host=h password=p user=u"},
        {" postgres://u@h/d\n", "dbname=d host=h user=u"},
        {"postgresql://h", "host=h"},
        {"postgresql://", ""},
        // percent-encoding, and what Prisma lets pass unencoded
        {"postgres://u:s3cret%3Ap%40ss@h/d", "dbname=d host=h password=s3cret:p@ss user=u"},
        {"postgres://u%40corp:p@h/d%20b", "dbname=d b host=h password=p user=u@corp"},
        {"postgres://u:p@ss@h/d", "dbname=d host=h password=p@ss user=u"},
        {"postgres://u:p:a#s$s@h/d", "dbname=d host=h password=p:a#s$s user=u"},
        {"postgres://u:100%@h/d", "dbname=d host=h password=100% user=u"},
        {"postgres://u:p%zz@h/d", "dbname=d host=h password=p%zz user=u"},
        {"postgres://u:p?ss@h/d", "dbname=d host=h password=p?ss user=u"}, // as libpq has it
        {"postgres://u:@h/d", "dbname=d host=h user=u"},
        // hosts
        {"postgres://u:p@a:1,b:2,c/d", "dbname=d host=a,b,c password=p port=1,2, user=u"},
        {"postgres://u:p@[::1]:5433/d", "dbname=d host=::1 password=p port=5433 user=u"},
        {"postgres://u:p@%2Fvar%2Frun/d", "dbname=d host=/var/run password=p user=u"},
        {"postgres://u:p@localhost/d?host=/var/run/postgresql", "dbname=d host=/var/run/postgresql password=p user=u"},
        {"postgresql:///d?host=a&port=5&user=u", "dbname=d host=a port=5 user=u"},
        {"postgresql://h?user=x@y", "host=h user=x@y"},
        // libpq's parameters
        {"postgres://u:p@h/d?sslmode=require&application_name=me&connect_timeout=7",
         "application_name=me connect_timeout=7 dbname=d host=h password=p sslmode=require user=u"},
        {"postgres://u:p@h/d?ssl=true", "dbname=d host=h password=p sslmode=require user=u"},
        {"postgres://u:p@h/d?options=endpoint=ep-1", "dbname=d host=h options=endpoint=ep-1 password=p user=u"},
        {"postgres://u:p@h/d?&sslmode=prefer&&", "dbname=d host=h password=p sslmode=prefer user=u"},
        // Prisma's
        {"postgres://u:p@h/d?schema=s&connection_limit=5&pool_timeout=0&pgbouncer=true&socket_timeout=3&"
         "statement_cache_size=0&max_connection_lifetime=1&max_idle_connection_lifetime=2&single_use_connections=true",
         "dbname=d host=h password=p user=u"},
        {"postgres://u:p@h/d?pgbouncer", "dbname=d host=h password=p user=u"},
        {"postgres://u:p@h/d?sslaccept=strict", "dbname=d host=h password=p sslmode=verify-full "
                                                "sslrootcert=/etc/ssl/certs/ca-certificates.crt user=u"},
        {"postgres://u:p@h/d?sslmode=require&sslcert=ca.pem&sslaccept=strict",
         "dbname=d host=h password=p sslmode=verify-full sslrootcert=ca.pem user=u"},
        {"postgres://u:p@h/d?sslmode=disable&sslaccept=strict", "dbname=d host=h password=p sslmode=disable user=u"},
        {"postgres://u:p@h/d?sslmode=require&sslcert=ca.pem",
         "dbname=d host=h password=p sslmode=require sslrootcert=ca.pem user=u"},
        {"postgres://u:p@h/d?sslmode=require&sslcert=ca.pem&sslaccept=accept_invalid_certs",
         "dbname=d host=h password=p sslmode=require user=u"},
        {"postgres://u:p@h/d?sslcert=c.pem&sslkey=k.pem&sslpassword=x",
         "dbname=d host=h password=p sslcert=c.pem sslkey=k.pem sslpassword=x user=u"},
        {"postgres://u:p@h/d?sslmode=no-verify", "dbname=d host=h password=p sslmode=require user=u"},
        {"postgres://u:p@h/d?pgbouncer=true&options=-c%20search_path%3Dshop", "dbname=d host=h password=p user=u"},
        {"postgres://u:p@h/d?pgbouncer=false&options=-c%20geqo%3Doff",
         "dbname=d host=h options=-c geqo=off password=p user=u"},
        {"postgres://u:p@h/d?sslrootcert=system",
         "dbname=d host=h password=p sslmode=verify-full sslrootcert=/etc/ssl/certs/ca-certificates.crt user=u"},
        {"postgres://u:p@h/d?sslmode=require&sslrootcert=system",
         "dbname=d host=h password=p sslmode=verify-full sslrootcert=/etc/ssl/certs/ca-certificates.crt user=u"},
        // keyword strings
        {"host=h dbname=d sslrootcert=system",
         "dbname=d host=h sslmode=verify-full sslrootcert=/etc/ssl/certs/ca-certificates.crt"},
        {"host=h dbname=d pgbouncer=true options='-c geqo=off'", "dbname=d host=h"},
        {"host=h dbname=d user=u password='it''s'", "fault"},
        {"host=h dbname=d user=u password='a b\\'c\\\\'", "dbname=d host=h password=a b'c\\ user=u"},
        {"host = h\n dbname = d password = p\\ q", "dbname=d host=h password=p q"},
        {"host=h schema=s pgbouncer=true sslcert=c.pem", "host=h sslcert=c.pem"},
        {"host='' dbname=d", "dbname=d"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.url);
        const auto result = parsed(row.url);
        if (std::string_view(row.expected) == "fault") {
            CHECK(result.starts_with("fault: "));
        } else {
            CHECK(result == row.expected);
        }
    }
}

TEST_CASE("the schema is that of the URL, else public", "[db]") {
    const auto given = db::parse_connection_url("postgres://u:p@h/d?schema=My%20app");
    REQUIRE(given);
    CHECK(given->schema == "My app");
    CHECK(given->schema_given);
    for (const auto* url : {"postgres://u:p@h/d", "postgres://u:p@h/d?schema="}) {
        const auto absent = db::parse_connection_url(url);
        REQUIRE(absent);
        CHECK(absent->schema == "public");
        CHECK_FALSE(absent->schema_given);
    }
}

TEST_CASE("parameters that nobody knows are dropped with a warning", "[db]") {
    const auto misspelt = db::parse_connection_url("postgres://u:p@h/d?sslmod=require&x-y=1&connection_limit=1");
    REQUIRE(misspelt);
    CHECK(misspelt->warnings == std::vector<std::string>{
                                    "the parameter sslmod is ignored: neither libpq nor Prisma knows it",
                                    "a parameter that neither libpq nor Prisma knows is ignored",
                                });
    const auto identity = db::parse_connection_url("postgres://u:p@h/d?sslidentity=me.p12&sslpassword=secret");
    REQUIRE(identity);
    REQUIRE(identity->warnings.size() == 1);
    CHECK(identity->warnings[0].find("PKCS#12") != std::string::npos);
    CHECK(keywords(*identity).find("secret") == std::string::npos);

    // What follows a password may be a part of it.
    const auto part = db::parse_connection_url("postgres://h/d?password=ab&hunter=2");
    REQUIRE(part);
    CHECK(part->warnings == std::vector<std::string>{"a parameter that neither libpq nor Prisma knows is ignored"});
}

TEST_CASE("what cannot be a connection is a fault, and no fault repeats a part of the secret", "[db]") {
    const char* urls[] = {
        "",
        "   ",
        "hunter2",
        "mysql://u:hunter2@h/d",
        "\"postgresql://u:hunter2@h/d?schema=public\"",
        "jdbc:postgresql://h/d?user=u&password=hunter2",
        "prisma://accelerate.prisma-data.net/?api_key=hunter2",
        "prisma+postgres://accelerate.prisma-data.net/?api_key=hunter2",
        "postgres://u:hunter/2@h/d",
        "postgres://u:12/hunter2@h/d",
        "postgres://u:x@hunter/2@h/d",
        "postgres://u:hunter2?a=b@h/d",
        "postgres://u:x@y?hunter2@h/d",
        "postgres://u:1?hunter=2@h/d",
        "postgres://u:p@h:hunter2/d",
        "postgres://u:p@h:0/d",
        "postgres://u:p@h:65536/d",
        "postgres://u:p@h:1,x:hunter2/d",
        "postgres://u:p@[::1/hunter2",
        "postgres://u:p@h/d%zzhunter2",
        "postgres://u:p@h/d?password=hunter2&x",
        "postgres://u:p@h/d?sslmode=hunter2",
        "postgres://u:p@h/d?sslmode=requir",
        "postgres://u:p@h/d?target_session_attrs=hunter2",
        "postgres://u:p@h/d?channel_binding=disable prefer",
        "host=h password='hunter2",
        "host=h password=hunter2 oops",
        "password hunter2",
        "hunter2=x",
    };
    for (const auto* url : urls) {
        CAPTURE(url);
        const auto result = db::parse_connection_url(url);
        REQUIRE_FALSE(result);
        CHECK(result.error().find("hunter") == std::string::npos);
        CHECK_FALSE(result.error().empty());
    }
    CHECK(parsed("postgres://u:p@h/d?sslmode=requir") ==
          "fault: its sslmode is not one of: disable allow prefer require verify-ca verify-full");
}

// libpq takes what stands in front of a NUL for the whole: another server's database would be verified.
TEST_CASE("a URL with a NUL in it is a fault, wherever it stands", "[db]") {
    for (const std::string_view url : {std::string_view("postgres://\0h/d?sslpassword=x", 29),
                                       std::string_view("postgres://u:p@a\0.example.org/d", 31),
                                       std::string_view("postgres://u:p@h/d?application_name=a\0b", 39),
                                       std::string_view("host=h\0 dbname=d", 16)}) {
        CHECK(parsed(url) == "fault: it holds a NUL character");
    }
}

TEST_CASE("with pgbouncer=true `options` is dropped with a warning, and its search_path is the schema", "[db]") {
    struct Row {
        const char* options; // percent-encoded where a URL needs it
        const char* schema;  // empty: none given
    };
    const Row rows[] = {
        {"-c%20search_path=shop", "shop"},
        {"-csearch_path=shop", "shop"},
        {"--search_path=shop,public", "shop"},
        {"--search-path=shop", "shop"},
        {"-c%20Search_Path=Shop", "shop"},
        {"-c%20search_path=%22My%22%22Shop%22", "My\"Shop"},
        {"-c%20search_path=%22$user%22,%20shop", ""}, // the server reads the word "shop" as an argument of its own
        {"-c%20search_path=%22$user%22,shop", "shop"},
        {"-c%20search_path=my%5C%20shop", "my shop"},
        {"-c%20search_path=one%20-c%20search_path=two", "two"},
        {"-c%20statement_timeout=5s", ""},
        {"-c", ""},
        {"endpoint=ep-1", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.options);
        const auto result =
            db::parse_connection_url(std::string("postgres://h/d?pgbouncer=true&options=") + row.options);
        REQUIRE(result);
        CHECK(keywords(*result) == "dbname=d host=h");
        CHECK(result->schema_given == (*row.schema != '\0'));
        CHECK(result->schema == (*row.schema != '\0' ? row.schema : "public"));
        REQUIRE(result->warnings.size() == 1);
        CHECK(result->warnings[0].starts_with("options="));
    }
    const auto both = db::parse_connection_url("postgres://h/d?pgbouncer=true&options=-csearch_path=a&schema=b");
    REQUIRE(both);
    CHECK(both->schema == "b");
    CHECK(both->warnings == std::vector<std::string>{"options=-csearch_path=a is ignored because of pgbouncer=true"});
}

namespace {

// A variable of this process for as long as a test needs it.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
    ~Variable() { unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
};

std::string warnings(std::string_view url) {
    std::string text;
    const auto result = db::parse_connection_url(url);
    if (!result) return "fault: " + result.error();
    for (const auto& warning : result->warnings) text += warning.substr(0, warning.find(' ')) + " ";
    return text;
}

} // namespace

TEST_CASE("libpq's variables that would change which server is meant are ignored with a warning", "[db]") {
    const Variable host("PGHOST", "elsewhere");
    const Variable address("PGHOSTADDR", "192.0.2.1");
    const Variable port("PGPORT", "1");
    const Variable service("PGSERVICE", "other");
    const Variable options("PGOPTIONS", "-c geqo=off");
    const Variable attributes("PGTARGETSESSIONATTRS", "standby");
    CHECK(warnings("postgres://u:p@h/d") == "PGOPTIONS PGTARGETSESSIONATTRS PGHOST PGHOSTADDR PGPORT PGSERVICE ");
    CHECK(warnings("hostaddr=192.0.2.2 dbname=d") ==
          "PGOPTIONS PGTARGETSESSIONATTRS PGHOST PGHOSTADDR PGPORT PGSERVICE ");
    CHECK(warnings("postgres:///d") == "PGOPTIONS PGTARGETSESSIONATTRS PGSERVICE ");
    CHECK(warnings("service=mine") == "PGOPTIONS PGTARGETSESSIONATTRS ");
    const auto named = db::parse_connection_url("postgres://u:p@h/d");
    REQUIRE(named);
    CHECK(named->warnings[2] == "PGHOST in the environment is ignored: DATABASE_URL names a host");
}

TEST_CASE("sslrootcert=system is the system's bundle, also from the environment", "[db]") {
    {
        const Variable root("PGSSLROOTCERT", "system");
        CHECK(parsed("postgres://h/d") ==
              "dbname=d host=h sslmode=verify-full sslrootcert=/etc/ssl/certs/ca-certificates.crt");
        CHECK(parsed("postgres://h/d?sslrootcert=a.pem") == "dbname=d host=h sslrootcert=a.pem");
    }
    const Variable file("SSL_CERT_FILE", "/bundle.pem");
    CHECK(parsed("postgres://h/d?sslrootcert=system") == "dbname=d host=h sslmode=verify-full sslrootcert=/bundle.pem");
    CHECK(parsed("postgres://h/d?sslaccept=strict") == "dbname=d host=h sslmode=verify-full sslrootcert=/bundle.pem");
}

TEST_CASE("a file that is not one is a fault: libpq would wait for a pipe for ever", "[db]") {
    CHECK(parsed("postgres://h/d?sslrootcert=/dev/null") ==
          "fault: the file of sslrootcert (PGSSLROOTCERT) is not a regular file");
    CHECK(parsed("postgres://h/d?sslcert=/tmp&sslkey=k").starts_with("fault: the file of sslcert"));
    const Variable service("PGSERVICEFILE", "/dev/null");
    CHECK(parsed("service=mine").starts_with("fault: the file of servicefile"));
}
