#include "fuzz/rig.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz_one({reinterpret_cast<const char*>(data), size});
    return 0;
}

void require(bool holds, std::string_view claim) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(claim.size()), claim.data());
    std::abort();
}

unsigned char take_byte(std::string_view& input) {
    if (input.empty()) return 0;
    const auto byte = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    return byte;
}

std::string_view take_piece(std::string_view& input) {
    const std::size_t high = take_byte(input);
    const std::size_t wanted = high << 8 | take_byte(input);
    const std::string_view piece = input.substr(0, wanted);
    input.remove_prefix(piece.size());
    return piece;
}
