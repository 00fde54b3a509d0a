// Whether the address sanitizer is built in: it takes memory of its own, so that no limit of the program's can be
// asserted.
#pragma once

namespace fakes {

#if defined(__has_feature) // clang's
inline constexpr bool sanitized = __has_feature(address_sanitizer);
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

} // namespace fakes
