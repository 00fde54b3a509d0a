#include "verify/claim.hpp"

#include <fmt/format.h>

namespace verify {

bool is_blank(std::optional<std::string_view> address) {
    return !address || address->find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
}

base::Fail<Unverifiable> unverifiable(Reason reason, std::string text) {
    return base::Fail<Unverifiable>{{reason, std::move(text)}};
}

ClaimResult claim_of(Check check, const Row& row, const Target& target) {
    const auto columns = check->profile().columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::optional<std::string_view> value = row[i];
        if (columns[i].name == "title" || !value || value->size() <= most_value_bytes) continue;
        return base::Fail<Unverifiable>{
            {Reason::bad_value, fmt::format("the {} is longer than 64 KiB", columns[i].words),
             fmt::format("the column {} may hold something other than the {}", columns[i].name, columns[i].words)}};
    }
    return check->claim(row, target);
}

} // namespace verify
