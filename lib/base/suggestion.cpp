#include "base/suggestion.hpp"

#include <algorithm>

namespace base {

namespace {

constexpr std::size_t longest = 64; // what is longer is not a misspelt name

std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

// Optimal string alignment distance.
std::size_t slips(const std::string& a, const std::string& b) {
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t> row(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last = std::move(last);
        last = std::move(row);
    }
    return last.back();
}

} // namespace

std::string nearest(std::string_view wrong, const std::vector<std::string>& names) {
    if (wrong.size() > longest) return "";
    const std::string meant = plain(wrong);
    std::string best;
    std::size_t fewest = std::max<std::size_t>(meant.size() / 4, 1) + 1;
    for (const std::string& name : names) {
        const std::size_t needed = slips(meant, plain(name));
        if (needed < fewest) {
            fewest = needed;
            best = name;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& names) {
    const std::string name = nearest(wrong, names);
    return name.empty() ? "" : "; did you mean " + name + "?";
}

} // namespace base
