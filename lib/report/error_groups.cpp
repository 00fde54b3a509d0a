#include "report/error_groups.hpp"

#include "base/text.hpp"

#include <map>
#include <tuple>

namespace report {

namespace {

using verify::Reason;

constexpr std::size_t longest_text = 400; // bytes

} // namespace

std::vector<ErrorGroup> grouped_errors(const verify::Summary& summary) {
    std::map<std::tuple<Reason, std::string, std::string>, ErrorGroup> groups;
    for (const verify::Error& error : summary.errors()) {
        ErrorGroup& group = groups[{error.reason, error.operation, error.text}];
        group.count += error.count;
        if (!error.resource_id.empty()) group.ids.push_back(error.resource_id);
    }
    std::vector<ErrorGroup> list;
    for (auto& [key, group] : groups) {
        const auto& [reason, operation, text] = key;
        list.push_back({reason, operation, base::shortened(text, longest_text), group.count, std::move(group.ids)});
    }
    return list;
}

std::string_view meaning(Reason reason) {
    switch (reason) {
    case Reason::bad_address:
        return "the address in the database is not valid";
    case Reason::bad_value:
        return "the value in the database cannot be compared";
    case Reason::not_found:
        return "no such row";
    case Reason::rpc:
        return "the RPC did not answer, or refused the request";
    case Reason::decode:
        return "the answer could not be decoded";
    case Reason::contract:
        return "the contract did not give the value";
    case Reason::database:
        return "the database failed";
    case Reason::alert:
        return "an alert could not be delivered";
    case Reason::not_reached:
        return "the cycle ended before these rows were reached";
    case Reason::disagreement:
        return "the RPC endpoints disagree: one of them is wrong";
    }
    return "";
}

} // namespace report
