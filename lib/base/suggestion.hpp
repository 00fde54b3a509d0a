// What somebody may have meant who misspelt a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace base {

/// The name that takes the fewest slips of a finger to come to from `wrong` (a letter too many, too few, another one,
/// two exchanged), without regard to case and to '-' or '_'; empty where none is near: one slip for every four letters,
/// and one for fewer.
std::string nearest(std::string_view wrong, const std::vector<std::string>& names);

/// "; did you mean --odds-threshold?", or nothing.
std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& names);

} // namespace base
