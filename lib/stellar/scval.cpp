#include "stellar/scval.hpp"

#include <utility>

namespace stellar {
namespace {

template <class T>
const T* content(const ScVal& value, ScValType type) {
    return value.type == type ? std::get_if<T>(&value.value) : nullptr;
}

template <class T>
const T* present(const std::optional<T>* optional) {
    return optional != nullptr && *optional ? &**optional : nullptr;
}

} // namespace

const bool* ScVal::as_bool() const {
    return content<bool>(*this, ScValType::boolean);
}

const std::uint32_t* ScVal::as_u32() const {
    return content<std::uint32_t>(*this, ScValType::u32);
}

const std::uint64_t* ScVal::as_u64() const {
    return content<std::uint64_t>(*this, ScValType::u64);
}

const base::u128* ScVal::as_u128() const {
    return content<base::u128>(*this, ScValType::u128);
}

const base::i128* ScVal::as_i128() const {
    return content<base::i128>(*this, ScValType::i128);
}

const std::string* ScVal::as_bytes() const {
    return content<std::string>(*this, ScValType::bytes);
}

const std::string* ScVal::as_string() const {
    return content<std::string>(*this, ScValType::string);
}

const ScVec* ScVal::as_vec() const {
    return present(content<std::optional<ScVec>>(*this, ScValType::vec));
}

const ScMap* ScVal::as_map() const {
    return present(content<std::optional<ScMap>>(*this, ScValType::map));
}

const ScAddress* ScVal::as_address() const {
    return content<ScAddress>(*this, ScValType::address);
}

const ScInstance* ScVal::as_instance() const {
    const auto* shared = content<std::shared_ptr<const ScInstance>>(*this, ScValType::contract_instance);
    return shared == nullptr ? nullptr : shared->get();
}

bool ScVal::is_symbol(std::string_view text) const {
    const auto* name = content<std::string>(*this, ScValType::symbol);
    return name != nullptr && *name == text;
}

ScVal symbol(std::string_view text) {
    return {ScValType::symbol, std::string(text)};
}

ScVal bytes(std::string_view content) {
    return {ScValType::bytes, std::string(content)};
}

ScVal address(const ScAddress& content) {
    return {ScValType::address, content};
}

ScVal vec(ScVec elements) {
    return {ScValType::vec, std::optional<ScVec>(std::move(elements))};
}

std::string_view type_name(ScValType type) {
    constexpr std::array<std::string_view, 23> names{
        "bool",
        "void",
        "error",
        "u32",
        "i32",
        "u64",
        "i64",
        "timepoint",
        "duration",
        "u128",
        "i128",
        "u256",
        "i256",
        "bytes",
        "string",
        "symbol",
        "vec",
        "map",
        "address",
        "contract_instance",
        "ledger_key_contract_instance",
        "ledger_key_nonce",
        "executable_tag",
    };
    return names[static_cast<std::size_t>(type)];
}

} // namespace stellar
