// The result of a cycle as Markdown, for a ticket or the summary of a CI job.
#pragma once

#include "verify/summary.hpp"

#include <string>

namespace report {

/// The verdict, the totals, the counts, and the rows that the text result shows, whole, in GitHub's dialect. Everything
/// from the database or the chain is made harmless and cannot be markup. Ends with a newline.
std::string render_markdown(const verify::Summary& summary);

} // namespace report
