// The program in a small world: its environment, and what it says taken apart.
#pragma once

#include "fakes/program.hpp"
#include "integration/world.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace integration {

using Environment = std::map<std::string, std::string>;

/// The three required variables, as Prisma writes the first; and no waiting for a ledger to close.
Environment environment_of(World& world);

/// The value at a JSON pointer, minified; "(absent)" where there is none.
std::string pointer(const std::string& json, std::string_view path);

/// The counts of a check in the JSON result, less what follows them: {"inScope":3, ..., "errors":0}.
std::string counts_in(const std::string& json, std::string_view check);

/// The events of a type. Every line of standard error is one JSON object with the members that every event has.
std::vector<std::string> events(const fakes::Ended& ended, std::string_view type);

} // namespace integration
