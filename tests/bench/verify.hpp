// Whether the measured node speaks as the devnet does.
#pragma once

#include "bench/world.hpp"

#include <cstddef>
#include <string>

namespace bench {

/// Asks both the requests of a record (one a line), the node twice, so that a kept answer is seen too. Returns how many
/// requests were compared; throws std::runtime_error at the first answer that differs by a byte.
std::size_t verify(const std::string& requests, const std::string& node_url, const WorldSize& size);

} // namespace bench
