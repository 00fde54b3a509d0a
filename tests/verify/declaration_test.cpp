#include "verify/declaration.hpp"

#include "base/int128.hpp"
#include "stellar/scval.hpp"
#include "verify/column_value.hpp"
#include "verify/declaration_grammar.hpp"
#include "verify/declared/case.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using verify::DeclarationTable;

namespace {

constexpr std::string_view contract = "CCONWPAU2HP2MZGTKIH6NL2EOVIB5CIKVCCVH6NBELKJZJHYPJQCQNF7";

/// "column: text; suggestion", or "ok".
template <class T>
std::string said(const verify::Parsed<T>& parsed) {
    if (parsed) return "ok";
    const auto& [column, text, suggestion] = parsed.error();
    return std::to_string(column) + ": " + text + (suggestion.empty() ? "" : "; " + suggestion);
}

std::string read(std::string_view text) {
    verify::ColumnList columns;
    return said(verify::parse_read(text, columns));
}

std::string compare(std::string_view line) {
    verify::ColumnList columns;
    return said(verify::parse_comparison(line, columns));
}

DeclarationTable table(std::vector<std::pair<std::string, std::string>> changes) {
    std::vector<std::pair<std::string, std::string>> keys{{"name", "a"},
                                                          {"rows", "SELECT * FROM t"},
                                                          {"contract", std::string(contract)},
                                                          {"read", "persistent T(id: u64)"},
                                                          {"compare", ".x: number = x"}};
    for (auto& [name, value] : changes) {
        const auto found =
            std::find_if(keys.begin(), keys.end(), [&name = name](const auto& key) { return key.first == name; });
        if (found != keys.end()) keys.erase(found);
        if (value != "-") keys.emplace_back(name, value);
    }
    DeclarationTable out{"f.toml", 10, {}};
    for (auto& [name, value] : keys) out.keys.push_back({name, {value}, false, 11});
    return out;
}

std::vector<std::string> faults(const std::vector<DeclarationTable>& tables) {
    const std::vector<std::string> settings{"odds-threshold"};
    const auto result = verify::parse_declarations(tables, settings);
    std::vector<std::string> out;
    if (result) return out;
    for (const auto& fault : result.error()) out.push_back(fault.sentence());
    return out;
}

using Texts = std::vector<std::string>;
Texts faults_of(std::vector<std::pair<std::string, std::string>> changes) {
    return faults(std::vector<DeclarationTable>{table(std::move(changes))});
}

} // namespace

TEST_CASE("read: what is accepted", "[declared]") {
    for (const char* text :
         {"persistent Stream(id: u64)", "temporary Quote( id : u64 )", "instance", "instance 'locked': symbol",
          "instance State()", "executable", "call f()", "call f(a: u64, (b: symbol, 'x''y': string), V(W(), c: bool?))",
          "balance account: address", "balance 'CCONWPAU2HP2MZGTKIH6NL2EOVIB5CIKVCCVH6NBELKJZJHYPJQCQNF7': address",
          "persistent (ref: symbol)", "persistent 5: u32", "persistent -5: i32", "persistent id: contract-id"}) {
        INFO(text);
        CHECK(read(text) == "ok");
    }
}

TEST_CASE("read: what is wrong, and where", "[declared]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"",
         "1: `` is not something to read: it begins with persistent, temporary, instance, executable, balance or call"},
        {"persistant T()", "1: `persistant` is not something to read: it begins with persistent, temporary, instance, "
                           "executable, balance or call; did you mean persistent?"},
        {"persistent", "11: the key is missing, such as Task(id: u64)"},
        {"persistent ()", "13: a tuple has at least one value"},
        {"persistent Counter",
         "12: `Counter` alone is not a key; write Counter() for a variant, 'Counter': symbol for a "
         "symbol, Counter: u64 for a column"},
        {"persistent 'abc: string", "12: the closing quote is missing"},
        {"persistent 'ä': symbol", "12: 'ä' is not a symbol: 1 to 32 of A-Z a-z 0-9 _"},
        {"persistent ('ä': string, x: in)",
         "29: `in` is not a type; the types are bool, u32, i32, u64, i64, u128, i128, u256, i256, timepoint, duration, "
         "symbol, string, bytes, address, variant, contract-id"},
        {"persistent 5", "13: `:` and a type are missing"},
        {"persistent 5: u32?", "18: a literal is never NULL: leave the `?` out"},
        {"persistent T(a: u64) x", "22: `x` is not expected here"},
        {"persistent T(a: u64,)", "21: a column or a literal with its type is expected here, such as id: u64"},
        {"persistent 300000000000: u32", "12: 300000000000 does not fit into u32"},
        {"persistent abcdefghijklmnopqrstuvwxyz_01234()", "ok"},
        {"persistent abcdefghijklmnopqrstuvwxyz_012345()", "12: a name has at most 32 characters"},
        {"persistent '" + std::string(1020, 'x') + "': string", "12: the key is longer than 1 KiB"},
        {"balance a: u64", "12: the holder of a balance is an address, such as wallet: address"},
        {"balance a: address?", "12: the holder of a balance is an address, such as wallet: address"},
        {"balance 'x': address", "9: the address has a length that no strkey has"},
        {"call (x: u64)", "6: the name of a function is expected here"},
        {"call f", "7: `(` is missing"},
        {"call f(a: u64", "14: `)` is missing"},
        {"call f(a: u64 b: u64)", "15: `)` is missing"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        if (text.starts_with("balance 'x'"))
            CHECK(read(text).starts_with("9: the address "));
        else
            CHECK(read(text) == expected);
    }
    std::string deep = "persistent ";
    for (int i = 0; i < 100'000; ++i) deep += "A(";
    CHECK(read(deep).ends_with("values are nested too deep"));
}

TEST_CASE("compare: what is accepted", "[declared]") {
    for (const char* text :
         {". : number = x", ".a.b: number(7) >= x within 0.5% absent 1.5", "count .w: number <= x within 2",
          "count .: number = x", "['active': symbol]: bool = x absent false unless null",
          "[T(a: address)].x: text? = x", ".a[0].b[0: u32]: bytes = x absent '00'",
          ".x: variant = x {a: A, 'b c': B|2, d-e: 3} absent 'none'", "exists = x", ".x: address = x absent null",
          ".x: number = x absent -1", ".x: text = x absent ''", ".x: number(2) = x within 0.999"}) {
        INFO(text);
        CHECK(compare(text) == "ok");
    }
    verify::ColumnList columns;
    const auto line = verify::parse_comparison("count  .a[0]: number = n within 1.9", columns);
    CHECK(line->path == "count .a[0]");
    CHECK(line->within->amount == 1);
    CHECK(verify::parse_comparison(".a: number(2) = n within 1.9", columns)->within->amount == 190);
    CHECK(verify::parse_comparison(".a: number = n within 0.5%", columns)->within->amount == 500'000'000);
    CHECK(std::move(columns).take() == std::vector<std::string>{"id", "title", "n"});
}

TEST_CASE("compare: what is wrong, and where", "[declared]") {
    const std::string kinds = "number, bool, text, address, bytes, variant";
    const std::string not_negative = "within needs a number that is not negative, such as within 0.01 or within 0.5%";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"foo: text = y",
         "1: a line begins with a path, such as .field, [key: address], `.` for the value itself, or with exists"},
        {"  .x: u64 = x", "7: `u64` is not a way to compare; these are " + kinds +
                              "; did you mean number? An integer of any width is one"},
        {".x: symbol = x", "5: `symbol` is not a way to compare; these are " + kinds + "; did you mean text?"},
        {".x: contract-id = x",
         "5: `contract-id` is not a way to compare; these are " + kinds + "; did you mean bytes?"},
        {".x: numbr = x", "5: `numbr` is not a way to compare; these are " + kinds + "; did you mean number?"},
        {".a.: text = x", "4: the name of a field is expected here"},
        {".a[x: u64: text = x", "10: `]` is missing"},
        {".a[5000000000]: text = x", "4: an index is a number from 0 to 4294967295"},
        {".x: number(39) = y", "12: decimals is a number from 0 to 38"},
        {".x: number(3 = y", "14: `)` is missing"},
        {"count .x: text = y", "11: a count is a number"},
        {".x: number == y", "12: `=`, `>=` or `<=` and a column are expected here"},
        {".x: number > y", "12: `=`, `>=` or `<=` and a column are expected here"},
        {".x: text >= y", "10: only numbers are at least or at most something: write `=`"},
        {".x: number =", "13: a column is expected here"},
        {".x: text = y {a: B}", "14: only a variant has a map"},
        {".x: variant = y {}", "18: a word of the database is expected here, such as {open: Open}"},
        {".x: variant = y {a b: A}", "20: `:` and a variant or number are missing"},
        {".x: variant = y {a: }", "21: a variant or a number is expected here"},
        {".x: variant = y {a: A", "22: `}` is missing"},
        {".x: variant = y {a: 4294967296}", "21: a variant is a number from 0 to 4294967295"},
        {".x: number = y within", "22: " + not_negative},
        {".x: number = y within 1.2.3", "23: " + not_negative},
        {".x: number = y within 0.0000000001%", "23: " + not_negative},
        {".x: number = y within 99999999999999999999%", "23: " + not_negative},
        {".x: text = y within 1", "14: within is for numbers"},
        {".x: number = y within 1 within 1", "25: `within` stands twice"},
        {".x: number = y witin 1",
         "16: `witin` is not an option; these are within, absent, unless null; did you mean within?"},
        {".x: number = y + 1", "16: `+ 1` is not an option; these are within, absent, unless null"},
        {".x: bool = y absent 0", "21: absent needs the value that it counts as, such as absent 0, or null"},
        {".x: bool = y absent no", "21: 'no' is not a bool: t, f, true or false is needed"},
        {".x: number = y absent null absent 0", "28: `absent` stands twice"},
        {".x: number = y absent 1.", "ok"},
        {".x: number = y absent .", "23: the value is not a decimal number"},
        {".x: bytes = y absent 'xy'", "22: 'xy' is not bytes: pairs of hex digits are needed"},
        {".x: number = y unless 0", "23: unless is followed by null"},
        {"exists: bool = y", "7: exists is followed by `=` and a boolean column"},
        {"exists = y absent 0", "12: `absent 0` is not expected here"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        CHECK(compare(text) == expected);
    }
    CHECK(compare(".x: address = y absent 'G'").starts_with("24: the address "));
}

TEST_CASE("A table of a check: what is wrong with its keys", "[declared]") {
    CHECK(faults_of({}).empty());
    CHECK(faults_of({{"name", "-"}}) ==
          Texts{"a check: name is missing: lower-case letters, digits and -, 31 at most, a letter first"});
    for (const char* name : {"A", "a_b", "1a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        CHECK(faults_of({{"name", name}}) ==
              Texts{"a check: name: lower-case letters, digits and -, 31 at most, a letter first"});
    }
    for (const char* name : {"odds", "balances", "balance", "none", "rpc"}) {
        CHECK(faults_of({{"name", name}}) ==
              Texts{"a check: name: `" + std::string(name) + "` is reserved: choose another name"});
    }
    CHECK(faults_of({{"nmae", "x"}}).front().ends_with("and no other; did you mean name?"));
    CHECK(faults_of({{"odds-threshold", "0.02"}}) ==
          Texts{"check a: odds-threshold: odds-threshold is a setting: settings stand above the first [[check]]"});
    CHECK(faults_of({{"read", "-"}}) ==
          Texts{"check a: read is missing: what to read on chain, such as persistent Task(id: u64)"});
    CHECK(faults_of({{"contract", "-"}}) ==
          Texts{"check a: contract is missing: a C... address, or the column that holds it"});
    CHECK(faults_of({{"contract", "x y"}}) ==
          Texts{"check a: contract: 'x y' is neither an address (C...) nor the name of a column"});
    CHECK(faults_of({{"contract", "contract_id"}}).empty());
    CHECK(faults_of({{"read", "balance w: address"}, {"asset", "native"}}) ==
          Texts{"check a: contract: a balance has none: asset names the token"});
    CHECK(
        faults_of({{"read", "balance w: address"}, {"contract", "-"}}) ==
        Texts{"check a: asset is missing: native, CODE:ISSUER, a token's C..., or the column that holds one of these"});
    for (const char* asset : {"native", "asset", "CCONWPAU2HP2MZGTKIH6NL2EOVIB5CIKVCCVH6NBELKJZJHYPJQCQNF7",
                              "USDC:GCP67YOO65K4XLBY47YLKISYFCWU3WJAM5JAEM7RKP7TN2NKKYU3MJWS"}) {
        CHECK(faults_of({{"read", "balance w: address"}, {"contract", "-"}, {"asset", asset}}).empty());
    }
    CHECK(faults_of({{"read", "balance w: address"}, {"contract", "-"}, {"asset", "USDC:G"}}).size() == 1);
    CHECK(faults_of({{"compare", "exists = a\nexists = b\n. : number = x absent 0\n"}}) ==
          Texts{"check a: compare, line 2: `exists` stands twice",
                "check a: compare, line 3: the absence of the whole value is compared by `exists`: leave out one of "
                "`exists` and `absent`"});
    auto twice = table({});
    twice.keys.front().array = true;
    CHECK(faults(std::vector<DeclarationTable>{twice}) == Texts{"a check: name: name is a single value, not an array"});
}

TEST_CASE("A table of a check: rows is one SELECT", "[declared]") {
    for (const char* rows : {"select 1", "SELECT*FROM t", "WITH x AS (SELECT 1) SELECT * FROM x",
                             "SELECT ';' AS a, \";\" FROM t;", "-- a; b\nSELECT 1 /* ; */ ; -- end",
                             "SELECT $$;$$, $q$;$q$, $1 FROM t", "SELECT 'it''s; ok'", "SELECT (1)"}) {
        INFO(rows);
        CHECK(faults_of({{"rows", rows}}).empty());
    }
    for (const char* rows : {"UPDATE t SET x = 1", "SELECT 1; DROP TABLE t", "SELECTED", "(SELECT 1)", ";",
                             "-- SELECT 1", "SELECT", "SELECT 1;;"}) {
        INFO(rows);
        CHECK(faults_of({{"rows", rows}}) == Texts{"check a: rows: one SELECT, with the column id"});
    }
    const auto parsed =
        verify::parse_declarations(std::vector<DeclarationTable>{table({{"rows", " SELECT ';' ; "}})}, {});
    CHECK(parsed->front().rows == "SELECT ';'");
}

TEST_CASE("A table of a check: error codes that mean absence", "[declared]") {
    auto one = table({{"read", "call f()"}});
    one.keys.push_back({"absent-errors", {"5", "4294967295"}, true, 12});
    const auto parsed = verify::parse_declarations(std::vector<DeclarationTable>{one}, {});
    CHECK(parsed->front().absent_errors == std::vector<std::uint32_t>{5, 4294967295});
    for (const char* bad : {"x", "-1", "4294967296", "5 "}) {
        one.keys.back().values = {bad};
        CHECK(faults(std::vector<DeclarationTable>{one}) ==
              Texts{"check a: absent-errors: an array of the contract's error codes, such as [5]"});
    }
    one.keys.back() = {"absent-errors", {"5"}, false, 12};
    CHECK(faults(std::vector<DeclarationTable>{one}).size() == 1);
}

TEST_CASE("At most 32 checks of 32 lines, each name once", "[declared]") {
    std::string lines;
    for (int i = 0; i < 33; ++i) lines += "# comment\n.x: number = x\n";
    CHECK(faults_of({{"compare", lines}}) == Texts{"check a: compare: it has 33 lines; at most 32 are allowed"});
    std::vector<DeclarationTable> tables;
    for (int i = 0; i < 33; ++i) tables.push_back(table({{"name", "c" + std::to_string(i)}}));
    CHECK(faults(tables) == Texts{"a check: there are 33 checks; at most 32 are allowed"});
    tables.resize(2);
    tables[1] = tables[0];
    CHECK(faults(tables) == Texts{"check c0: name: `c0` stands twice: each check has a name of its own"});
}

TEST_CASE("Text of columns as contract values", "[declared]") {
    using verify::Type;
    const auto xdr = [](Type type, std::string_view text) {
        std::string out;
        const auto written = verify::append_scval(out, type, text);
        return written ? out : std::string(name(written.error().reason)) + ": " + written.error().text;
    };
    const auto integer = [](stellar::ScValType arm, auto value) { return stellar::encode_scval({arm, value}); };
    using Arm = stellar::ScValType;
    CHECK(xdr(Type::i32, "-2147483648") == integer(Arm::i32, std::int32_t{-2147483647 - 1}));
    CHECK(xdr(Type::u64, "18446744073709551615") == integer(Arm::u64, ~std::uint64_t{0}));
    CHECK(xdr(Type::i64, "-1") == integer(Arm::i64, std::int64_t{-1}));
    CHECK(xdr(Type::timepoint, "7") == integer(Arm::timepoint, std::uint64_t{7}));
    CHECK(xdr(Type::duration, "7") == integer(Arm::duration, std::uint64_t{7}));
    CHECK(xdr(Type::u128, "340282366920938463463374607431768211455") == integer(Arm::u128, base::u128_max));
    CHECK(xdr(Type::i128, "-170141183460469231731687303715884105728") == integer(Arm::i128, base::i128_min));
    CHECK(xdr(Type::u256, "1") == integer(Arm::u256, std::array<std::uint64_t, 4>{0, 0, 0, 1}));
    CHECK(xdr(Type::i256, "-1") == integer(Arm::i256, std::array<std::uint64_t, 4>{~0ULL, ~0ULL, ~0ULL, ~0ULL}));
    CHECK(xdr(Type::boolean, "true") == integer(Arm::boolean, true));
    CHECK(xdr(Type::variant, "Open") == stellar::encode_scval(stellar::vec({stellar::symbol("Open")})));
    CHECK(xdr(Type::bytes, "0x00fF") == stellar::encode_scval(stellar::bytes(std::string("\0\xff", 2))));
    CHECK(xdr(Type::contract_id, std::string(64, 'a')) ==
          stellar::encode_scval(stellar::bytes(std::string(32, '\xaa'))));
    CHECK(xdr(Type::string, "any; text") == integer(Arm::string, std::string("any; text")));
    CHECK(xdr(Type::i32, "-0") == integer(Arm::i32, std::int32_t{0}));

    CHECK(xdr(Type::u32, "4294967296") == "BAD_VALUE: 4294967296 does not fit into u32");
    CHECK(xdr(Type::u32, "-1") == "BAD_VALUE: -1 does not fit into u32");
    CHECK(xdr(Type::i32, "2147483648") == "BAD_VALUE: 2147483648 does not fit into i32");
    CHECK(xdr(Type::i64, "-9223372036854775809") == "BAD_VALUE: -9223372036854775809 does not fit into i64");
    CHECK(xdr(Type::i256, "57896044618658097711785492504343953926634992332820282019728792003956564819968")
              .ends_with("does not fit into i256"));
    CHECK(xdr(Type::u256, std::string(79, '9')).ends_with("does not fit into u256"));
    CHECK(xdr(Type::u32, "1.0") == "BAD_VALUE: '1.0' is not a u32: an integer is needed");
    CHECK(xdr(Type::symbol, "") == "BAD_VALUE: '' is not a symbol: 1 to 32 of A-Z a-z 0-9 _");
    CHECK(xdr(Type::boolean, "yes") == "BAD_VALUE: 'yes' is not a bool: t, f, true or false is needed");
    CHECK(xdr(Type::bytes, "abc") == "BAD_VALUE: 'abc' is not bytes: pairs of hex digits are needed");
    CHECK(xdr(Type::bytes, "zz") == "BAD_VALUE: 'zz' is not bytes: pairs of hex digits are needed");
    CHECK(xdr(Type::address, "x").starts_with("BAD_ADDRESS: the address "));
    CHECK(xdr(Type::contract_id, "x").starts_with("BAD_ADDRESS: the contract address "));
}
