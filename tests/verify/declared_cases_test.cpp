// Every acceptance case of declared checks, as far as it needs neither a database nor a server: declared/cases.json.
#include "base/int128.hpp"
#include "stellar/base64.hpp"
#include "stellar/ledger_key.hpp"
#include "vectors/description.hpp"
#include "verify/compare.hpp"
#include "verify/declared/case.hpp"
#include "verify/declared_verifier.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <set>

using simdjson::dom::element;
using verify::DeclaredVerifier;
using verify::Question;

namespace {

/// What the devnet would answer.
struct Chain {
    struct Entry {
        std::string xdr;
        bool archived = false;
    };
    std::map<std::string, Entry> entries;                             // by ledger key
    std::map<std::string, std::pair<std::string, std::string>> calls; // error, result by envelope
    std::set<std::string> asked;

    void put(const std::string& key, const stellar::ScVal& value, bool archived = false) {
        entries[key] = {key.substr(0, 4) + std::string(4, '\0') + key.substr(4) + stellar::encode_scval(value),
                        archived};
    }
};

stellar::ScAddress contract_in(element object) {
    return vectors::to_sc_address(std::string_view(object["contract"]));
}

std::string key_of(element object) {
    std::string key;
    const bool persistent = std::string_view(object["durability"]) == "persistent";
    stellar::append_contract_data_key(key, contract_in(object), vectors::to_scval(object["key"]),
                                      persistent ? stellar::Durability::persistent : stellar::Durability::temporary);
    return key;
}

Chain chain_of(element one) {
    Chain chain;
    element description;
    if (one["chain"].get(description) != simdjson::SUCCESS) return chain;
    for (const element contract : description["contracts"].get_array()) {
        auto instance = std::make_shared<stellar::ScInstance>();
        instance->wasm_hash = vectors::to_hash(vectors::from_hex(std::string_view(contract["instance"]["executable"])));
        stellar::ScMap storage;
        for (const element row : contract["instance"]["storage"].get_array()) {
            storage.push_back({vectors::to_scval(row.at(0)), vectors::to_scval(row.at(1))});
        }
        if (!storage.empty()) instance->storage = std::move(storage);
        std::string key;
        stellar::append_contract_instance_key(key, vectors::to_sc_address(std::string_view(contract["address"])).id);
        chain.put(key, {stellar::ScValType::contract_instance, std::shared_ptr<const stellar::ScInstance>(instance)});
    }
    simdjson::dom::array list;
    if (description["entries"].get(list) == simdjson::SUCCESS) {
        for (const element entry : list) {
            chain.put(key_of(entry), vectors::to_scval(entry["value"]), vectors::has(entry, "archived"));
        }
    }
    if (description["calls"].get(list) == simdjson::SUCCESS) {
        for (const element call : list) {
            verify::Call asked{contract_in(call).id, vectors::text(call, "function"), {}};
            for (const element argument : call["arguments"].get_array()) {
                asked.arguments.push_back(vectors::to_scval(argument));
            }
            auto& [error, result] = chain.calls[verify::envelope_of(asked)];
            if (vectors::has(call, "error"))
                error = vectors::text(call, "error");
            else
                result = stellar::encode_scval(vectors::to_scval(call["result"]));
        }
    }
    return chain;
}

constexpr std::uint32_t ledger = 900;

/// Asks what the verifier asks for, until there is a value or an error.
verify::Reading read(Chain& chain, const DeclaredVerifier& verifier, verify::Claim& claim) {
    const verify::Target target;
    Question question = verifier.first_question(claim, target);
    for (int questions = 0; questions < 4; ++questions) {
        verify::Reading reading = Question::contract;
        if (question == Question::contract) {
            const auto found = chain.calls.find(verify::envelope_of(verifier.call(claim, target)));
            REQUIRE(found != chain.calls.end());
            reading = verifier.read_call(claim, found->second.first, found->second.second, ledger);
        } else {
            verify::Keys keys;
            verifier.keys(question, claim, target, keys);
            REQUIRE(keys.size() == 1);
            if (question == Question::storage) chain.asked.insert(stellar::to_base64(keys[0]));
            verify::Stored stored{keys[0], std::nullopt, std::nullopt, false};
            if (const auto found = chain.entries.find(keys[0]); found != chain.entries.end()) {
                stored = {keys[0], found->second.xdr, 800, found->second.archived};
            }
            reading = verifier.read_entries(question, claim, target, {&stored, 1}, ledger);
        }
        if (const auto* next = std::get_if<Question>(&reading)) {
            question = *next;
        } else if (const auto* learnt = std::get_if<verify::Identified>(&reading)) {
            verifier.identify(claim, *learnt);
            question = learnt->next;
        } else {
            return reading;
        }
    }
    FAIL("too many questions");
    return Question::contract;
}

std::string text_of(const base::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    return "null";
}

std::string text_of(const base::Fields& fields) {
    std::string out;
    for (const base::Field& field : fields) out += field.name + "=" + text_of(field.value) + " ";
    return out;
}

/// The case's difference in the same form. It writes booleans as PostgreSQL does.
std::string text_of(element difference, const verify::Declaration& declaration) {
    const std::string path = vectors::text(difference, "path");
    bool is_bool = false;
    for (const verify::Comparison& line : declaration.comparisons) {
        const bool kind =
            line.kind == verify::Comparison::Kind::boolean || line.kind == verify::Comparison::Kind::exists;
        is_bool = is_bool || (line.path == path && kind);
    }
    std::string out;
    for (const auto& [name, value] : difference.get_object()) {
        std::string text = value.is_null()   ? "null"
                           : value.is_bool() ? (bool(value) ? "true" : "false")
                                             : std::string(std::string_view(value));
        if (is_bool && name != "path" && (text == "t" || text == "f")) text = text == "t" ? "true" : "false";
        out += std::string(name) + "=" + text + " ";
    }
    return out;
}

struct Outcome {
    std::size_t matched = 0;
    std::vector<std::string> errors;     // "check/id reason"
    std::vector<std::string> mismatches; // "check/id PRIORITY path=... ..."
};

void run_row(Chain& chain, const DeclaredVerifier& verifier, const verify::Row& row, Outcome& out) {
    const std::string item = verifier.declaration().name + "/" + std::string(row.id()) + " ";
    auto claim = verify::claim_of(verifier, row, {});
    const auto fail = [&](const verify::Unverifiable& why) {
        out.errors.push_back(item + std::string(name(why.reason)));
        CHECK_FALSE(why.text.empty());
    };
    if (!claim) return fail(claim.error());
    const verify::Reading reading = read(chain, verifier, *claim);
    if (const auto* why = std::get_if<verify::Unverifiable>(&reading)) return fail(*why);
    const auto& value = std::get<verify::ChainValue>(reading);
    const auto difference = verify::compare(*claim, value, {});
    if (!difference) {
        ++out.matched;
        return;
    }
    CHECK(verifier.says_the_same(*claim, *difference));
    const verify::Shown shown = verifier.show(*difference);
    std::string text = item + std::string(name(verifier.profile().priority)) + " ";
    for (const base::Field& field : shown.extent) {
        if (field.name != "differences") continue;
        for (const base::Field& line : std::get<base::Fields>(field.value)) {
            text += text_of(std::get<base::Fields>(line.value)) + "| ";
        }
    }
    if (value.seen.archived) text += "archived";
    out.mismatches.push_back(text);
}

std::string expected_mismatch(element mismatch, const verify::Declaration& declaration) {
    std::string text = vectors::text(mismatch, "check") + "/" + vectors::text(mismatch, "resourceId") + " " +
                       vectors::text(mismatch, "priority") + " ";
    for (const element difference : mismatch["differences"].get_array()) {
        text += text_of(difference, declaration) + "| ";
    }
    if (vectors::has(mismatch, "archived")) text += "archived";
    return text;
}

void run_case(element one) {
    const auto declarations = verify::parse_declarations(declared::tables_of(vectors::text(one, "declaration")), {});
    REQUIRE(declarations);
    Chain chain = chain_of(one);
    std::vector<std::unique_ptr<DeclaredVerifier>> verifiers;
    Outcome all;
    std::vector<std::string> mismatches;
    std::vector<std::string> errors;
    for (const verify::Declaration& declaration : *declarations) {
        const DeclaredVerifier& verifier =
            *verifiers.emplace_back(std::make_unique<DeclaredVerifier>(declaration, verifiers.size()));
        Outcome out;
        declared::Page page(declaration.columns);
        std::size_t rows = 0;
        for (const element row : one["rows"][declaration.name].get_array()) {
            declared::Page::Columns columns;
            for (const auto& [name, value] : row.get_object()) {
                columns[std::string(name)] =
                    value.is_null() ? std::nullopt : std::optional(std::string(std::string_view(value)));
            }
            page.add(std::move(columns));
            run_row(chain, verifier, page.row(rows++), out);
        }
        const element expected = one["expect"]["checks"][declaration.name];
        INFO("check " << declaration.name);
        CHECK(out.matched == std::uint64_t(expected["matched"]));
        CHECK(out.mismatches.size() == std::uint64_t(expected["mismatched"]));
        CHECK(out.errors.size() == std::uint64_t(expected["errors"]));
        all.errors.insert(all.errors.end(), out.errors.begin(), out.errors.end());
        all.mismatches.insert(all.mismatches.end(), out.mismatches.begin(), out.mismatches.end());
        simdjson::dom::array list;
        if (one["expect"]["mismatches"].get(list) != simdjson::SUCCESS) continue;
        for (const element mismatch : list) {
            if (vectors::text(mismatch, "check") == declaration.name)
                mismatches.push_back(expected_mismatch(mismatch, declaration));
        }
    }
    CHECK(all.mismatches == mismatches);
    simdjson::dom::array list;
    if (one["expect"]["errors"].get(list) == simdjson::SUCCESS) {
        for (const element error : list) {
            errors.push_back(vectors::text(error, "operation") + "/" + vectors::text(error, "resourceId") + " " +
                             vectors::text(error, "reason"));
        }
    }
    CHECK(all.errors == errors);
    if (one["ledgerKeys"].get(list) != simdjson::SUCCESS) return;
    std::set<std::string> keys;
    for (const element key : list) {
        // A row whose contract is an account is an error before anything is asked.
        if (!vectors::text(key, "contract").starts_with("G")) keys.insert(vectors::text(key, "ledgerKey"));
    }
    CHECK(chain.asked == keys);
}

} // namespace

TEST_CASE("Declared checks: every case that needs rows and a chain alone", "[declared]") {
    std::size_t run = 0;
    vectors::File("../verify/declared/cases.json").for_each([&run](element one) {
        if (!vectors::has(one, "rows")) return;
        run_case(one);
        ++run;
    });
    CHECK(run == 18);
}

TEST_CASE("Declared checks: what is wrong with a declaration, all at once", "[declared]") {
    const std::map<std::string, std::vector<std::string>> sentences{
        {"b01",
         {"6: check a: columns: unknown key `columns`; a check has the keys name, rows, contract, read, asset, "
          "compare, priority, absent-errors, and no other"}},
        {"b02", {"1: a check: name is missing: lower-case letters, digits and -, 31 at most, a letter first"}},
        {"b04", {"3: check a: rows: one SELECT, with the column id"}},
        {"b05",
         {"5: check a: read, column 1: `storage` is not something to read: it begins with persistent, temporary, "
          "instance, executable, balance or call"}},
        {"b06",
         {"5: check a: read, column 17: `id` alone is not a key; write id() for a variant, 'id': symbol for a symbol, "
          "id: u64 for a column"}},
        {"b08",
         {"5: check a: read, column 21: `int` is not a type; the types are bool, u32, i32, u64, i64, u128, i128, u256, "
          "i256, timepoint, duration, symbol, string, bytes, address, variant, contract-id"}},
        {"b10", {"5: check a: read, column 24: `)` is missing"}},
        {"b11", {"4: check a: contract: is an account (G...), not a contract (C...)"}},
        {"b12", {"4: check a: contract: checksum does not match"}},
        {"b14", {"6: check a: asset: only a balance has one"}},
        {"b15", {"6: check a: absent-errors: only a call has them"}},
        {"b16", {"1: check a: compare is missing: a line for each part of the value"}},
        {"b17",
         {"8: check a: compare, line 1, column 5: `u64` is not a way to compare; these are number, bool, text, "
          "address, bytes, variant; did you mean number? An integer of any width is one"}},
        {"b19",
         {"8: check a: compare, line 1, column 4: the path `.x` is followed by `:` and how to compare: one of number, "
          "bool, text, address, bytes, variant"}},
        {"b21",
         {"8: check a: compare, line 1, column 23: within needs a number that is not negative, such as within 0.01 or "
          "within 0.5%",
          "9: check a: compare, line 2, column 16: `rounded` is not an option; these are within, absent, unless null"}},
        {"b23", {"8: check a: compare, line 1, column 24: `a` stands twice"}},
        {"b25",
         {"8: check a: compare, line 1, column 17: `?` compares a NULL as None, unless null skips it: write one of the "
          "two"}},
        {"b27", {"6: check a: priority: normal or critical"}},
    };
    std::size_t run = 0;
    vectors::File("../verify/declared/cases.json").for_each([&](element one) {
        const std::string id = vectors::text(one, "id");
        if (!id.starts_with("b")) return;
        ++run;
        const auto result = verify::parse_declarations(declared::tables_of(vectors::text(one, "declaration")), {});
        REQUIRE_FALSE(result);
        std::vector<std::string> found;
        for (const auto& fault : result.error()) found.push_back(std::to_string(fault.line) + ": " + fault.sentence());
        CHECK(found == sentences.at(id));
    });
    CHECK(run == sentences.size());
}

TEST_CASE("Declared checks: all examples are declarations", "[declared]") {
    const auto result = verify::parse_declarations(declared::tables_of(declared::read_file("examples.toml")), {});
    if (!result) {
        for (const auto& fault : result.error()) UNSCOPED_INFO(fault.line << ": " << fault.sentence());
    }
    REQUIRE(result);
    CHECK(result->size() == 25);
}
