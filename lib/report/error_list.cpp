#include "report/error_list.hpp"

#include "base/text.hpp"
#include "report/error_groups.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace report {

namespace {

constexpr std::size_t most_ids = 10;    // of one group
constexpr std::size_t most_groups = 10; // so that errors which all read differently stay within a screen
constexpr std::size_t longest_id = 64;  // columns

} // namespace

std::string listed_ids(std::vector<std::string> ids, std::uint64_t count, std::size_t most) {
    ids.resize(std::min(ids.size(), most));
    for (std::string& id : ids) id = base::harmless(id);
    const std::vector<std::string> shortened = fitted_apart(ids, longest_id);
    std::string out;
    for (const std::string& id : shortened.empty() ? ids : shortened) (out += out.empty() ? "" : ", ") += id;
    if (count > ids.size())
        out += fmt::format("{}{} more", out.empty() ? "" : " and ", shown_number(count - ids.size()));
    return out;
}

std::string error_section(const verify::Summary& summary, const TableStyle& style, const Paint& paint) {
    if (summary.errors().empty()) return "";
    const std::uint64_t rows = total(summary).errors;
    std::string out = rows > 0 ? paint("NOT VERIFIED", Colour::bold) + ": " + counted(rows, "row", "rows")
                               : paint("ERRORS", Colour::bold);
    out += '\n';
    std::optional<verify::Reason> current;
    const std::vector<ErrorGroup> groups = grouped_errors(summary);
    const std::size_t shown = std::min(groups.size(), most_groups);
    for (std::size_t i = 0; i < shown; ++i) {
        const ErrorGroup& group = groups[i];
        if (current != group.reason) {
            out += "  " + paint(verify::name(group.reason), Colour::yellow) + ": ";
            out.append(meaning(group.reason)).append(1, '\n');
            current = group.reason;
        }
        const std::string many = group.count > 1 ? fmt::format(" ({})", counted(group.count, "row", "rows")) : "";
        out += wrapped(fmt::format("{}{}: {}", group.operation, many, base::harmless(group.text)), 4, style.width);
        if (!group.ids.empty()) out += wrapped(listed_ids(group.ids, group.ids.size(), most_ids), 6, style.width);
    }
    if (groups.size() > shown) {
        const std::string more = counted(groups.size() - shown, "more error", "more errors");
        out += wrapped(more + " not shown; --output json lists them", 2, style.width);
    }
    if (summary.truncated()) out += wrapped(errors_cut_sentence, 2, style.width);
    return out;
}

} // namespace report
