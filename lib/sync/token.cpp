// Which token the balances are in.
#include "base/errors.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"
#include "sync/network.hpp"
#include "sync/preparation.hpp"

#include <fmt/format.h>

namespace cycle {
namespace {

std::string shown(const stellar::Hash& contract) {
    return stellar::to_strkey({stellar::Address::Kind::contract, contract});
}

std::string shown(const verify::Token& token) {
    return token.asset ? fmt::format("{}, contract {}", stellar::to_text(*token.asset), shown(token.contract))
                       : fmt::format("contract {}", shown(token.contract));
}

// ---- what the AMM holds

/// What stands under the AMM's `usdc`.
struct HeldToken {
    std::optional<stellar::Hash> contract;
    std::string instead = "nothing"; // without a contract; for a person

    std::string shown() const { return contract ? cycle::shown(*contract) : instead; }
};

/// The error says why the entry is not one that can be believed.
base::Result<HeldToken> held_token(const std::string& key, const net::LedgerEntries& entries) {
    const std::optional<net::LedgerEntryAnswer>& answer = entries.by_slot[0];
    if (!answer) return HeldToken{};
    const auto address = stellar::read_usdc(key, answer->entry);
    if (!address) {
        if (address.error().kind != stellar::EntryFault::Kind::unexpected_type) return base::fail(address.error().text);
        return HeldToken{std::nullopt, fmt::format("another value: {}", address.error().text)};
    }
    if (address->kind != stellar::ScAddress::Kind::contract)
        return HeldToken{std::nullopt, fmt::format("{}, which is not a contract", stellar::to_strkey(*address))};
    return HeldToken{address->id, ""};
}

/// Whether the token is set, or is the AMM's to say.
enum class Use { comparison, decision };

/// nullopt if the read failed (reported; a warning is enough if the token is set) or the cycle was cut.
std::optional<HeldToken> read_held_token(Loop& loop, Findings& findings, const stellar::Hash& amm, Use use) {
    std::string key;
    stellar::append_usdc_key(key, amm);
    const auto entries = ask_entry(loop, findings, key);
    if (!entries) return std::nullopt;
    base::Result<HeldToken> held = *entries ? held_token(key, **entries) : base::fail(entries->error());
    if (!held) {
        const std::string why =
            fmt::format("the token that the AMM {} holds could not be read: {}", shown(amm), held.error());
        if (use == Use::comparison) {
            findings.warning("TOKEN_NOT_COMPARED",
                             fmt::format("{}; it is not compared with the token that is set", why));
            return std::nullopt;
        }
        refuse_if_hopeless(loop.dispatcher());
        findings.unavailable("rpc", *entries ? verify::Reason::decode : verify::Reason::rpc, why);
        return std::nullopt;
    }
    if (use == Use::comparison) return std::move(*held);
    must_agree(loop, key, [key, held = *held](const net::LedgerEntries& answer) -> std::optional<std::string> {
        const base::Result<HeldToken> now = held_token(key, answer);
        if (!now) return fmt::format("the AMM's entry `usdc` cannot be read: {}", now.error());
        if (now->contract == held.contract) return std::nullopt;
        return fmt::format("the AMM holds {} under `usdc`, not {}", now->shown(), held.shown());
    });
    return std::move(*held);
}

// ---- what a contract is of

/// How a contract came to be known.
struct Source {
    std::string setting; // the one to change if it is not right
    std::string words;   // the contract, for a person; the setting's name if that gives it

    base::Misconfigured refusal(const std::string& why) const {
        return {setting, words == setting ? why : fmt::format("{}: {}", words, why)};
    }
};

constexpr const char* absent = "there is no contract at this address on this network";

base::Result<stellar::ContractInstance> instance_in(const std::string& key, const net::LedgerEntries& entries) {
    if (!entries.by_slot[0]) return base::fail(std::string(absent));
    auto instance = stellar::read_contract_instance(key, entries.by_slot[0]->entry);
    if (!instance) return base::fail(fmt::format("the contract's instance cannot be read: {}", instance.error().text));
    return std::move(*instance);
}

/// The classic asset whose contract it is; nullopt: it is not a Stellar Asset Contract.
std::optional<stellar::Asset> asset_of(const stellar::ContractInstance& instance) {
    if (instance.executable != stellar::ScInstance::Executable::stellar_asset) return std::nullopt;
    return instance.asset.value_or(stellar::Asset{});
}

std::optional<stellar::ContractInstance> read_instance(Loop& loop, Findings& findings, const stellar::Hash& contract,
                                                       const Source& source, bool remember) {
    std::string key;
    stellar::append_contract_instance_key(key, contract);
    const auto entries = read_entry(loop, findings, key, fmt::format("the instance of {}", source.words));
    if (!entries) return std::nullopt;
    if (!entries->by_slot[0]) throw source.refusal(absent);
    base::Result<stellar::ContractInstance> instance = instance_in(key, *entries);
    if (!instance) { // the node's fault, and no setting's
        findings.unavailable("rpc", verify::Reason::decode, fmt::format("{}: {}", source.words, instance.error()));
        return std::nullopt;
    }
    // Of the entry's content only what was learnt: the rest may change with any transaction.
    const auto contradiction =
        [key, words = source.words, executable = instance->executable,
         asset = asset_of(*instance)](const net::LedgerEntries& answer) -> std::optional<std::string> {
        const base::Result<stellar::ContractInstance> now = instance_in(key, answer);
        if (!now) return fmt::format("{}: {}", words, now.error());
        const bool stellar_asset = executable == stellar::ScInstance::Executable::stellar_asset;
        if ((now->executable == stellar::ScInstance::Executable::stellar_asset) != stellar_asset)
            return fmt::format("{} is {} Stellar Asset Contract", words, stellar_asset ? "not a" : "a");
        if (asset_of(*now) != asset) return fmt::format("{} is of another asset", words);
        return std::nullopt;
    };
    if (remember) must_agree(loop, key, contradiction);
    return std::move(*instance);
}

/// nullopt as find_token().
std::optional<verify::Token> token_of(Loop& loop, Findings& findings, const stellar::Hash& contract,
                                      const Source& source) {
    const std::string& network = loop.dispatcher().network();
    if (contract == stellar::asset_contract_id(stellar::Asset{}, network)) {
        throw source.refusal(
            "it is the contract of XLM, the network's own currency, and balances are compared in a token that "
            "somebody issues; set USDC_ASSET (CODE:ISSUER) or USDC_CONTRACT_ADDRESS");
    }
    const auto instance = read_instance(loop, findings, contract, source, true);
    if (!instance) return std::nullopt;
    const std::optional<stellar::Asset> asset = asset_of(*instance);
    // Whatever the instance says is believed only if it leads back to the contract.
    if (asset && (asset->native() || stellar::asset_contract_id(*asset, network) != contract)) {
        throw source.refusal(
            "the contract is a Stellar Asset Contract, but not of an asset CODE:ISSUER that leads back to this "
            "address; set the token's contract, or USDC_ASSET");
    }
    return verify::Token{contract, asset};
}

// ---- warnings

void assumed(Findings& findings, const stellar::Asset& asset, const HeldToken& held) {
    findings.warning(
        "TOKEN_ASSUMED",
        fmt::format("the AMM holds {} under `usdc`, so balances are compared in Circle's {}; set USDC_ASSET "
                    "or USDC_CONTRACT_ADDRESS if the application has another token",
                    held.shown(), stellar::to_text(asset)));
    findings.hint("The AMM does not say which token the application uses, so balances were compared in Circle's USDC: "
                  "USDC_ASSET or USDC_CONTRACT_ADDRESS sets another one.");
}

void differs(Findings& findings, const verify::Token& token, const stellar::Hash& held) {
    findings.warning("TOKEN_DIFFERS", fmt::format("balances are compared in the token that is set, {}; the AMM holds "
                                                  "another one, {}",
                                                  shown(token), shown(held)));
    findings.hint(
        fmt::format("The token that is set for balances, {}, is not the one that the AMM holds, {}: if balances "
                    "differ, USDC_ASSET or USDC_CONTRACT_ADDRESS may be wrong.",
                    shown(token), shown(held)));
}

/// Both settings, or the asset alone.
verify::Token token_of_asset(const TokenSettings& settings, const std::string& network) {
    const stellar::Hash contract = stellar::asset_contract_id(*settings.asset, network);
    if (settings.contract && *settings.contract != contract) {
        throw base::Misconfigured("USDC_CONTRACT_ADDRESS",
                                  fmt::format("USDC_ASSET and USDC_CONTRACT_ADDRESS are not the same token: the "
                                              "contract of {} on this network is {}",
                                              stellar::to_text(*settings.asset), shown(contract)));
    }
    return {contract, settings.asset};
}

base::Misconfigured no_token(const std::string& network, const std::optional<HeldToken>& held) {
    return {"USDC_ASSET",
            fmt::format("the network \"{}\" has no USDC that is known{}; set USDC_ASSET (CODE:ISSUER) or "
                        "USDC_CONTRACT_ADDRESS",
                        network, held ? fmt::format(", and the AMM holds {} under `usdc`", held->shown()) : "")};
}

} // namespace

std::optional<stellar::ContractInstance> read_instance(Loop& loop, Findings& findings, const stellar::Hash& contract,
                                                       const std::string& setting) {
    return read_instance(loop, findings, contract, {setting, setting}, false);
}

std::optional<verify::Token> find_token(Loop& loop, Findings& findings, const TokenSettings& settings) {
    const std::string& network = loop.dispatcher().network();
    std::optional<verify::Token> set;
    if (settings.asset) set = token_of_asset(settings, network);
    std::optional<HeldToken> held;
    if (settings.amm) {
        held = read_held_token(loop, findings, *settings.amm, settings.open() ? Use::decision : Use::comparison);
        if (loop.cut() || (!held && settings.open())) return std::nullopt;
    }
    if (!settings.open()) {
        if (!set)
            set = token_of(loop, findings, *settings.contract, {"USDC_CONTRACT_ADDRESS", "USDC_CONTRACT_ADDRESS"});
        if (set && held && held->contract && *held->contract != set->contract) differs(findings, *set, *held->contract);
        return set;
    }
    const std::optional<stellar::Asset> circle = stellar::circle_usdc(network);
    const std::optional<verify::Token> usual =
        circle ? std::optional(verify::Token{stellar::asset_contract_id(*circle, network), circle}) : std::nullopt;
    if (held && held->contract) {
        if (usual && *held->contract == usual->contract) return usual; // the id proves the asset: no need to read it
        return token_of(
            loop, findings, *held->contract,
            {"AMM_CONTRACT_ADDRESS", fmt::format("the token that the AMM holds, {}", shown(*held->contract))});
    }
    if (!usual) throw no_token(network, held);
    if (held) assumed(findings, *circle, *held);
    return usual;
}

} // namespace cycle
