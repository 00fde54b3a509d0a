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

constexpr std::size_t most_ids = 10;   // of one group
constexpr std::size_t longest_id = 64; // columns

std::string listed(std::vector<std::string> ids) {
    const std::size_t hidden = ids.size() - std::min(ids.size(), most_ids);
    ids.resize(ids.size() - hidden);
    for (std::string& id : ids) id = base::harmless(id);
    const std::vector<std::string> shortened = fitted_apart(ids, longest_id);
    std::string out;
    for (const std::string& id : shortened.empty() ? ids : shortened) (out += out.empty() ? "" : ", ") += id;
    if (hidden > 0) out += fmt::format(" and {} more", hidden);
    return out;
}

} // namespace

std::string error_section(const verify::Summary& summary, const TableStyle& style, const Paint& paint) {
    if (summary.errors().empty()) return "";
    const std::uint64_t items = total(summary).errors;
    std::string out = items > 0 ? paint("NOT VERIFIED", Colour::bold) + ": " + counted(items, "item", "items")
                                : paint("ERRORS", Colour::bold);
    out += '\n';
    std::optional<verify::Reason> current;
    for (const ErrorGroup& group : grouped_errors(summary)) {
        if (current != group.reason) {
            out += "\n  " + paint(verify::name(group.reason), Colour::yellow) + ": ";
            out.append(meaning(group.reason)).append(1, '\n');
            current = group.reason;
        }
        const std::string many = group.count > 1 ? fmt::format(" ({} items)", group.count) : "";
        out += wrapped(fmt::format("{}{}: {}", group.operation, many, base::harmless(group.text)), 4, style.width);
        if (!group.ids.empty()) out += wrapped(listed(group.ids), 6, style.width);
    }
    if (summary.truncated()) {
        out += '\n' + wrapped("The list may be cut (SYNC_MAX_REPORTED); the log has every error.", 2, style.width);
    }
    return out;
}

} // namespace report
