// The result of a cycle as JSON: what `stellar-sync run | jq` reads.
#pragma once

#include "verify/summary.hpp"

#include <string>
#include <string_view>

namespace report {

/// One object with a newline at the end, on one line; `pretty` spreads it over many for a reader.
std::string render_json(const verify::Summary& summary, bool pretty = false);

/// JSON as JsonWriter makes it, with a line for every value: for a reader.
std::string spread(std::string_view json);

} // namespace report
