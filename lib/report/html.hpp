// The result of a cycle as a web page, for a ticket or a printer.
#pragma once

#include "verify/summary.hpp"

#include <string>

namespace report {

/// One self-contained page: no script, no picture, nothing from the network, and its policy forbids them all. It has
/// the content of the text result, with every listed row, and plots the sizes of the differences of a check if there
/// are at least 5. Everything from the database or the chain is made harmless and escaped.
std::string render_html(const verify::Summary& summary);

} // namespace report
