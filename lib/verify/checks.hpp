// The list of checks.
#pragma once

#include "verify/verifier.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace verify {

/// The checks that every installation has, in the order of the result.
const Checks& built_in_checks();

std::optional<Check> check_named(const Checks& checks, std::string_view name);

/// "odds, outcomes".
std::string names_of(const Checks& checks, std::string_view separator);

} // namespace verify
