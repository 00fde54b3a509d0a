// --print-config: an example of the file that --config reads.
#pragma once

#include <string>

namespace cmd {

/// TOML with every setting under its comment: those that have a default with it, the others commented out. Read back as
/// it stands it changes nothing.
std::string example_config();

} // namespace cmd
