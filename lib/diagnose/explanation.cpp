#include "diagnose/explanation.hpp"

#include <array>

namespace diagnose {

std::string_view name(Verdict verdict) {
    constexpr std::array<std::string_view, 5> names{"MATCHED", "EXEMPT", "MISMATCHED", "TRANSIENT", "NOT_VERIFIABLE"};
    return names[static_cast<std::size_t>(verdict)];
}

} // namespace diagnose
