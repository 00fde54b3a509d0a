#include "report/error_list.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace report {

namespace {

using check::Reason;

constexpr std::size_t most_ids = 10;      // of one group
constexpr std::size_t longest_id = 64;    // columns
constexpr std::size_t longest_text = 400; // bytes; a server may send more

std::string_view meaning(Reason reason) {
    switch (reason) {
    case Reason::bad_address:
        return "the address in the database cannot be looked up";
    case Reason::bad_value:
        return "the value in the database cannot be compared";
    case Reason::not_found:
        return "there is no such row";
    case Reason::rpc:
        return "the RPC did not answer, or refused";
    case Reason::decode:
        return "the answer could not be understood";
    case Reason::contract:
        return "the contract did not give the value";
    case Reason::database:
        return "the database failed";
    case Reason::alert:
        return "an alert could not be delivered";
    case Reason::not_reached:
        return "the cycle ended before it came to them";
    }
    return "";
}

// What stands together: the same thing said of many items.
struct Group {
    std::uint64_t count = 0;
    std::vector<std::string> ids;
};
using GroupKey = std::tuple<Reason, std::string, std::string>; // reason, operation, text

std::map<GroupKey, Group> grouped(const check::Summary& summary) {
    std::map<GroupKey, Group> groups;
    for (const check::Error& error : summary.errors()) {
        Group& group = groups[{error.reason, error.operation, error.text}];
        group.count += error.count;
        if (!error.resource_id.empty()) group.ids.push_back(error.resource_id);
    }
    return groups;
}

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

std::string error_section(const check::Summary& summary, const TableStyle& style, const Paint& paint) {
    if (summary.errors().empty()) return "";
    const std::uint64_t items = total(summary).errors;
    std::string out = items > 0 ? paint("NOT VERIFIED", Colour::bold) + ": " + counted(items, "item", "items")
                                : paint("ERRORS", Colour::bold);
    out += '\n';
    std::optional<Reason> current;
    for (const auto& [key, group] : grouped(summary)) {
        const auto& [reason, operation, text] = key;
        if (current != reason) {
            out += "\n  " + paint(check::name(reason), Colour::yellow) + ": " + std::string(meaning(reason)) + '\n';
            current = reason;
        }
        const std::string many = group.count > 1 ? fmt::format(" ({} items)", group.count) : "";
        const std::string safe = base::shortened(base::harmless(text), longest_text);
        out += wrapped(fmt::format("{}{}: {}", operation, many, safe), 4, style.width);
        if (!group.ids.empty()) out += wrapped(listed(group.ids), 6, style.width);
    }
    if (summary.truncated()) {
        out += '\n' + wrapped("The list may be cut (SYNC_MAX_REPORTED); the log has every error.", 2, style.width);
    }
    return out;
}

} // namespace report
