#include "report/drift_plot.hpp"

#include "check/amount.hpp"
#include "check/odds.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace report {

namespace {

using check::Kind;
using check::Mismatch;

// In units of the drawing.
constexpr double width = 720;
constexpr double left = 48;
constexpr double right = 28;
constexpr double half = 84; // the highest bar, either way
constexpr double top = 20;
constexpr double middle = top + half;
constexpr double bottom = middle + half;
constexpr double height = bottom + 40;
constexpr double least_bar = 3; // so that one among thousands is seen

struct Bin {
    std::uint64_t more = 0; // on chain
    std::uint64_t less = 0;
};

struct Tick {
    double at = 0; // 0 to 1
    std::string label;
};

struct Scale {
    std::vector<Tick> bounds; // of the bins, one more than there are bins
    std::size_t a_label = 1;  // bounds from one label to the next
    std::string_view unit;
};

bool chain_has_more(const Mismatch& mismatch) {
    if (const auto* odds = std::get_if<check::OddsDifference>(&mismatch.difference))
        return odds->chain_odds.yes >= odds->database_odds.yes;
    const auto& balance = std::get<check::BalanceDifference>(mismatch.difference);
    return balance.chain >= balance.database;
}

// "0.0001", "1000": a power of ten.
std::string power_of_ten(int exponent) {
    return exponent >= 0 ? fmt::format("1{:0>{}}", "", exponent) : fmt::format("0.{:0>{}}", 1, -exponent);
}

Scale odds_scale() {
    constexpr int bins = 40;
    Scale scale{{}, 4, ""};
    for (int i = 0; i <= bins; ++i)
        scale.bounds.push_back({static_cast<double>(i) / bins, fmt::format("{:g}", static_cast<double>(i) / bins)});
    return scale;
}

// Of stroops, in USDC: 0 for 1 to 9.9, -7 for the smallest.
int decade_of(base::u128 stroops) {
    int decade = -check::stroop_decimals;
    for (; stroops >= 10; stroops /= 10) ++decade;
    return decade;
}

// From a stroop up, a decade a bin, so that the pages of two cycles may be laid side by side.
Scale balance_scale(base::u128 largest) {
    constexpr int first = -check::stroop_decimals;
    const int decades = std::max(decade_of(largest) + 1, 4) - first;
    Scale scale{{}, 1, " USDC"};
    for (int i = 0; i <= decades; ++i)
        scale.bounds.push_back({static_cast<double>(i) / decades, power_of_ten(first + i)});
    scale.a_label = static_cast<std::size_t>(decades) / 9 + 1; // labels side by side take room
    return scale;
}

struct Histogram {
    Scale scale;
    std::vector<Bin> bins;
};

Histogram histogram_of(const Mismatches& list) {
    const bool odds = list.front()->kind() == Kind::odds;
    base::u128 largest = 0;
    for (const Mismatch* mismatch : list) largest = std::max(largest, extent(*mismatch));
    Histogram out{odds ? odds_scale() : balance_scale(largest), {}};
    out.bins.resize(out.scale.bounds.size() - 1);
    for (const Mismatch* mismatch : list) {
        const auto bin = odds ? static_cast<std::size_t>(extent(*mismatch) * out.bins.size() / check::odds_one)
                              : static_cast<std::size_t>(decade_of(extent(*mismatch)) + check::stroop_decimals);
        Bin& into = out.bins[std::min(bin, out.bins.size() - 1)];
        ++(chain_has_more(*mismatch) ? into.more : into.less);
    }
    return out;
}

double x_of(double at) {
    return left + at * (width - left - right);
}

std::string bar(const Scale& scale, std::size_t i, std::uint64_t count, std::uint64_t most, bool more,
                std::string_view noun) {
    if (count == 0) return "";
    const double x = x_of(scale.bounds[i].at) + 1;
    const double bar_width = x_of(scale.bounds[i + 1].at) - 1 - x;
    const double tall = std::max(least_bar, half * static_cast<double>(count) / static_cast<double>(most));
    return fmt::format(
        R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}: the chain has )"
        "{} by {} to {}{}</title></rect>\n",
        more ? "more" : "less", x, more ? middle - tall : middle, bar_width, tall,
        counted(count, noun, fmt::format("{}s", noun)), more ? "more" : "less", scale.bounds[i].label,
        scale.bounds[i + 1].label, scale.unit);
}

std::string text(double x, double y, std::string_view anchor, std::string_view content) {
    return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)"
                       "\n",
                       x, y, anchor, content);
}

std::string line(std::string_view style, double x1, double y1, double x2, double y2) {
    return fmt::format(R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)"
                       "\n",
                       style, x1, y1, x2, y2);
}

std::string axes(const Scale& scale, std::uint64_t most, std::string_view unit) {
    std::string out;
    for (std::size_t i = 0; i < scale.bounds.size(); i += scale.a_label) {
        const double x = x_of(scale.bounds[i].at);
        out += line("grid", x, top, x, bottom) + text(x, bottom + 16, "middle", scale.bounds[i].label);
    }
    for (const double y : {top, bottom}) {
        out += line("grid", left, y, width - right, y);
        out += text(left - 6, y + 4, "end", fmt::to_string(most));
    }
    out += line("axis", left, middle, width - right, middle) + text(left - 6, middle + 4, "end", "0");
    out += text(left + 6, top - 6, "start", "chain has more");
    out += text(left + 6, bottom + 34, "start", "chain has less");
    return out + text(width - right, bottom + 34, "end", unit);
}

} // namespace

std::string drift_plot(const Mismatches& list) {
    const Histogram histogram = histogram_of(list);
    const std::string_view noun = list.front()->kind() == Kind::odds ? "market" : "user";
    std::uint64_t most = 1;
    for (const Bin& bin : histogram.bins) most = std::max({most, bin.more, bin.less});
    std::string out =
        fmt::format(R"(<svg role="img" viewBox="0 0 {} {}"><title>How many {}s differ, by how much</title>)"
                    "\n",
                    width, height, noun);
    out += axes(histogram.scale, most,
                list.front()->kind() == Kind::odds ? "difference of the price of YES" : "difference, USDC");
    for (std::size_t i = 0; i < histogram.bins.size(); ++i) {
        out += bar(histogram.scale, i, histogram.bins[i].more, most, true, noun);
        out += bar(histogram.scale, i, histogram.bins[i].less, most, false, noun);
    }
    return out + "</svg>\n";
}

} // namespace report
