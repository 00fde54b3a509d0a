#include "verify/declared_verifier.hpp"

#include "stellar/contract_call.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_key.hpp"
#include "verify/claim.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace verify {
namespace {

using Source = Read::Source;
using stellar::ScValType;
using stellar::ScView;

/// Of balances: the token by its classic asset, or by its contract.
struct Holding {
    stellar::Address holder;
    std::optional<stellar::Asset> asset{};
    stellar::Hash token{}; // if there is no asset
};

struct DeclaredClaim {
    Row row;
    std::optional<stellar::Asset> asset{}; // that the token's contract is of, as learnt from it
    bool token_known = false;              // the contract has been asked
};

const DeclaredClaim& content_of(const Claim& claim) {
    return claim.content.get<DeclaredClaim>();
}

const Row& row_of(const Claim& claim) {
    return content_of(claim).row;
}

/// Precondition of both: claim() has accepted the row.
stellar::Hash contract_of(const Declaration& declaration, const Row& row) {
    return *parse_contract(declaration.contract.of(row));
}

FromColumn<Holding> holding_of(const Declaration& declaration, const Row& row) {
    const auto failed = [](const Operand& operand, const Unverifiable& why) {
        return unverifiable(why.reason, fmt::format("{}: {}", operand.text, why.text));
    };
    const Operand& column = declaration.read.holder;
    const auto text = column.of(row);
    if (!text) return failed(column, {Reason::bad_value, "is NULL: there is nothing to look up"});
    const auto holder = parse_address(*text);
    if (!holder) return failed(column, holder.error());
    const auto token = declaration.asset.of(row);
    if (!token) return failed(declaration.asset, {Reason::bad_value, "is NULL: there is nothing to look up"});
    Holding out{*holder};
    if (*token == "native") {
        out.asset = stellar::Asset();
    } else if (token->find(':') != std::string_view::npos) {
        const auto asset = stellar::parse_asset(*token);
        if (!asset) return failed(declaration.asset, {Reason::bad_address, "the asset " + asset.error()});
        out.asset = *asset;
    } else {
        const auto contract = parse_contract(token);
        if (!contract) return failed(declaration.asset, contract.error());
        out.token = *contract;
    }
    return out;
}

/// With what has been learnt.
Holding holding_of(const Declaration& declaration, const Claim& claim) {
    Holding holding = *holding_of(declaration, row_of(claim));
    if (!holding.asset) holding.asset = content_of(claim).asset;
    return holding;
}

bool is_issuer(const Holding& holding) {
    return holding.asset && !holding.asset->native() && holding.holder.kind == stellar::Address::Kind::account &&
           holding.holder.id == holding.asset->issuer;
}

Unverifiable own_issuer() {
    return {Reason::bad_address, "the holder is the asset's own issuer, which has no balance of it"};
}

bool is_account(const Holding& holding) {
    return holding.holder.kind == stellar::Address::Kind::account;
}

stellar::Hash token_of(const Holding& holding, const Target& target) {
    return holding.asset ? stellar::asset_contract_id(*holding.asset, target.network_passphrase) : holding.token;
}

void append_balance_key(std::string& out, const Holding& holding, const Target& target) {
    if (!holding.asset || !is_account(holding)) {
        return stellar::append_token_balance_key(out, token_of(holding, target), holding.holder);
    }
    if (holding.asset->native()) return stellar::append_account_key(out, holding.holder.id);
    stellar::append_trust_line_key(out, holding.holder.id, *holding.asset);
}

Unverifiable no_contract(const stellar::Hash& contract) {
    return {Reason::contract,
            fmt::format("there is no contract {} on this network", to_strkey(stellar::contract_address(contract)))};
}

/// The contract's own error code; nullopt: another failure.
std::optional<std::uint32_t> error_code(std::string_view error) {
    constexpr std::string_view begin = "HostError: Error(Contract, #";
    if (!error.starts_with(begin)) return std::nullopt;
    error.remove_prefix(begin.size());
    std::uint32_t code = 0;
    const auto [end, problem] = std::from_chars(error.data(), error.data() + error.size(), code);
    const bool sound = problem == std::errc() && end != error.data() + error.size() && *end == ')';
    return sound ? std::optional(code) : std::nullopt;
}

base::Value to_value(const LineValue& value) {
    return std::visit([](const auto& content) -> base::Value { return content; }, value);
}

std::string text_of(const LineValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    return "NULL";
}

std::string chain_text(const LineDifference& difference) {
    if (difference.absent) return "absent";
    return difference.chain == LineValue(nullptr) ? "none" : text_of(difference.chain);
}

} // namespace

DeclaredVerifier::DeclaredVerifier(Declaration declaration, std::size_t place)
    : declaration_(std::move(declaration)), type_(declaration_.name) {
    for (char& c : type_) c = c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    scope_ = fmt::format("rows of check {}", declaration_.name);
    for (const std::string& column : declaration_.columns)
        columns_.push_back({column, column, column == "title", true});
    resource_ =
        Resource{{}, "rows", "ROW", "row", "rows", "rowId", true, "Row", "title", "the column may not hold addresses"};
    profile_.name = declaration_.name;
    profile_.type = type_;
    profile_.place = place;
    profile_.priority = declaration_.priority;
    profile_.resource = &resource_;
    profile_.columns = columns_;
    profile_.every_row = true;
    profile_.scope = scope_;
    profile_.value = "value";
    profile_.subject = declaration_.name;
    profile_.items = profile_.things = {"row", "rows"};
    profile_.contract_in_question = "the contract or the key of the declaration may be wrong";
    profile_.column_in_question = "a column may mean something other than the declaration says";
}

ClaimResult DeclaredVerifier::claim(const Row& row, const Target&) const {
    thread_local std::string scratch; // an allocation per program, not per row
    Claim claim{*this, row.id(), {}, row[1].value_or(""), DeclaredClaim{row}};
    if (balance()) {
        const auto holding = holding_of(declaration_, row);
        if (!holding) return base::Fail<Unverifiable>{holding.error()};
        if (is_issuer(*holding)) return base::Fail<Unverifiable>{own_issuer()};
        claim.address = *declaration_.read.holder.of(row);
        return claim;
    }
    const auto contract = parse_contract(declaration_.contract.of(row));
    if (!contract) {
        return unverifiable(contract.error().reason,
                            fmt::format("{}: {}", declaration_.contract.text, contract.error().text));
    }
    claim.address = *declaration_.contract.of(row);
    scratch.clear();
    if (declaration_.read.key) {
        const auto written = declaration_.read.key->append(scratch, row);
        if (!written) return base::Fail<Unverifiable>{written.error()};
    }
    for (const Pattern& argument : declaration_.read.arguments) {
        const auto written = argument.append(scratch, row, most_value_bytes);
        if (!written) return base::Fail<Unverifiable>{written.error()};
    }
    return claim;
}

Question DeclaredVerifier::first_question(const Claim& claim, const Target&) const {
    if (declaration_.read.source == Source::call) return Question::contract;
    if (!balance()) return Question::storage;
    const Holding holding = holding_of(declaration_, claim);
    return holding.asset || !is_account(holding) ? Question::storage : Question::identity;
}

void DeclaredVerifier::keys(Question question, const Claim& claim, const Target& target, Keys& out) const {
    std::string& key = out.add();
    const Source source = declaration_.read.source;
    if (balance()) {
        const Holding holding = holding_of(declaration_, claim);
        if (question == Question::storage) return append_balance_key(key, holding, target);
        return stellar::append_contract_instance_key(key, token_of(holding, target));
    }
    const stellar::Hash contract = contract_of(declaration_, row_of(claim));
    if (question != Question::storage || source > Source::temporary) {
        return stellar::append_contract_instance_key(key, contract);
    }
    stellar::XdrWriter writer(key);
    writer.u32(static_cast<std::uint32_t>(stellar::LedgerEntryType::contract_data));
    stellar::write_sc_address(writer, stellar::contract_address(contract));
    (void)declaration_.read.key->append(key, row_of(claim)); // claim() has accepted it
    const auto durability =
        source == Source::persistent ? stellar::Durability::persistent : stellar::Durability::temporary;
    writer.u32(static_cast<std::uint32_t>(durability));
}

Call DeclaredVerifier::call(const Claim& claim, const Target& target) const {
    if (balance()) {
        const Holding holding = holding_of(declaration_, claim);
        return {token_of(holding, target), "balance", {stellar::holder_argument(holding.holder)}};
    }
    Call out{contract_of(declaration_, row_of(claim)), declaration_.read.function, {}};
    for (const Pattern& argument : declaration_.read.arguments) {
        std::string xdr;
        (void)argument.append(xdr, row_of(claim), most_value_bytes); // claim() has accepted it
        out.arguments.push_back(*stellar::decode_scval(xdr));
    }
    return out;
}

void DeclaredVerifier::identify(Claim& claim, const Identified& learnt) const {
    auto& content = *claim.content.get_if<DeclaredClaim>();
    content.asset = learnt.asset;
    content.token_known = true;
}

Reading DeclaredVerifier::read_entries(Question question, const Claim& claim, const Target& target,
                                       std::span<const Stored> entries, std::uint32_t ledger) const {
    const Stored& stored = entries.front();
    Sighting seen = sighting(entries, ledger);
    if (!declaration_.read.dated()) seen.last_modified_ledger.reset();
    if (question == Question::identity) return read_token(claim, target, stored);
    if (question == Question::existence) {
        if (stored.entry) return judge(claim, std::nullopt, {ledger, std::nullopt, false});
        return no_contract(balance() ? token_of(holding_of(declaration_, claim), target)
                                     : contract_of(declaration_, row_of(claim)));
    }
    if (balance()) return read_balance(claim, stored, seen);
    if (declaration_.read.source > Source::temporary) return read_instance(claim, stored, seen);
    if (!stored.entry) return Question::existence;
    const auto value = stellar::read_contract_value(stored.key, *stored.entry);
    if (!value) return undecodable("entry", value.error().text);
    return judge(claim, ScView(*value), seen);
}

/// One entry of the instance's storage, the whole of it, or the code that runs it.
Reading DeclaredVerifier::read_instance(const Claim& claim, const Stored& stored, Sighting seen) const {
    const bool executable = declaration_.read.source == Source::executable;
    if (!stored.entry) {
        if (executable && declaration_.exists() != nullptr) return judge(claim, std::nullopt, seen);
        return no_contract(contract_of(declaration_, row_of(claim)));
    }
    const auto value = stellar::read_contract_value(stored.key, *stored.entry);
    if (!value) return undecodable("contract's instance", value.error().text);
    const ScView whole(*value);
    if (whole.type() != ScValType::contract_instance) return undecodable("contract's instance", "is another value");
    const stellar::InstanceView instance = stellar::view_instance(whole);
    if (executable) {
        if (!instance.wasm_hash.empty()) return judge(claim, ScView(ScValType::bytes, instance.wasm_hash), seen);
        return undecodable("contract's code",
                           "it is a Stellar Asset Contract, or a reference: it has no code of its own");
    }
    if (!declaration_.read.key) {
        const ScView none(ScValType::map, {});
        return judge(claim, instance.storage.type() == ScValType::map ? instance.storage : none, seen);
    }
    std::string key;
    (void)declaration_.read.key->append(key, row_of(claim)); // claim() has accepted it
    return judge(claim, instance.storage.entry(key), seen);
}

Reading DeclaredVerifier::read_token(const Claim& claim, const Target& target, const Stored& stored) const {
    Holding holding = holding_of(declaration_, claim);
    if (!stored.entry) return no_contract(holding.token);
    const auto instance = read_entry(stored, stellar::read_contract_instance);
    if (!instance) return undecodable("token's instance", instance.error().text);
    Identified learnt{{}, Question::storage, (*instance)->asset};
    // A contract says of what asset it is; whether it is the asset's is to be seen from its address.
    holding.asset = learnt.asset;
    if (learnt.asset && token_of(holding, target) != holding.token) learnt.asset.reset();
    return learnt.asset && is_issuer(holding) ? Reading(own_issuer()) : learnt;
}

Reading DeclaredVerifier::read_balance(const Claim& claim, const Stored& stored, Sighting seen) const {
    const Holding holding = holding_of(declaration_, claim);
    if (holding.asset && is_account(holding)) {
        if (!stored.entry) return judge(claim, std::nullopt, seen);
        const auto balance = holding.asset->native() ? stellar::read_account_balance(stored.key, *stored.entry)
                                                     : stellar::read_trust_line_balance(stored.key, *stored.entry);
        if (!balance) return undecodable("balance", balance.error().text);
        std::string bytes;
        stellar::XdrWriter(bytes).i64(*balance);
        return judge(claim, ScView(ScValType::i64, bytes), seen);
    }
    // A token that is not a Stellar Asset Contract may keep balances in its own way: its function knows.
    const Question next = content_of(claim).token_known ? Question::contract : Question::identity;
    if (!stored.entry) return holding.asset ? Question::existence : next;
    const auto value = stellar::read_contract_value(stored.key, *stored.entry);
    if (!value) return undecodable("balance", value.error().text);
    ScView balance(*value);
    const std::string amount = stellar::encode_scval(stellar::symbol("amount"));
    if (const std::optional<ScView> in_map = balance.entry(amount)) balance = *in_map;
    return judge(claim, balance, seen);
}

Reading DeclaredVerifier::read_call(const Claim& claim, std::string_view error, std::string_view result,
                                    std::uint32_t ledger) const {
    const Sighting seen{ledger, std::nullopt, false};
    if (const auto code = error_code(error)) {
        const auto& codes = declaration_.absent_errors;
        if (std::find(codes.begin(), codes.end(), *code) != codes.end()) return judge(claim, std::nullopt, seen);
    }
    if (!error.empty()) return call_failed(error.substr(0, error.find('\n')));
    stellar::XdrReader reader(result);
    const ScView value(stellar::take_scval(reader));
    reader.finish();
    if (!reader.ok()) return undecodable("answer", reader.error());
    return judge(claim, value, seen);
}

Reading DeclaredVerifier::judge(const Claim& claim, const std::optional<ScView>& found, Sighting seen) const {
    Verdict verdict = verdict_of(declaration_, row_of(claim), found);
    if (verdict.differences.empty() && !verdict.not_compared.empty()) return verdict.not_compared.front().why;
    DeclaredValue value{nullptr, verdict.compared, verdict.absent};
    if (!verdict.differences.empty()) value.verdict = std::make_shared<const Verdict>(std::move(verdict));
    return ChainValue{value, seen};
}

Difference DeclaredVerifier::measure(const Claim& claim, const ChainValue& chain) const {
    const auto& value = chain.content.get<DeclaredValue>();
    DeclaredDifference both{value.verdict};
    if (value.verdict) both.read = declaration_.read.text(row_of(claim));
    Difference out(*this, both);
    out.absent = value.absent;
    return out;
}

bool DeclaredVerifier::differs(const Difference& difference, const Thresholds&) const {
    return difference.as<DeclaredDifference>().verdict != nullptr;
}

bool DeclaredVerifier::says_the_same(const Claim& claim, const Difference& difference) const {
    const auto& lines = difference.as<DeclaredDifference>().verdict->differences;
    return std::all_of(lines.begin(), lines.end(), [&](const LineDifference& line) {
        return shown_column(declaration_.comparisons[line.line], row_of(claim)) == line.database;
    });
}

Shown DeclaredVerifier::show(const Difference& difference) const {
    const auto& [verdict, read] = difference.as<DeclaredDifference>();
    base::Fields database;
    base::Fields chain;
    base::Fields differences;
    base::Texts not_compared;
    Shown out;
    const bool several = verdict->differences.size() > 1;
    const auto add = [several](std::string& all, const std::string& path, const std::string& text) {
        if (!all.empty()) all += ", ";
        all += several ? path + " " + text : text;
    };
    for (const LineDifference& line : verdict->differences) {
        const std::string& path = declaration_.comparisons[line.line].path;
        add(out.database, path, text_of(line.database));
        add(out.chain, path, chain_text(line));
        base::Fields fields{
            {"path", path}, {"database", to_value(line.database)}, {"blockchain", to_value(line.chain)}};
        if (line.absent) fields.push_back({"absent", true});
        std::string detail =
            fmt::format("{}: {} in the database, {} on chain", path, text_of(line.database), chain_text(line));
        if (line.size) {
            const std::string size = signed_size(declaration_, line);
            fields.push_back({"difference", size});
            detail += fmt::format(" ({})", size);
            if (!several) out.difference = size;
        }
        database.push_back({path, to_value(line.database)});
        chain.push_back({path, to_value(line.chain)});
        differences.push_back({path, std::move(fields)});
        out.details.push_back(std::move(detail));
    }
    for (const LineFailure& line : verdict->not_compared) not_compared.push_back(line.why.text);
    for (const std::string& text : not_compared) out.details.push_back("not compared: " + text);
    out.database_value = std::move(database);
    out.chain_value = std::move(chain);
    out.extent = {{"read", read}, {"differences", std::move(differences)}, {"notCompared", std::move(not_compared)}};
    return out;
}

std::string DeclaredVerifier::sentence(std::string_view id, const Difference& difference) const {
    return fmt::format("{} {} differs: {}", declaration_.name, id, fmt::join(show(difference).details, "; "));
}

Said DeclaredVerifier::said(const Difference& difference) const {
    const Shown shown = show(difference);
    return {shown.chain, shown.chain_value};
}

std::string DeclaredVerifier::show(const ChainValue& chain) const {
    const auto& value = chain.content.get<DeclaredValue>();
    return value.absent ? "nothing" : fmt::format("{} lines compared", __builtin_popcount(value.compared));
}

std::vector<std::string> DeclaredVerifier::steps(const Difference& difference, const Thresholds&) const {
    if (difference.as<DeclaredDifference>().verdict == nullptr) return {"every line that was compared is the same"};
    return show(difference).details;
}

} // namespace verify
