// Random (version 4) UUID for syncId.
#pragma once

#include <string>

namespace base {

/// 36 characters, lower case, from std::random_device.
std::string random_uuid();

} // namespace base
