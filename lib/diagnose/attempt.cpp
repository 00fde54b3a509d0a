#include "diagnose/attempt.hpp"

namespace diagnose {

std::string Attempt::texts(const std::vector<std::string>& list) {
    std::string all;
    for (const std::string& text : list) (all += all.empty() ? "" : "; ") += text;
    return all.empty() ? "there was no time left for it" : all;
}

void Attempt::add(diagnose::Part part, const std::string& what, diagnose::Mark mark, std::string found,
                  const std::string& setting) {
    std::string advice = mark == diagnose::Mark::failed ? "" : "try again; it is asked for as often as a cycle would";
    if (!setting.empty()) advice = "change " + setting;
    list_.add({part, what, mark, std::move(found), std::move(advice)});
}

} // namespace diagnose
