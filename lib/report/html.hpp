// The result of a cycle as a web page, for a ticket or a printer.
#pragma once

#include "verify/summary.hpp"

#include <string>

namespace report {

/// One page that needs nothing else: no script, no picture, nothing from the network, and its policy forbids them all.
/// The same content as the table, and how large the differences are as a plot. Everything from the database or the
/// chain is made harmless and escaped.
std::string render_html(const verify::Summary& summary);

} // namespace report
