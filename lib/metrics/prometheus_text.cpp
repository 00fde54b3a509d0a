#include "metrics/prometheus_text.hpp"

#include "base/int128.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace metrics {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view blanks = " \t";

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (c == '"' && quotes)) out += '\\';
        out += c;
    }
    return out;
}

std::string_view take(std::string_view& text, std::size_t size) {
    const std::string_view taken = text.substr(0, size);
    text.remove_prefix(taken.size());
    return taken;
}

std::string_view take_while(std::string_view& text, std::string_view of) {
    return take(text, std::min(text.find_first_not_of(of), text.size()));
}

bool skip(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

/// A metric's name, or a label's: that has no colon.
std::string_view take_name(std::string_view& text, bool colon) {
    const auto part = [colon](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               (c == ':' && colon);
    };
    if (text.empty() || digits.find(text.front()) != std::string_view::npos) return {};
    return take(text, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), part) - text.begin()));
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const base::Utf8Character character = base::first_character(text);
        if (!character.valid) return false;
        text.remove_prefix(character.size);
    }
    return true;
}

using Why = std::optional<std::string>; // what is wrong with a line

/// What stands between the quotes, the first of which is gone already, and the second.
Why take_quoted(std::string_view& text, std::string& out) {
    while (!text.empty()) {
        const char c = take(text, 1).front();
        if (c == '"') return is_utf8(out) ? Why() : "a label's value is not UTF-8";
        if (c != '\\') {
            out += c;
            continue;
        }
        const std::string_view code = take(text, 1);
        if (code != "\\" && code != "\"" && code != "n") return "a label's value has an unknown escape";
        out += code == "n" ? '\n' : code.front();
    }
    return "a label's value has no end";
}

/// `{a="b",c="d",}`, from behind the brace on.
Why take_labels(std::string_view& text, Labels& labels) {
    while (true) {
        take_while(text, blanks);
        if (skip(text, '}')) return std::nullopt;
        const std::string_view name = take_name(text, false);
        if (name.empty()) return "a label has no name";
        take_while(text, blanks);
        if (!skip(text, '=')) return "a label has no value";
        take_while(text, blanks);
        if (!skip(text, '"')) return "a label's value is not quoted";
        std::string value;
        if (Why why = take_quoted(text, value)) return why;
        if (!labels.emplace(name, std::move(value)).second) return fmt::format("the label {} stands twice", name);
        take_while(text, blanks);
        if (!skip(text, ',') && !text.starts_with('}')) return "labels are not parted by a comma";
    }
}

/// Takes the group's labels away; false where they are not all there.
bool leave_group(Labels& labels, const Labels& group) {
    for (const auto& [name, value] : group) {
        const auto found = labels.find(name);
        if (found == labels.end() || found->second != value) return false;
        labels.erase(found);
    }
    if (const auto instance = labels.find("instance"); instance != labels.end() && instance->second.empty()) {
        labels.erase(instance);
    }
    return true;
}

class Reader {
  public:
    Reader(std::string_view prefix, const Labels& group) : prefix_(prefix), group_(group) {}

    base::Result<MetricsText> read(std::string_view text) {
        for (std::size_t number = 1; !text.empty(); ++number) {
            const std::size_t end = text.find('\n');
            Why why = end == std::string_view::npos ? "it is cut off" : line(text.substr(0, end));
            if (why) return base::fail(fmt::format("line {}: {}", number, *why));
            text.remove_prefix(end + 1);
        }
        return std::move(content_);
    }

  private:
    Why line(std::string_view text) {
        take_while(text, blanks);
        if (skip(text, '#')) return comment(text);
        if (!text.starts_with(prefix_)) return std::nullopt;
        return sample(text);
    }

    Why comment(std::string_view text) {
        take_while(text, blanks);
        if (!text.starts_with("TYPE ")) return std::nullopt;
        text.remove_prefix(5);
        take_while(text, blanks);
        const std::string_view name = take_name(text, true);
        if (!name.starts_with(prefix_)) return std::nullopt;
        take_while(text, blanks);
        const std::string_view type = text.substr(0, text.find_last_not_of(blanks) + 1);
        const auto known = {"counter", "gauge", "histogram", "summary", "untyped"};
        if (std::find(known.begin(), known.end(), type) == known.end()) return "a TYPE that there is not";
        if (!content_.types.emplace(name, type).second) return fmt::format("a second TYPE of {}", name);
        return std::nullopt;
    }

    Why sample(std::string_view text) {
        MetricsSample sample;
        sample.name = take_name(text, true);
        take_while(text, blanks);
        if (skip(text, '{')) {
            if (Why why = take_labels(text, sample.labels)) return why;
        }
        if (!leave_group(sample.labels, group_)) return std::nullopt;
        take_while(text, blanks);
        const std::string_view number = take(text, std::min(text.find_first_of(blanks), text.size()));
        const std::optional<Millionths> value = parse_millionths(number);
        const std::string name = series(sample.name, sample.labels);
        if (!value) return fmt::format("{} is {}", name, base::shortened(base::harmless(number), 40));
        if (Why why = timestamp(text)) return why;
        if (!seen_.insert(name).second) return fmt::format("{} stands twice", name);
        sample.value = *value;
        content_.samples.push_back(std::move(sample));
        return std::nullopt;
    }

    static Why timestamp(std::string_view text) {
        take_while(text, blanks);
        skip(text, '-');
        take_while(text, digits);
        take_while(text, blanks);
        return text.empty() ? Why() : "something stands behind the number";
    }

    std::string_view prefix_;
    const Labels& group_;
    MetricsText content_;
    std::set<std::string> seen_;
};

} // namespace

std::string series(std::string_view name, const Labels& labels) {
    std::string out(name);
    char before = '{';
    for (const auto& [label, value] : labels) {
        out += fmt::format("{}{}=\"{}\"", before, label, escaped(value, true));
        before = ',';
    }
    if (!labels.empty()) out += '}';
    return out;
}

Millionths millionths_of(base::Duration duration) {
    const auto microseconds = std::chrono::round<std::chrono::microseconds>(duration).count();
    return static_cast<Millionths>(std::max<std::int64_t>(microseconds, 0));
}

std::string decimal(Millionths value) {
    std::string text = fmt::format("{}.{:06}", value / 1'000'000, value % 1'000'000);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::optional<Millionths> parse_millionths(std::string_view text) {
    if (!skip(text, '+') && text.starts_with('-') && text.find_first_not_of("-0.") != std::string_view::npos) {
        return std::nullopt;
    }
    skip(text, '-');
    const std::string_view whole = take_while(text, digits);
    const std::string_view fraction = skip(text, '.') ? take_while(text, digits) : std::string_view();
    if (whole.empty() && fraction.empty()) return std::nullopt;
    int exponent = 0;
    if (skip(text, 'e') || skip(text, 'E')) {
        if (skip(text, '+') && text.starts_with('-')) return std::nullopt;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
        if (error != std::errc() || exponent < -400 || exponent > 400) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
    if (!text.empty()) return std::nullopt;
    // The digits up to the millionths, and the one behind them, which rounds.
    std::string figures = std::string(whole) + std::string(fraction);
    const std::int64_t wanted = static_cast<std::int64_t>(whole.size()) + exponent + 7;
    if (wanted < 1) return 0;
    figures.resize(static_cast<std::size_t>(wanted), '0');
    figures.erase(0, std::min(figures.find_first_not_of('0'), figures.size()));
    if (figures.size() > 20) return std::nullopt;
    const base::u128 tenths = figures.empty() ? base::u128{0} : *base::parse_u128(figures);
    const base::u128 value = (tenths + 5) / 10;
    if (value > most_millionths) return std::nullopt;
    return static_cast<Millionths>(value);
}

void MetricsWriter::family(std::string_view name, std::string_view type, std::string_view help) {
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(help, false), name, type);
}

void MetricsWriter::sample(std::string_view name, Labels labels, Millionths value) {
    labels.insert(group_.begin(), group_.end());
    text_ += fmt::format("{} {}\n", series(name, labels), decimal(value));
}

base::Result<MetricsText> read_metrics(std::string_view text, std::string_view prefix, const Labels& group) {
    return Reader(prefix, group).read(text);
}

} // namespace metrics
