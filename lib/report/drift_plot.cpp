#include "report/drift_plot.hpp"

#include "report/wording.hpp"
#include "verify/amount.hpp"
#include "verify/odds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace report {

namespace {

using verify::Check;
using verify::Drift;

// In units of the drawing; the page shows it half as large on a phone, with twice the font.
constexpr double width = 720;
constexpr double left = 80;
constexpr double right = 36;
constexpr double half = 84; // the highest bar, either way
constexpr double top = 28;
constexpr double middle = top + half;
constexpr double bottom = middle + half;
constexpr double height = bottom + 56;
constexpr double least_bar = 3; // so that one among thousands is visible

struct Tick {
    double at = 0; // 0 to 1
    std::string label;
};

struct Scale {
    std::vector<Tick> bounds; // of the bins, one more than there are bins
    std::size_t a_label = 1;  // bounds from one label to the next
    std::string unit;
};

// "0.0001", "1,000".
std::string power_of_ten(int exponent) {
    return exponent >= 0 ? grouped(fmt::format("1{:0>{}}", "", exponent)) : fmt::format("0.{:0>{}}", 1, -exponent);
}

Scale price_scale() {
    constexpr std::size_t bins = Drift::bins;
    Scale scale{{}, 4, ""};
    for (std::size_t i = 0; i <= bins; ++i) {
        const double at = static_cast<double>(i) / bins;
        scale.bounds.push_back({at, fmt::format("{:g}", at)});
    }
    return scale;
}

// From a stroop up, a decade a bin: the same bounds in every cycle, so that their pages can be compared.
Scale amount_scale(base::u128 largest, std::string_view unit) {
    constexpr std::size_t fewest = 11; // up to 10,000 USDC
    const std::size_t decades = std::max(verify::decade_of(largest) + 1, fewest);
    Scale scale{{}, 1, fmt::format(" {}", unit)};
    for (std::size_t i = 0; i <= decades; ++i) {
        scale.bounds.push_back({static_cast<double>(i) / static_cast<double>(decades),
                                power_of_ten(static_cast<int>(i) - verify::stroop_decimals)});
    }
    scale.a_label = decades / 9 + 1; // labels side by side take room
    return scale;
}

Scale scale_of(Check check, const Drift& drift) {
    const verify::Profile& profile = check->profile();
    return profile.scale == verify::Scale::price ? price_scale() : amount_scale(drift.largest, profile.unit);
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

std::string text(double x, double y, std::string_view anchor, std::string_view content, bool minor = false) {
    return fmt::format(R"(<text{} x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)"
                       "\n",
                       minor ? R"( class="minor")" : "", x, y, anchor, content);
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
        const bool minor = i / scale.a_label % 2 == 1;
        out += line("grid", x, top, x, bottom) + text(x, bottom + 20, "middle", scale.bounds[i].label, minor);
    }
    for (const double y : {top, bottom}) {
        out += line("grid", left, y, width - right, y);
        out += text(left - 6, y + 4, "end", shown_number(most));
    }
    out += line("axis", left, middle, width - right, middle) + text(left - 6, middle + 4, "end", "0");
    out += text(left + 6, top - 6, "start", "chain has more");
    out += text(left + 6, bottom + 46, "start", "chain has less");
    return out + text(width - right, bottom + 46, "end", unit);
}

} // namespace

std::string drift_plot(Check check, const Drift& drift) {
    const Scale scale = scale_of(check, drift);
    const std::size_t bins = scale.bounds.size() - 1;
    const std::string_view noun = check.resource().one;
    std::uint64_t most = 1;
    for (const Drift::Bin& bin : drift.histogram) most = std::max({most, bin.more, bin.less});
    std::string out =
        fmt::format(R"(<svg role="img" viewBox="0 0 {} {}"><title>How many {}s differ, by how much</title>)"
                    "\n",
                    width, height, noun);
    out += axes(scale, most, check->profile().axis);
    for (std::size_t i = 0; i < bins; ++i) {
        out += bar(scale, i, drift.histogram[i].more, most, true, noun);
        out += bar(scale, i, drift.histogram[i].less, most, false, noun);
    }
    return out + "</svg>\n";
}

std::string half_at_most(Check check, const Drift& drift) {
    const Scale scale = scale_of(check, drift);
    std::uint64_t passed = 0;
    for (std::size_t i = 0;; ++i) {
        passed += drift.histogram[i].more + drift.histogram[i].less;
        if (passed >= drift.count() - passed) return fmt::format("{}{}", scale.bounds[i + 1].label, scale.unit);
    }
}

} // namespace report
