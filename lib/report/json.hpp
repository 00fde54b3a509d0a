// The result of a cycle as JSON, as `stellar-sync run | jq` reads it.
#pragma once

#include "verify/summary.hpp"

#include <string>
#include <string_view>

namespace report {

/// One object on one line, with a newline at the end; `pretty` gives each value a line of its own.
std::string render_json(const verify::Summary& summary, bool pretty = false);

/// JSON as JsonWriter writes it, with a line for each value. Precondition: it is valid and has no blanks.
std::string spread(std::string_view json);

} // namespace report
