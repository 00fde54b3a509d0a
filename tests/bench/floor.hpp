// The floor: the same requests sent by libcurl alone, as lib/net/http.cpp sets it up, with the answers thrown away.
// What the program takes beside this is its own.
#pragma once

#include "bench/cost.hpp"

#include <string>

namespace bench {

/// The bodies of `requests` (one a line), `concurrency` at a time, in their order. Reading the file is not measured.
/// Throws std::runtime_error where a request fails.
Cost replay(const std::string& requests, const std::string& url, unsigned concurrency);

} // namespace bench
