#include "verify/declared_verdict.hpp"

#include "verify/declared/case.hpp"

#include <catch2/catch.hpp>

using stellar::ScVal;
using stellar::ScValType;
using verify::Verdict;

namespace {

ScVal u32(std::uint32_t value) {
    return {ScValType::u32, value};
}
ScVal i128(base::i128 value) {
    return {ScValType::i128, value};
}
ScVal text(std::string_view value) {
    return {ScValType::string, std::string(value)};
}
const ScVal none{ScValType::void_, std::monostate{}};

ScVal map(std::vector<std::pair<ScVal, ScVal>> rows) {
    stellar::ScMap out;
    for (auto& [key, value] : rows) out.push_back({key, value});
    return {ScValType::map, std::optional(out)};
}
/// A struct with the field x.
ScVal with_x(ScVal x) {
    return map({{stellar::symbol("x"), std::move(x)}});
}

/// The verdict in words: "= ", or "line database/chain ..." and "! reason text".
std::string judge(const std::string& lines, const declared::Page::Columns& row, const std::optional<ScVal>& found,
                  const std::string& read = "persistent T(id: u64)") {
    std::string toml = "[[check]]\nname='a'\nrows='SELECT 1'\nread=\"" + read + "\"\ncompare='''\n" + lines + "'''\n";
    toml += read.starts_with("balance") ? "asset='native'\n" : "contract='c'\n";
    const auto declarations = verify::parse_declarations(declared::tables_of(toml), {});
    if (!declarations) return declarations.error().front().sentence();
    const verify::Declaration& declaration = declarations->front();
    declared::Page page(declaration.columns);
    page.add(row);
    const std::string xdr = found ? stellar::encode_scval(*found) : "";
    const Verdict verdict =
        verify::verdict_of(declaration, page.row(0), found ? std::optional(stellar::ScView(xdr)) : std::nullopt);
    const auto said = [](const verify::LineValue& value) {
        if (const auto* content = std::get_if<std::string>(&value)) return *content;
        if (const auto* flag = std::get_if<bool>(&value)) return std::string(*flag ? "true" : "false");
        return std::string("null");
    };
    std::string out;
    for (const auto& line : verdict.differences) {
        out +=
            std::to_string(line.line) + " " + said(line.database) + "/" + (line.absent ? "absent" : said(line.chain));
        if (line.size) out += " " + signed_size(declaration, line);
        out += " ";
    }
    for (const auto& line : verdict.not_compared)
        out += "! " + std::string(name(line.why.reason)) + " " + line.why.text + " ";
    if (out.empty()) out = "= ";
    if (verdict.absent) out += "(absent)";
    return out;
}

} // namespace

TEST_CASE("Numbers: every integer, decimals, tolerance, at least, at most", "[declared]") {
    const auto number = [](const std::string& rest, const char* column, const ScVal& chain) {
        return judge(".x: number" + rest + "\n", {{"n", column}}, with_x(chain));
    };
    CHECK(number(" = n", "-1", {ScValType::i32, std::int32_t{-1}}) == "= ");
    CHECK(number(" = n", "-1", {ScValType::i64, std::int64_t{-1}}) == "= ");
    CHECK(number(" = n", "7", {ScValType::timepoint, std::uint64_t{7}}) == "= ");
    CHECK(number(" = n", "7", {ScValType::duration, std::uint64_t{7}}) == "= ");
    CHECK(number(" = n", "340282366920938463463374607431768211455",
                 {ScValType::u256, std::array<std::uint64_t, 4>{0, 0, ~0ULL, ~0ULL}}) == "= ");
    CHECK(number(" = n", "-170141183460469231731687303715884105728",
                 {ScValType::i256, std::array<std::uint64_t, 4>{~0ULL, ~0ULL, 1ULL << 63, 0}}) == "= ");
    CHECK(number(" = n", "0", {ScValType::u256, std::array<std::uint64_t, 4>{0, 1, 0, 0}}) ==
          "! DECODE .x: does not fit into 128 bits ");
    CHECK(number(" = n", "0", {ScValType::i256, std::array<std::uint64_t, 4>{~0ULL, ~0ULL, (1ULL << 63) - 1, ~0ULL}}) ==
          "! DECODE .x: does not fit into 128 bits ");
    CHECK(number(" = n", "1", text("1")) == "! DECODE .x: is a string, not a number ");
    CHECK(number(" = n", "0.5", i128(1)) == "= ");
    CHECK(number(" = n", "-0.5", i128(-1)) == "= ");
    CHECK(number("(38) = n", "1e-38", i128(1)) == "= ");
    CHECK(number(" = n", "-340282366920938463463374607431768211455", i128(0)).starts_with("! BAD_VALUE .x: n: "));
    CHECK(number(" = n", "-170141183460469231731687303715884105728", i128(base::i128_max)) ==
          "0 -170141183460469231731687303715884105728/170141183460469231731687303715884105727 "
          "+340282366920938463463374607431768211455 ");

    CHECK(number("(7) = n within 0.0001", "1.0001", i128(10'000'000)) == "= ");
    CHECK(number("(7) = n within 0.0001", "1.0001001", i128(10'000'000)) == "0 1.0001001/1.0000000 -0.0001001 ");
    CHECK(number(" = n within 0.5", "2", u32(1)) == "0 2/1 -1 ");
    CHECK(number(" = n within 0.5%", "995", u32(1000)) == "= ");
    CHECK(number(" = n within 0.5%", "994", u32(1000)) == "0 994/1000 +6 ");
    CHECK(number(" = n within 0.5%", "1005", u32(1000)) == "= ");
    CHECK(number(" = n within 100%", "-170141183460469231731687303715884105728", i128(0)) ==
          "0 -170141183460469231731687303715884105728/0 +170141183460469231731687303715884105728 ");
    CHECK(number(" >= n", "5", u32(5)) == "= ");
    CHECK(number(" >= n", "5", u32(6)) == "= ");
    CHECK(number(" >= n", "5", u32(4)) == "0 5/4 -1 ");
    CHECK(number(" <= n", "5", u32(4)) == "= ");
    CHECK(number(" <= n", "5", u32(6)) == "0 5/6 +1 ");
    CHECK(number(" <= n within 1", "5", u32(6)) == "= ");
    CHECK(number(" >= n within 1", "5", u32(3)) == "0 5/3 -2 ");
}

TEST_CASE("The other kinds", "[declared]") {
    const auto line = [](const std::string& kind, const char* column, const ScVal& chain) {
        return judge(".x: " + kind + "\n", {{"c", column}}, with_x(chain));
    };
    CHECK(line("bool = c", "t", {ScValType::boolean, true}) == "= ");
    CHECK(line("bool = c", "false", {ScValType::boolean, true}) == "0 false/true ");
    CHECK(line("bool = c", "no", {ScValType::boolean, true}).starts_with("! BAD_VALUE .x: c: "));
    CHECK(line("bool = c", "t", u32(1)) == "! DECODE .x: is a u32, not a bool ");
    CHECK(line("text = c", "a", text("a")) == "= ");
    CHECK(line("text = c", "a", stellar::symbol("b")) == "0 a/b ");
    CHECK(line("text = c", "a", stellar::bytes("a")) == "! DECODE .x: is a bytes, not a text ");
    CHECK(line("bytes = c", "\\x00FF", stellar::bytes(std::string("\0\xff", 2))) == "= ");
    CHECK(line("bytes = c", "00", stellar::bytes("a")) == "0 00/61 ");
    CHECK(line("bytes = c", "0", stellar::bytes("a")).starts_with("! BAD_VALUE"));
    CHECK(line("bytes = c", "00", text("a")) == "! DECODE .x: is a string, not bytes ");

    const char* const alice = "GCP67YOO65K4XLBY47YLKISYFCWU3WJAM5JAEM7RKP7TN2NKKYU3MJWS";
    const char* const muxed = "MCP67YOO65K4XLBY47YLKISYFCWU3WJAM5JAEM7RKP7TN2NKKYU3MAAAAAAAAAAAA6YMI";
    stellar::ScAddress holder = stellar::to_sc_address(*stellar::parse_wallet(alice));
    CHECK(line("address = c", alice, stellar::address(holder)) == "= ");
    CHECK(line("address = c", muxed, stellar::address(holder)) == "= ");
    holder.kind = stellar::ScAddress::Kind::muxed_account;
    holder.mux_id = 9;
    CHECK(line("address = c", alice, stellar::address(holder)) == "= ");
    holder.kind = stellar::ScAddress::Kind::muxed_contract;
    CHECK(line("address = c", alice, stellar::address(holder)).starts_with("0 G"));
    CHECK(line("address = c", "x", stellar::address(holder)).starts_with("! BAD_ADDRESS .x: c: the address "));
    CHECK(line("address = c", alice, u32(1)) == "! DECODE .x: is a u32, not an address ");

    const std::string mapped = "variant = c {a: A|2, 'b c': B}";
    CHECK(line(mapped, "a", stellar::symbol("A")) == "= ");
    CHECK(line(mapped, "a", u32(2)) == "= ");
    CHECK(line(mapped, "b c", stellar::vec({stellar::symbol("B"), u32(1)})) == "= ");
    CHECK(line(mapped, "a", u32(3)) == "0 a/3 ");
    CHECK(line(mapped, "a", stellar::symbol("Other")) == "0 a/Other ");
    CHECK(line(mapped, "z", stellar::symbol("A")) == "! BAD_VALUE .x: c: the map of the line lacks 'z' ");
    CHECK(line("variant = c", "a", stellar::vec({u32(1)})) ==
          "! DECODE .x: is a vec, not a variant (Vec[Symbol, ...], Symbol or u32) ");
    CHECK(line("variant = c", "a", u32(1)) ==
          "! DECODE .x: is a u32, an enum of numbers: the line needs a map, such as {open: 0} ");
}

TEST_CASE("Options: None and NULL, unless null", "[declared]") {
    const auto null = [](const std::string& rest, const ScVal& chain) {
        return judge(".x: number" + rest + "\n", {{"n", std::nullopt}}, with_x(chain));
    };
    CHECK(null("? = n", none) == "= ");
    CHECK(null("? = n", u32(1)) == "0 null/1 ");
    CHECK(null("? = n", text("a")) == "! DECODE .x: is a string, not a number ");
    CHECK(null(" = n", none) == "! BAD_VALUE .x: n is NULL ");
    CHECK(null(" = n unless null", none) == "= ");
    CHECK(null(" = n absent null", u32(1)) == "0 null/1 ");
    CHECK(judge(".x: number? = n\n", {{"n", "1"}}, with_x(none)) == "0 1/null ");
    CHECK(judge(".x: number = n\n", {{"n", "1"}}, with_x(none)) ==
          "! DECODE .x: the value is None: did you mean number? ");
}

TEST_CASE("Paths: fields, elements, entries, counts", "[declared]") {
    const ScVal inner = map({{u32(0), text("zero")}, {stellar::vec({stellar::symbol("K"), u32(5)}), text("five")}});
    const ScVal value = map({{stellar::symbol("list"), stellar::vec({inner, u32(2)})}, {stellar::symbol("opt"), none}});
    const auto at = [&](const std::string& path, const char* column, const std::string& kind = "text") {
        return judge(path + ": " + kind + " = c\n", {{"c", column}, {"k", "5"}}, value);
    };
    CHECK(at(".list[0][0: u32]", "zero") == "= ");
    CHECK(at(".list[0][K(k: u32)]", "five") == "= ");
    CHECK(at(".list[1]", "2", "number") == "= ");
    CHECK(at("count .list", "2", "number") == "= ");
    CHECK(at("count .list", "3", "number") == "0 3/2 -1 ");
    CHECK(at("count .list[0]", "2", "number") == "= ");
    CHECK(at("count .", "2", "number") == "= ");
    CHECK(at("count .opt", "2", "number") == "! DECODE count .opt: the value is None: did you mean number? ");
    CHECK(at("count .opt", "2", "number?") == "0 2/null ");
    CHECK(at("count .list[1]", "2", "number") == "! DECODE count .list[1]: is a u32, not a vec or a map ");
    CHECK(judge("count .list: number? = c\n", {{"c", std::nullopt}}, value) == "0 null/2 ");
    CHECK(at(".list[2]", "x") == "0 x/absent (absent)");
    CHECK(at(".list[0]['none': symbol]", "x") == "0 x/absent (absent)");
    CHECK(at(".opt.deeper", "x") == "0 x/absent (absent)");
    CHECK(at(".lits", "x") == "! DECODE .lits: the struct has no field lits; it has list, opt; did you mean list? ");
    CHECK(at(".other", "x") == "! DECODE .other: the struct has no field other; it has list, opt ");
    CHECK(at(".list[1].a", "x") == "! DECODE .list[1].a: is a u32, not a struct ");
    CHECK(at(".list['a': symbol]", "x") == "! DECODE .list['a': symbol]: is a vec, not a map ");
    CHECK(at(".list[0][0]", "x") ==
          "! DECODE .list[0][0]: is a map, not a vec: the key of an entry has a type, such as [0: u32] ");
    CHECK(at(".list[1][0]", "x") == "! DECODE .list[1][0]: is a u32, not a vec ");
    CHECK(at(".list[0][k: bool]", "x").starts_with("! BAD_VALUE .list[0][k: bool]: k: "));
    CHECK(at(".list[0][missing: u32]", "x") ==
          "! BAD_VALUE .list[0][missing: u32]: missing is NULL: there is nothing to look up ");
}

TEST_CASE("Absence differs from everything, unless a line says otherwise", "[declared]") {
    const auto absent = [](const std::string& line, std::optional<std::string> column) {
        return judge(line + "\n", {{"c", std::move(column)}}, std::nullopt);
    };
    CHECK(absent(".: number? = c", std::nullopt) == "0 null/absent (absent)");
    CHECK(absent(".: number = c", "x") == "0 x/absent (absent)");
    CHECK(absent(".: number = c absent 0", "0") == "= (absent)");
    CHECK(absent(".: number(7) = c absent 1.5", "2") == "0 2/1.5000000 -0.5000000 (absent)");
    CHECK(absent(".: number = c absent 0", std::nullopt) == "! BAD_VALUE .: c is NULL (absent)");
    CHECK(absent(".: number? = c absent 0", std::nullopt) == "0 null/0 (absent)");
    CHECK(absent(".: number = c absent 0", "x").starts_with("! BAD_VALUE .: c: 'x': "));
    CHECK(absent(".: number = c absent null", std::nullopt) == "= (absent)");
    CHECK(absent(".: number = c absent null", "1") == "0 1/null (absent)");
    CHECK(absent(".: bool = c absent false", "f") == "= (absent)");
    CHECK(absent(".: bytes = c absent '00'", "\\x00") == "= (absent)");
    CHECK(absent(".: variant = c {a: A} absent 'none'", "none") == "= (absent)");
    CHECK(absent(".: variant = c {a: A} absent 'none'", "a") == "0 a/none (absent)");
    CHECK(absent(".: address = c absent 'GCP67YOO65K4XLBY47YLKISYFCWU3WJAM5JAEM7RKP7TN2NKKYU3MJWS'",
                 "MCP67YOO65K4XLBY47YLKISYFCWU3WJAM5JAEM7RKP7TN2NKKYU3MAAAAAAAAAAAA6YMI") == "= (absent)");
    // Lines that are not compared accept nothing.
    CHECK(absent(".: number = c unless null", std::nullopt) == "0 null/absent (absent)");
    CHECK(absent(".a: number = c absent 0\n.b: number = d unless null", "0") == "= (absent)");
}

TEST_CASE("A function that returns None has nothing to give", "[declared]") {
    const auto call = [](const std::string& lines, std::optional<std::string> column, const ScVal& answer) {
        return judge(lines + "\n", {{"c", std::move(column)}}, answer, "call f()");
    };
    CHECK(call(".: number = c", "1", none) == "0 1/absent (absent)");
    CHECK(call(".: number? = c", std::nullopt, none) == "= ");
    CHECK(call(".: number? = c", "1", none) == "0 1/null ");
    CHECK(call(".x: number? = c", std::nullopt, none) == "0 null/absent (absent)");
    CHECK(call("exists = c", "f", none) == "= (absent)");
    CHECK(call("exists = c", "t", none) == "0 true/false (absent)");
    CHECK(call(".: number = c", "1", u32(1)) == "= ");
    // An entry that holds None is there.
    CHECK(judge("exists = c\n", {{"c", "t"}}, none) == "= ");
}

TEST_CASE("exists: alone if it differs or nothing should be there", "[declared]") {
    const auto both = [](std::optional<std::string> exists, const std::optional<ScVal>& found) {
        return judge("exists = c\n.x: number = n\n", {{"c", std::move(exists)}, {"n", "1"}}, found);
    };
    CHECK(both("t", with_x(u32(1))) == "= ");
    CHECK(both("t", with_x(u32(2))) == "1 1/2 +1 ");
    CHECK(both("t", std::nullopt) == "0 true/false (absent)");
    CHECK(both("f", std::nullopt) == "= (absent)");
    CHECK(both("f", with_x(u32(2))) == "0 false/true ");
    CHECK(both(std::nullopt, with_x(u32(2))) == "1 1/2 +1 ! BAD_VALUE exists: c is NULL ");
    CHECK(both("maybe", with_x(u32(1))).starts_with("! BAD_VALUE exists: c: 'maybe' is not a bool"));
}

TEST_CASE("One verdict per row: what differs comes before what cannot be compared", "[declared]") {
    CHECK(judge(".x: number = n\n.x: number = m\n.x: text = t\n", {{"n", "1"}, {"m", "2"}, {"t", "a"}},
                with_x(u32(1))) == "1 2/1 -1 ! DECODE .x: is a u32, not a text ");
}

TEST_CASE("Spelling alone", "[declared]") {
    CHECK(verify::is_spelling("in_transit", "InTransit"));
    CHECK(verify::is_spelling("In Transit", "in-transit"));
    CHECK_FALSE(verify::is_spelling("a", "a"));
    CHECK_FALSE(verify::is_spelling("PAUSED", "Active"));
}
