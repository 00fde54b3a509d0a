// Text made safe inside markup. What a title may hold besides, such as control characters, is base::harmless()'s.
#pragma once

#include <string>
#include <string_view>

namespace report {

/// Slack's three control characters, & < >. What is left of its markup (*, _, ~, `) changes how a text looks and no
/// more.
std::string escaped_slack(std::string_view text);

/// For HTML, in an element or in an attribute in quotes of either kind.
std::string escaped_html(std::string_view text);

} // namespace report
