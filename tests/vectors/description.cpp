#include "vectors/description.hpp"

#include "printers.hpp"

#include <algorithm>

namespace vectors {
namespace {

using stellar::ScAddress;
using stellar::ScVal;
using stellar::ScValType;
using stellar::StrKeyKind;
using Words = std::array<std::uint64_t, 4>;

/// Decimal to 256 bits, highest word first; two's complement where negative.
Words to_words(std::string_view decimal) {
    const bool negative = decimal.starts_with('-');
    Words words{};
    for (const char digit : negative ? decimal.substr(1) : decimal) {
        base::u128 carry = static_cast<unsigned>(digit - '0');
        for (std::size_t i = words.size(); i-- > 0;) {
            carry += base::u128{words[i]} * 10;
            words[i] = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
    }
    if (!negative) return words;
    base::u128 carry = 1;
    for (std::size_t i = words.size(); i-- > 0;) {
        carry += ~words[i];
        words[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
    return words;
}

std::string to_text(const Words& words) {
    std::string text;
    for (const std::uint64_t word : words) text += (text.empty() ? "" : ".") + std::to_string(word);
    return text;
}

struct Describer {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::uint32_t value) const { return std::to_string(value); }
    std::string operator()(std::int32_t value) const { return std::to_string(value); }
    std::string operator()(std::uint64_t value) const { return std::to_string(value); }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(base::u128 value) const { return base::to_decimal(value); }
    std::string operator()(base::i128 value) const { return base::to_decimal(value); }
    std::string operator()(const Words& words) const { return to_text(words); }
    std::string operator()(const std::string& content) const { return to_hex(content); }
    std::string operator()(const ScAddress& address) const { return to_strkey(address); }
    std::string operator()(const stellar::ScError& error) const {
        return std::to_string(error.type) + "," + std::to_string(error.code);
    }
    std::string operator()(const std::optional<stellar::ScVec>& elements) const {
        if (!elements) return "null";
        std::string text = "[";
        for (const ScVal& one : *elements) text += describe(one) + " ";
        return text + "]";
    }
    std::string operator()(const std::optional<stellar::ScMap>& rows) const {
        if (!rows) return "null";
        std::string text = "{";
        for (const auto& [key, value] : *rows) text += describe(key) + ":" + describe(value) + " ";
        return text + "}";
    }
    std::string operator()(const std::shared_ptr<const stellar::ScInstance>& instance) const {
        using Executable = stellar::ScInstance::Executable;
        std::string text = "stellar_asset ";
        if (instance->executable == Executable::wasm) text = "wasm " + to_hex(instance->wasm_hash) + " ";
        if (instance->executable == Executable::external_ref) {
            text = "external_ref " + to_strkey(instance->owner) + " " + to_hex(instance->tag) + " ";
        }
        return text + (*this)(instance->storage);
    }
};

std::string describe_rows(element rows) {
    if (rows.is_null()) return "null";
    std::string text = "{";
    for (const element row : simdjson::dom::array(rows)) {
        text += describe(element(row.at(0))) + ":" + describe(element(row.at(1))) + " ";
    }
    return text + "}";
}

std::string describe_instance(element description) {
    const element executable = description["executable"];
    std::string content = text(executable, "type") + " ";
    if (content == "wasm ") content += text(executable, "hash") + " ";
    if (content == "external_ref ") content += text(executable, "owner") + " " + text(executable, "tagHex") + " ";
    return content + describe_rows(description["storage"]);
}

std::string describe_value(const std::string& type, element value) {
    if (value.is_null()) return "null";
    if (type == "vec") {
        std::string text = "[";
        for (const element one : simdjson::dom::array(value)) text += describe(one) + " ";
        return text + "]";
    }
    if (type == "map") return describe_rows(value);
    if (type == "u256" || type == "i256") return to_text(to_words(value));
    if (value.is_bool()) return bool(value) ? "true" : "false";
    if (value.is_int64()) return std::to_string(std::int64_t(value));
    return std::string(std::string_view(value));
}

ScValType to_type(std::string_view name) {
    for (std::uint32_t i = 0; i <= 22; ++i) {
        if (type_name(ScValType{i}) == name) return ScValType{i};
    }
    FAIL("no SCVal type " << name);
    return {};
}

std::optional<stellar::ScMap> to_map(element rows) {
    if (rows.is_null()) return std::nullopt;
    stellar::ScMap map;
    for (const element row : simdjson::dom::array(rows)) {
        map.push_back({to_scval(element(row.at(0))), to_scval(element(row.at(1)))});
    }
    return map;
}

std::optional<stellar::ScVec> to_vec(element elements) {
    if (elements.is_null()) return std::nullopt;
    stellar::ScVec vec;
    for (const element one : simdjson::dom::array(elements)) vec.push_back(to_scval(one));
    return vec;
}

std::shared_ptr<const stellar::ScInstance> to_instance(element description) {
    using Executable = stellar::ScInstance::Executable;
    auto instance = std::make_shared<stellar::ScInstance>();
    const element executable = description["executable"];
    const std::string type = text(executable, "type");
    instance->executable = type == "wasm"            ? Executable::wasm
                           : type == "stellar_asset" ? Executable::stellar_asset
                                                     : Executable::external_ref;
    if (type == "wasm") instance->wasm_hash = to_hash(from_hex(text(executable, "hash")));
    if (type == "external_ref") {
        instance->owner = to_sc_address(text(executable, "owner"));
        instance->tag = from_hex(text(executable, "tagHex"));
    }
    instance->storage = to_map(description["storage"]);
    return instance;
}

} // namespace

std::string describe(const ScVal& value) {
    return std::string(type_name(value.type)) + "(" + std::visit(Describer{}, value.value) + ")";
}

std::string describe(element description) {
    const std::string type = text(description, "type");
    std::string content;
    if (type == "error") {
        content = std::to_string(u32(description, "errorType")) + "," + std::to_string(u32(description, "code"));
    } else if (type == "contract_instance") {
        content = describe_instance(description);
    } else if (has(description, "hex")) {
        content = text(description, "hex");
    } else if (has(description, "value")) {
        content = describe_value(type, description["value"]);
    }
    return type + "(" + content + ")";
}

ScVal to_scval(element description) {
    const ScValType type = to_type(text(description, "type"));
    const auto decimal = [&] { return text(description, "value"); };
    switch (type) {
    case ScValType::void_:
    case ScValType::ledger_key_contract_instance:
        return {type, std::monostate{}};
    case ScValType::boolean:
        return {type, bool(description["value"])};
    case ScValType::error:
        return {type, stellar::ScError{u32(description, "errorType"), u32(description, "code")}};
    case ScValType::u32:
        if (element(description["value"]).is_string()) return {type, static_cast<std::uint32_t>(std::stoul(decimal()))};
        return {type, u32(description, "value")};
    case ScValType::i32:
        return {type, static_cast<std::int32_t>(std::int64_t(description["value"]))};
    case ScValType::u64:
    case ScValType::timepoint:
    case ScValType::duration:
        return {type, std::uint64_t{std::stoull(decimal())}};
    case ScValType::i64:
    case ScValType::ledger_key_nonce:
        return {type, std::int64_t{std::stoll(decimal())}};
    case ScValType::u128:
        return {type, base::parse_u128(decimal()).value()};
    case ScValType::i128:
        return {type, base::parse_i128(decimal()).value()};
    case ScValType::u256:
    case ScValType::i256:
        return {type, to_words(decimal())};
    case ScValType::bytes:
    case ScValType::string:
    case ScValType::symbol:
    case ScValType::executable_tag:
        return {type, has(description, "hex") ? from_hex(text(description, "hex")) : text(description, "text")};
    case ScValType::vec:
        return {type, to_vec(description["value"])};
    case ScValType::map:
        return {type, to_map(description["value"])};
    case ScValType::address:
        return {type, to_sc_address(decimal())};
    case ScValType::contract_instance:
        return {type, to_instance(description)};
    }
    return {};
}

stellar::Hash to_hash(std::string_view bytes) {
    stellar::Hash hash{};
    REQUIRE(bytes.size() == hash.size());
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

std::string to_hex(const stellar::Hash& hash) {
    return to_hex(std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

stellar::Hash strkey_id(std::string_view text, StrKeyKind kind) {
    const auto key = stellar::decode_strkey(text);
    REQUIRE(key);
    REQUIRE(key->kind == kind);
    return to_hash(key->payload());
}

ScAddress to_sc_address(std::string_view strkey) {
    const auto key = stellar::decode_strkey(strkey);
    REQUIRE(key);
    const std::string_view payload = key->payload();
    const auto mux_id = [&] { return stellar::XdrReader(payload.substr(32)).u64(); };
    switch (key->kind) {
    case StrKeyKind::account:
        return {ScAddress::Kind::account, to_hash(payload)};
    case StrKeyKind::contract:
        return {ScAddress::Kind::contract, to_hash(payload)};
    case StrKeyKind::muxed_account:
        return {ScAddress::Kind::muxed_account, to_hash(payload.substr(0, 32)), mux_id()};
    case StrKeyKind::muxed_contract:
        return {ScAddress::Kind::muxed_contract, to_hash(payload.substr(0, 32)), mux_id()};
    case StrKeyKind::claimable_balance:
        return {ScAddress::Kind::claimable_balance, to_hash(payload.substr(1))};
    case StrKeyKind::liquidity_pool:
        return {ScAddress::Kind::liquidity_pool, to_hash(payload)};
    default:
        FAIL("not an SCAddress: " << strkey);
        return {};
    }
}

stellar::Asset to_asset(element asset) {
    if (has(asset, "native")) return {};
    return {text(asset, "code"), strkey_id(text(asset, "issuer"), StrKeyKind::account)};
}

} // namespace vectors
