// Prometheus's text format, version 0.0.4, written and strictly read back:
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
// Numbers are whole millionths from end to end: a count or a time in microseconds comes out of a file, or of a
// Pushgateway (which writes 1.25e+06), as it went in.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace metrics {

/// Every metric of this program has it.
inline constexpr std::string_view metrics_prefix = "sync_";

using Labels = std::map<std::string, std::string, std::less<>>;

/// `name{a="b",c="d"}`, or the name alone.
std::string series(std::string_view name, const Labels& labels);

using Millionths = std::uint64_t;

/// Larger numbers are not read, so that a sum of two never overflows.
inline constexpr Millionths most_millionths = 1'000'000'000'000'000'000;

constexpr Millionths millionths_of(std::uint64_t count) {
    return count * 1'000'000;
}
/// Negative durations are 0.
Millionths millionths_of(base::Duration duration);
/// Without needless zeros: "12", "0.005", "12.345678".
std::string decimal(Millionths value);
/// A number as Go writes one, fraction and exponent included, rounded to millionths; nullopt for what is not a number,
/// negative (but for -0), infinite or more than most_millionths.
std::optional<Millionths> parse_millionths(std::string_view text);

/// Writes families: each with its HELP and TYPE, then its samples.
class MetricsWriter {
  public:
    /// `group` is added to the labels of every sample.
    explicit MetricsWriter(Labels group) : group_(std::move(group)) {}

    void family(std::string_view name, std::string_view type, std::string_view help);
    void sample(std::string_view name, Labels labels, Millionths value);

    const std::string& text() const { return text_; }

  private:
    Labels group_;
    std::string text_;
};

struct MetricsSample {
    std::string name;
    Labels labels; // less the group's
    Millionths value = 0;
};

struct MetricsText {
    std::map<std::string, std::string, std::less<>> types; // by family
    std::vector<MetricsSample> samples;
};

/// The samples whose names begin with `prefix` and that carry the labels of `group`; a Pushgateway's empty "instance"
/// is dropped. Lines of other names are not looked at, other groups' only as far as their labels. The error says which
/// line is wrong, and how: one that breaks the grammar or is cut off, a number that no counter or time may have, a
/// series that stands twice.
base::Result<MetricsText> read_metrics(std::string_view text, std::string_view prefix, const Labels& group);

} // namespace metrics
