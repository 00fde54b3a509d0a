#include "verify/declared_verifier.hpp"

#include "stellar/contract_call.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"
#include "verify/compare.hpp"
#include "verify/declared/case.hpp"

#include <catch2/catch.hpp>

using stellar::ScVal;
using stellar::ScValType;
using verify::Question;
using verify::Reading;
using verify::Unverifiable;

namespace {

const std::string alice = "GCP67YOO65K4XLBY47YLKISYFCWU3WJAM5JAEM7RKP7TN2NKKYU3MJWS";
const std::string bob = "GDFTJVMAFSW7KEWIUKRQODKAUNXVQBFXKTTPIMJHM46SX3TCCGMI4LNZ";
const std::string contract = "CCONWPAU2HP2MZGTKIH6NL2EOVIB5CIKVCCVH6NBELKJZJHYPJQCQNF7";
const std::string other = "CAUJVIQ7RAFBTSR5S72CLHEXDQNGGLRQWXUYJQRP2NM5GI3M3HQR6CVS";

/// One declaration and one row, and the conversation about it.
class Item {
  public:
    Item(const std::string& keys, declared::Page::Columns row)
        : verifier_(parse(keys), 3), page_(verifier_.declaration().columns) {
        target_.network_passphrase = stellar::test_network_passphrase;
        row.emplace("id", "7");
        page_.add(std::move(row));
    }

    const verify::DeclaredVerifier& verifier() const { return verifier_; }
    const verify::Target& target() const { return target_; }

    std::string claim() {
        auto claim = verify::claim_of(verifier_, page_.row(0), target_);
        if (!claim) return std::string(name(claim.error().reason)) + ": " + claim.error().text;
        claim_ = *claim;
        question_ = verifier_.first_question(claim_, target_);
        return "";
    }
    Question question() const { return question_; }
    std::string key() const {
        verify::Keys keys;
        verifier_.keys(question_, claim_, target_, keys);
        return keys[0];
    }

    /// The next answer: contract data under the key asked for, other entry data, or nothing.
    std::string value(const ScVal& value) {
        const std::string asked = key();
        return entry(asked.substr(0, 4) + std::string(4, '\0') + asked.substr(4) + stellar::encode_scval(value));
    }
    std::string entry(std::optional<std::string> data) {
        const std::string asked = key();
        verify::Stored stored{asked, std::nullopt, std::nullopt, false};
        if (data) stored = {asked, *data, 800, false};
        return take(verifier_.read_entries(question_, claim_, target_, {&stored, 1}, 900));
    }
    std::string nothing() { return entry(std::nullopt); }
    std::string answer(std::string_view error, std::string_view result) {
        return take(verifier_.read_call(claim_, error, result, 900));
    }
    std::string call() const {
        const verify::Call call = verifier_.call(claim_, target_);
        std::string out = to_strkey(stellar::contract_address(call.contract)) + " " + call.function;
        for (const ScVal& argument : call.arguments) out += " " + std::string(type_name(argument.type));
        return out;
    }
    const verify::ChainValue& chain() const { return chain_; }
    const verify::Claim& the_claim() const { return claim_; }

  private:
    static verify::Declaration parse(const std::string& keys) {
        const auto parsed = verify::parse_declarations(
            declared::tables_of("[[check]]\nname='escrow-funds'\nrows='SELECT 1'\n" + keys), {});
        if (!parsed) FAIL(parsed.error().front().sentence());
        return parsed->front();
    }

    std::string take(const Reading& reading) {
        if (const auto* why = std::get_if<Unverifiable>(&reading))
            return std::string(name(why->reason)) + ": " + why->text;
        if (const auto* next = std::get_if<Question>(&reading)) {
            question_ = *next;
            return "next";
        }
        if (const auto* learnt = std::get_if<verify::Identified>(&reading)) {
            verifier_.identify(claim_, *learnt);
            question_ = learnt->next;
            return "learnt";
        }
        chain_ = std::get<verify::ChainValue>(reading);
        const auto difference = verify::compare(claim_, chain_, {});
        return difference ? verifier_.sentence("7", *difference) : "same";
    }

    verify::DeclaredVerifier verifier_;
    declared::Page page_;
    verify::Target target_;
    verify::Claim claim_;
    Question question_{};
    verify::ChainValue chain_;
};

std::string balance_of(const std::string& asset) {
    return "read='balance w: address'\nasset='" + asset + "'\ncompare='. : number(7) = b absent 0'\n";
}

ScVal i128(base::i128 value) {
    return {ScValType::i128, value};
}

ScVal instance(stellar::ScInstance::Executable executable, std::optional<stellar::ScMap> storage = std::nullopt) {
    auto content = std::make_shared<stellar::ScInstance>();
    content->executable = executable;
    content->wasm_hash = stellar::Hash{0xab};
    content->owner = stellar::contract_address({});
    content->storage = std::move(storage);
    return {ScValType::contract_instance, std::shared_ptr<const stellar::ScInstance>(content)};
}

using Executable = stellar::ScInstance::Executable;

std::string account_data(const std::string& account, std::int64_t balance) {
    std::string data;
    stellar::XdrWriter writer(data);
    writer.u32(0);
    writer.u32(0);
    const auto id = stellar::parse_wallet(account)->id;
    writer.fixed({reinterpret_cast<const char*>(id.data()), id.size()});
    writer.i64(balance);
    writer.i64(1);
    for (int i = 0; i < 6; ++i) writer.u32(0); // sub-entries, inflation, flags, home domain, thresholds, signers
    writer.u32(0);                             // no extension
    return data;
}

} // namespace

TEST_CASE("A declared check's profile", "[declared]") {
    Item item("contract='c'\nread='executable'\npriority='critical'\ncompare='. : bytes = hash'\n", {});
    const verify::Profile& profile = item.verifier().profile();
    CHECK(profile.name == "escrow-funds");
    CHECK(profile.type == "ESCROW_FUNDS");
    CHECK(profile.place == 3);
    CHECK(profile.priority == verify::Priority::critical);
    CHECK(profile.resource->type == "ROW");
    CHECK(profile.scope == "rows of check escrow-funds");
    std::vector<std::string_view> columns;
    for (const verify::Column& column : profile.columns) columns.push_back(column.name);
    CHECK(columns == std::vector<std::string_view>{"id", "title", "c", "hash"});
}

TEST_CASE("A balance of a classic asset: trust line, entry of its contract, account", "[declared]") {
    Item line(balance_of("USDC:" + bob), {{"w", alice}, {"b", "1"}});
    CHECK(line.claim().empty());
    CHECK(line.question() == Question::storage);
    std::string trust_line;
    stellar::append_trust_line_key(trust_line, stellar::parse_wallet(alice)->id, *stellar::parse_asset("USDC:" + bob));
    CHECK(line.key() == trust_line);
    CHECK(line.nothing() == "escrow-funds 7 differs: .: 1 in the database, 0.0000000 on chain (-1.0000000)");
    CHECK(line.entry("rubbish").starts_with("DECODE: the balance cannot be read: "));

    Item token(balance_of("USDC:" + bob), {{"w", contract}, {"b", "1"}});
    CHECK(token.claim().empty());
    std::string entry;
    const auto sac = stellar::asset_contract_id(*stellar::parse_asset("USDC:" + bob), stellar::test_network_passphrase);
    stellar::append_token_balance_key(entry, sac, *stellar::parse_wallet(contract));
    CHECK(token.key() == entry);
    const stellar::ScMap held{{stellar::symbol("amount"), i128(10'000'000)}};
    CHECK(token.value({ScValType::map, std::optional(held)}) == "same");
    CHECK(token.nothing() == "next");
    CHECK(token.question() == Question::existence);
    CHECK(token.nothing().starts_with("CONTRACT: there is no contract C"));

    Item native(balance_of("native"), {{"w", alice}, {"b", "1"}});
    CHECK(native.claim().empty());
    std::string account;
    stellar::append_account_key(account, stellar::parse_wallet(alice)->id);
    CHECK(native.key() == account);
    CHECK(native.entry(account_data(alice, 10'000'000)) == "same");
    CHECK(native.chain().seen.last_modified_ledger == 800u);
    CHECK(native.verifier().show(native.chain()) == "1 lines compared");
    CHECK(native.entry(account_data(bob, 1)).starts_with("DECODE: the balance cannot be read: "));
    CHECK(native.nothing().starts_with("escrow-funds 7 differs"));
    CHECK(native.verifier().show(native.chain()) == "nothing");
}

TEST_CASE("A balance of a token by its contract: what it is of is asked first, for accounts", "[declared]") {
    const auto asset = *stellar::parse_asset("USDC:" + bob);
    const std::string sac =
        to_strkey(stellar::contract_address(stellar::asset_contract_id(asset, stellar::test_network_passphrase)));
    const stellar::ScMap code{
        {stellar::symbol("asset_code"), {ScValType::string, std::string("USDC")}},
        {stellar::symbol("issuer"), stellar::bytes({reinterpret_cast<const char*>(asset.issuer.data()), 32})}};
    const stellar::ScMap info{{stellar::vec({stellar::symbol("AssetInfo")}),
                               stellar::vec({stellar::symbol("AlphaNum4"), {ScValType::map, std::optional(code)}})}};

    Item item(balance_of("a"), {{"w", alice}, {"b", "0"}, {"a", sac}});
    CHECK(item.claim().empty());
    CHECK(item.question() == Question::identity);
    CHECK(item.nothing().starts_with("CONTRACT: there is no contract"));
    CHECK(item.value(stellar::symbol("x")).starts_with("DECODE: the token's instance cannot be read"));
    CHECK(item.value(instance(Executable::stellar_asset, info)) == "learnt");
    std::string trust_line;
    stellar::append_trust_line_key(trust_line, stellar::parse_wallet(alice)->id, asset);
    CHECK(item.key() == trust_line);

    Item issuer(balance_of("a"), {{"w", bob}, {"b", "0"}, {"a", sac}});
    CHECK(issuer.claim().empty());
    CHECK(issuer.value(instance(Executable::stellar_asset, info)) ==
          "BAD_ADDRESS: the holder is the asset's own issuer, which has no balance of it");

    // Another contract that claims to be the asset's is a token of its own.
    Item liar(balance_of("a"), {{"w", alice}, {"b", "0.0000005"}, {"a", other}});
    CHECK(liar.claim().empty());
    CHECK(liar.value(instance(Executable::stellar_asset, info)) == "learnt");
    CHECK(liar.value(i128(5)) == "same");
    CHECK(liar.value({ScValType::contract_instance, instance(Executable::wasm).value}).starts_with("DECODE"));
    CHECK(liar.entry("rubbish").starts_with("DECODE: the balance cannot be read"));
    CHECK(liar.nothing() == "next");
    CHECK(liar.question() == Question::contract);
    CHECK(liar.call() == other + " balance address");
    CHECK(liar.answer("", stellar::encode_scval(i128(5))) == "same");

    // A contract's balance is an entry of the token, whatever the token is; only without one it matters.
    Item held(balance_of("a"), {{"w", contract}, {"b", "0"}, {"a", sac}});
    CHECK(held.claim().empty());
    CHECK(held.question() == Question::storage);
    CHECK(held.nothing() == "next");
    CHECK(held.question() == Question::identity);
    CHECK(held.value(instance(Executable::stellar_asset, info)) == "learnt");
    CHECK(held.nothing() == "next");
    CHECK(held.question() == Question::existence);
    CHECK(held.value(instance(Executable::stellar_asset, info)) == "same");
    CHECK(held.chain().content.get<verify::DeclaredValue>().absent);
}

TEST_CASE("A balance's row is read strictly", "[declared]") {
    const auto claim = [](const std::string& asset, declared::Page::Columns row) {
        return Item(balance_of(asset), std::move(row)).claim();
    };
    CHECK(claim("native", {}) == "BAD_VALUE: w: is NULL: there is nothing to look up");
    CHECK(claim("native", {{"w", "x"}}).starts_with("BAD_ADDRESS: w: the address "));
    CHECK(claim("a", {{"w", alice}}) == "BAD_VALUE: a: is NULL: there is nothing to look up");
    CHECK(claim("a", {{"w", alice}, {"a", "USDC:x"}}).starts_with("BAD_ADDRESS: a: the asset "));
    CHECK(claim("a", {{"w", alice}, {"a", "x"}}).starts_with("BAD_ADDRESS: a: the contract address "));
    CHECK(claim("USDC:" + bob, {{"w", bob}}) ==
          "BAD_ADDRESS: the holder is the asset's own issuer, which has no balance of it");
    CHECK(claim("native", {{"w", alice}, {"a", "x"}}).empty());
}

TEST_CASE("An instance: one key, the whole map, the code", "[declared]") {
    const std::string keys = "contract='" + contract + "'\n";
    const stellar::ScMap storage{{stellar::symbol("n"), i128(5)}};

    Item one(keys + "read=\"instance k: symbol\"\ncompare='. : number = v'\n", {{"k", "n"}, {"v", "5"}});
    CHECK(one.claim().empty());
    CHECK(one.value(instance(Executable::wasm, storage)) == "same");
    CHECK_FALSE(one.chain().seen.last_modified_ledger); // any write to the instance changes it
    CHECK(one.value(instance(Executable::wasm)) == "escrow-funds 7 differs: .: 5 in the database, absent on chain");
    CHECK(one.value(stellar::symbol("x")) == "DECODE: the contract's instance cannot be read: is another value");
    CHECK(one.entry("rubbish").starts_with("DECODE: the contract's instance cannot be read: "));
    CHECK(one.nothing() == "CONTRACT: there is no contract " + contract + " on this network");

    Item whole(keys + "read='instance'\ncompare=\"['n': symbol]: number = v absent 0\"\n", {{"v", "5"}});
    CHECK(whole.claim().empty());
    CHECK(whole.value(instance(Executable::wasm, storage)) == "same");
    CHECK(whole.value(instance(Executable::wasm)) ==
          "escrow-funds 7 differs: ['n': symbol]: 5 in the database, 0 on chain (-5)");

    Item code(keys + "read='executable'\ncompare='. : bytes = v'\n", {{"v", "ab" + std::string(62, '0')}});
    CHECK(code.claim().empty());
    CHECK(code.value(instance(Executable::wasm)) == "same");
    CHECK(code.value(instance(Executable::stellar_asset)).starts_with("DECODE: the contract's code cannot be read: "));
    CHECK(code.nothing().starts_with("CONTRACT: there is no contract"));

    Item deployed(keys + "read='executable'\ncompare='exists = v'\n", {{"v", "f"}});
    CHECK(deployed.claim().empty());
    CHECK(deployed.nothing() == "same");
}

TEST_CASE("Entries: their own faults, and the contract before an absence", "[declared]") {
    Item item("contract='c'\nread='persistent T(k: u32)'\ncompare='''\n.a: number = v\n.b: text = t'''\n",
              {{"c", contract}, {"k", "1"}, {"v", "5"}, {"t", "x"}});
    CHECK(item.claim().empty());
    CHECK(item.entry("rubbish").starts_with("DECODE: the entry cannot be read: "));
    CHECK(item.nothing() == "next");
    CHECK(item.question() == Question::existence);
    CHECK(item.value(instance(Executable::wasm)) ==
          "escrow-funds 7 differs: .a: 5 in the database, absent on chain; .b: x in the database, absent on chain");

    const verify::Difference difference = item.verifier().measure(item.the_claim(), item.chain());
    CHECK(difference.absent);
    CHECK(difference.as<verify::DeclaredDifference>().read == "persistent T(u32 1)");
    CHECK(item.verifier().says_the_same(item.the_claim(), difference));
    const verify::Shown shown = item.verifier().show(difference);
    CHECK(shown.database == ".a 5, .b x");
    CHECK(shown.chain == ".a absent, .b absent");
    CHECK(item.verifier().said(difference).text == ".a absent, .b absent");
    CHECK(item.verifier().steps(difference, {}).size() == 2);
    CHECK(item.verifier().threshold({}).empty());

    const auto claim = [](declared::Page::Columns row) {
        return Item("contract='c'\nread='persistent T(k: string)'\ncompare='. : number = v'\n", std::move(row)).claim();
    };
    CHECK(claim({{"k", "1"}}) == "BAD_ADDRESS: c: is NULL");
    CHECK(claim({{"k", "1"}, {"c", alice}}).starts_with("BAD_ADDRESS: c: the contract address is an account"));
    CHECK(claim({{"c", contract}}) == "BAD_VALUE: k is NULL: there is nothing to look up");
    CHECK(claim({{"c", contract}, {"k", std::string(2000, 'x')}}) == "BAD_VALUE: the key is longer than 1 KiB");
    CHECK(claim({{"c", contract}, {"k", std::string(70'000, 'x')}}) == "BAD_VALUE: the k is longer than 64 KiB");
}

TEST_CASE("Calls: arguments, the contract's own errors, answers", "[declared]") {
    Item item("contract='" + contract +
                  "'\nread=\"call get(k: u32, w: address?, V(true_one: bool))\"\nabsent-errors=[5]\ncompare='. : "
                  "number = v'\n",
              {{"k", "1"}, {"v", "5"}, {"true_one", "t"}});
    CHECK(item.claim().empty());
    CHECK(item.question() == Question::contract);
    CHECK(item.call() == contract + " get u32 void vec");
    CHECK(item.answer("", stellar::encode_scval(i128(5))) == "same");
    CHECK(item.verifier().steps(item.verifier().measure(item.the_claim(), item.chain()), {}) ==
          std::vector<std::string>{"every line that was compared is the same"});
    CHECK(item.answer("", stellar::encode_scval(i128(6))) ==
          "escrow-funds 7 differs: .: 5 in the database, 6 on chain (+1)");
    const verify::Difference difference = item.verifier().measure(item.the_claim(), item.chain());
    CHECK(difference.as<verify::DeclaredDifference>().read == "call get(u32 1, void, V(true))");
    CHECK(item.verifier().show(difference).difference == "+1");
    CHECK(item.answer("", "rubbish").starts_with("DECODE: the answer cannot be read: "));
    CHECK(item.answer("", stellar::encode_scval({ScValType::string, std::string("x")})) ==
          "DECODE: .: is a string, not a number");
    CHECK(item.answer("HostError: Error(Contract, #5)\nlog", "")
              .starts_with("escrow-funds 7 differs: .: 5 in the database, absent"));
    for (const char* error :
         {"HostError: Error(Contract, #6)", "HostError: Error(Contract, #5", "HostError: Error(Contract, #)",
          "Error(Contract, #5)", "HostError: Error(WasmVm, InvalidAction)"}) {
        CHECK(item.answer(std::string(error) + "\nEvent log", "") ==
              "CONTRACT: the contract call failed: " + std::string(error));
    }
    Item wrong("contract='" + contract + "'\nread='call get(k: u32)'\ncompare='. : number = v'\n", {{"k", "x"}});
    CHECK(wrong.claim() == "BAD_VALUE: k: 'x' is not a u32: an integer is needed");
}

TEST_CASE("What is read, for a person", "[declared]") {
    verify::ColumnList columns;
    declared::Page page({"id", "title", "w", "k"});
    page.add({{"w", alice}, {"k", "not a number"}});
    CHECK(verify::parse_declarations(declared::tables_of("[[check]]\nname='a'\nrows='SELECT 1'\nread='balance w: "
                                                         "address'\nasset='native'\ncompare='. : number = k'\n"),
                                     {})
              ->front()
              .read.text(page.row(0)) == "balance of " + alice);
    const auto text = [&page](const std::string& read) {
        return verify::parse_declarations(
                   declared::tables_of("[[check]]\nname='a'\nrows='SELECT 1'\ncontract='w'\nread=\"" + read +
                                       "\"\ncompare='exists = k'\n"),
                   {})
            ->front()
            .read.text(page.row(0));
    };
    CHECK(text("executable") == "executable");
    CHECK(text("call f()") == "call f()");
    CHECK(text("persistent (w: address, (k: string), 'a': symbol)") ==
          "persistent (" + alice + ", (string not a number), symbol a)");
    CHECK(text("temporary T(w: u32)") == "temporary T('" + alice + "')");
}
