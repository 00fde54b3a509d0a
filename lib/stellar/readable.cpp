#include "stellar/readable.hpp"

#include "stellar/ids.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"

#include <fmt/format.h>

namespace stellar {
namespace {

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

std::string hex(const Hash& hash) {
    return hex(bytes_of(hash));
}

std::string account(const Hash& id) {
    return to_strkey({Address::Kind::account, id});
}

std::string readable(const std::optional<ScMap>& rows) {
    if (!rows) return "void";
    std::string out;
    for (const ScRow& row : *rows)
        out +=
            fmt::format("{}{}: {}", out.empty() ? "" : ", ", stellar::readable(row.key), stellar::readable(row.value));
    return '{' + out + '}';
}

// The content of a value, without the name of its type where the form tells it.
struct Content {
    ScValType type;

    std::string named(std::string_view text) const { return fmt::format("{} {}", type_name(type), text); }

    std::string operator()(std::monostate) const { return std::string(type_name(type)); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::uint32_t value) const { return named(std::to_string(value)); }
    std::string operator()(std::int32_t value) const { return named(std::to_string(value)); }
    std::string operator()(std::uint64_t value) const { return named(std::to_string(value)); }
    std::string operator()(std::int64_t value) const { return named(std::to_string(value)); }
    std::string operator()(base::u128 value) const { return named(base::to_decimal(value)); }
    std::string operator()(base::i128 value) const { return named(base::to_decimal(value)); }
    std::string operator()(const std::array<std::uint64_t, 4>& words) const {
        return named(fmt::format("0x{:016x}{:016x}{:016x}{:016x}", words[0], words[1], words[2], words[3]));
    }
    std::string operator()(const std::string& content) const {
        return named(type == ScValType::bytes ? hex(content) : content);
    }
    std::string operator()(const std::optional<ScVec>& elements) const {
        if (!elements) return "void";
        std::string out;
        for (const ScVal& element : *elements) (out += out.empty() ? "" : ", ") += stellar::readable(element);
        return '[' + out + ']';
    }
    std::string operator()(const std::optional<ScMap>& rows) const { return readable(rows); }
    std::string operator()(const ScAddress& address) const { return to_strkey(address); }
    std::string operator()(const ScError& error) const { return named(fmt::format("{} #{}", error.type, error.code)); }
    std::string operator()(const std::shared_ptr<const ScInstance>& instance) const {
        switch (instance->executable) {
        case ScInstance::Executable::wasm:
            return fmt::format("instance of the code {}, with {}", hex(instance->wasm_hash),
                               readable(instance->storage));
        case ScInstance::Executable::stellar_asset:
            return fmt::format("instance of a Stellar Asset Contract, with {}", readable(instance->storage));
        case ScInstance::Executable::external_ref:
            break;
        }
        return fmt::format("instance by reference to {}, with {}", to_strkey(instance->owner),
                           readable(instance->storage));
    }
};

struct KeyText {
    std::string operator()(const AccountKey& key) const { return "account " + account(key.account); }
    std::string operator()(const TrustLineKey& key) const {
        return fmt::format("trust line of {} in {}", account(key.account),
                           key.pool_share ? "a liquidity pool" : to_text(key.asset));
    }
    std::string operator()(const ContractDataKey& key) const {
        return fmt::format("contract data of {}, under {}, {}", to_strkey(key.contract), stellar::readable(key.key),
                           key.durability == Durability::persistent ? "persistent" : "temporary");
    }
    std::string operator()(const ContractCodeKey& key) const { return "contract code " + hex(key.wasm_hash); }
    std::string operator()(const TtlKey& key) const { return "time to live of the key " + hex(key.key_hash); }
};

struct EntryText {
    std::string operator()(const AccountEntry& entry) const {
        return fmt::format("account with {} stroops of XLM", entry.balance);
    }
    std::string operator()(const TrustLineEntry& entry) const {
        return fmt::format("balance {}, limit {}, flags {}", entry.balance, entry.limit, entry.flags);
    }
    std::string operator()(const ContractDataEntry& entry) const { return stellar::readable(entry.value); }
    std::string operator()(const ContractCodeEntry& entry) const {
        return fmt::format("{} bytes of code", entry.code.size());
    }
    std::string operator()(const TtlEntry& entry) const {
        return fmt::format("lives until ledger {}", entry.live_until_ledger);
    }
};

std::string undecodable(const std::string& why) {
    return fmt::format("does not decode: {}", why);
}

} // namespace

std::string readable(const ScVal& value) {
    return std::visit(Content{value.type}, value.value);
}

std::string readable_key(std::string_view key) {
    const auto decoded = decode_ledger_key(key);
    return decoded ? std::visit(KeyText(), *decoded) : undecodable(decoded.error());
}

std::string readable_entry(std::string_view entry) {
    const auto decoded = decode_ledger_entry(entry);
    return decoded ? std::visit(EntryText(), *decoded) : undecodable(decoded.error());
}

std::string readable_value(std::string_view value) {
    const auto decoded = decode_scval(value);
    return decoded ? readable(*decoded) : undecodable(decoded.error());
}

} // namespace stellar
