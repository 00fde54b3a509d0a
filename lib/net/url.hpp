// URLs by libcurl's parser: what is checked here is what will be contacted.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace net {

struct Url {
    bool tls = false;
    bool loopback = false; // the host is this machine: localhost, 127.x.x.x, [::1]
};

/// `scheme` is the one without TLS ("http", "smtp"); the one with TLS has an "s" behind it. The error repeats nothing
/// of the text.
base::Result<Url> parse_url(std::string_view text, std::string_view scheme);

/// What would give a URL's secrets away in a text of somebody else's, such as a provider's "key abc is over its quota":
/// the credentials, also as the header Authorization has them, and the parts of path, query and fragment that are long
/// enough for a key; as they stand in the URL and decoded. The longest first, so that none leaves a piece of another.
/// Nothing of what is not a URL.
std::vector<std::string> secret_parts(std::string_view url);

} // namespace net
