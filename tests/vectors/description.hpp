// The tagged descriptions of SCVals in the vectors: {"type": T, ...}.
#pragma once

#include "stellar/asset.hpp"
#include "stellar/scval.hpp"
#include "vectors/vectors.hpp"

namespace vectors {

/// One line of text that says all of a value; the same from both sides.
std::string describe(const stellar::ScVal& value);
std::string describe(element description);

/// The value that a description describes.
stellar::ScVal to_scval(element description);

stellar::Hash to_hash(std::string_view bytes);
std::string to_hex(const stellar::Hash& hash);

/// Payload of a strkey of this kind; fails the test for another.
stellar::Hash strkey_id(std::string_view text, stellar::StrKeyKind kind);
stellar::ScAddress to_sc_address(std::string_view strkey);
/// {"native": true} or {"code", "issuer"}
stellar::Asset to_asset(element asset);

} // namespace vectors
