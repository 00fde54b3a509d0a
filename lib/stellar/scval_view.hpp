// Contract values where they lie in their XDR: checked once, then read by walking, without a copy of any part.
#pragma once

#include "stellar/scval.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace stellar {

/// Takes the XDR of one value off. As strict as read_scval(), but nested values do not recurse: any depth is accepted.
std::string_view take_scval(XdrReader& reader);

/// One value; the bytes are the caller's and outlive it. An absent vec or map (a null pointer) counts as void.
class ScView {
  public:
    ScView() = default; // void
    /// Precondition: `xdr` is what take_scval() returned.
    explicit ScView(std::string_view xdr);
    /// A value that is not an SCVal of its own. `content` as below.
    ScView(ScValType type, std::string_view content) : type_(type), content_(content) {}
    /// A vec or map of which the reader has taken the type; it has nothing behind it.
    static ScView container(ScValType type, XdrReader& reader);

    ScValType type() const { return type_; }
    /// Numbers: big-endian, 4 to 32 bytes. Bytes, string, symbol: the characters. Vec: the XDR of its elements, map: of
    /// its keys and values in turn. Anything else: the XDR behind the type.
    std::string_view content() const { return content_; }
    /// Elements of a vec, entries of a map; else 0.
    std::uint32_t count() const { return count_; }

    /// Of a vec; nullopt if it is shorter.
    std::optional<ScView> element(std::uint32_t index) const;
    /// The value of a map's entry whose key has this XDR (a value has one spelling, so equal bytes are equal keys);
    /// nullopt if there is none.
    std::optional<ScView> entry(std::string_view key) const;

  private:
    ScValType type_ = ScValType::void_;
    std::uint32_t count_ = 0;
    std::string_view content_;
};

/// What runs a contract, and its storage.
struct InstanceView {
    ScInstance::Executable executable{};
    std::string_view wasm_hash; // wasm
    ScView storage;             // a map; void if there is none
};
/// Precondition: the type is contract_instance.
InstanceView view_instance(const ScView& instance);

} // namespace stellar
