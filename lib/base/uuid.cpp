#include "base/uuid.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <random>

namespace base {

std::string random_uuid() {
    std::random_device device;
    const auto random_64 = [&device] { return (std::uint64_t{device()} << 32) | device(); };
    // RFC 9562: the version in bits 48 to 51, the variant in bits 64 and 65.
    const std::uint64_t high = (random_64() & ~std::uint64_t{0xF000}) | 0x4000;
    const std::uint64_t low = (random_64() & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF,
                       low >> 48, low & 0xFFFF'FFFF'FFFF);
}

} // namespace base
