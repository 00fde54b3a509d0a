// Text escaped for markup. Control characters are the concern of base::harmless().
#pragma once

#include <string>
#include <string_view>

namespace report {

/// Escapes Slack's three control characters, & < >. The rest of its markup (*, _, ~, `) changes only how a text looks.
std::string escaped_slack(std::string_view text);

/// For HTML, inside an element or a quoted attribute.
std::string escaped_html(std::string_view text);

/// For prose in Markdown: a backslash before what could be markup or a link.
std::string escaped_markdown(std::string_view text);

/// A Markdown code span that shows exactly `text`, also in a table; empty if the text is. Precondition: no line break.
std::string code_span(std::string_view text);

} // namespace report
