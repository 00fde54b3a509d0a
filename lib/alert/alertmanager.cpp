#include "alert/alertmanager.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace alert {

namespace {

using base::JsonWriter;

constexpr std::size_t longest_label = 512; // bytes

using Pairs = std::vector<std::pair<std::string_view, std::string>>;

void write_pairs(JsonWriter& writer, std::string_view name, const Pairs& pairs) {
    writer.key(name);
    writer.begin_object();
    for (const auto& [key, value] : pairs)
        if (!value.empty()) put(writer, key, value); // Alertmanager takes an empty label for none
    writer.end_object();
}

/// Collects alerts into one array.
class Alerts {
  public:
    explicit Alerts(base::WallTime end) : end_(end) { writer_.begin_array(); }

    /// Without its start an alert would begin when it ends.
    void add(const Pairs& labels, const Pairs& annotations, base::WallTime start) {
        writer_.begin_object();
        write_pairs(writer_, "labels", labels);
        write_pairs(writer_, "annotations", annotations);
        put(writer_, "startsAt", base::rfc3339(std::min(start, end_)));
        put(writer_, "endsAt", base::rfc3339(end_));
        writer_.end_object();
    }

    std::string take() {
        writer_.end_array();
        return std::move(out_);
    }

  private:
    base::WallTime end_;
    std::string out_;
    JsonWriter writer_{out_};
};

Pairs labels_of(verify::Check check) {
    return {{"alertname", "StellarSyncMismatch"},
            {"type", std::string(check.type())},
            {"priority", std::string(verify::name(check.priority()))},
            {"resource_type", std::string(check.resource().type)}};
}

void add_mismatch(Alerts& alerts, const verify::Mismatch& mismatch) {
    Pairs labels = labels_of(mismatch.check());
    labels.emplace_back("resource_id", unique_id(mismatch.id, longest_label));
    const AlertItem item = item_of(mismatch);
    alerts.add(labels,
               {{"summary", base::harmless(report::mismatch_sentence(mismatch))},
                {"title", item.title},
                {"database", item.values.database},
                {"blockchain", item.values.chain},
                {"difference", item.values.difference},
                {"address", base::shortened(base::harmless(mismatch.address), longest_label)},
                {"seen", item.note}},
               mismatch.time);
}

} // namespace

std::string alertmanager_alerts(const Alert& alert, std::chrono::milliseconds lasts) {
    const verify::Summary& summary = *alert.summary;
    Alerts alerts(summary.end + lasts);
    if (alert.test) {
        alerts.add({{"alertname", "StellarSyncTest"}, {"priority", "NONE"}}, {{"summary", headline(alert)}},
                   summary.end);
    }
    const std::size_t shown = std::min(alert.listed.size(), most_in_alertmanager);
    for (std::size_t i = 0; i < shown; ++i) add_mismatch(alerts, *alert.listed[i]);
    const CountPerCheck beyond = alert.beyond(shown);
    for (const verify::Check check : summary.all()) {
        const bool hinted = alert.hinted[check] > 0;
        CountPerCheck count;
        count[check] = hinted ? alert.hinted[check] : beyond[check];
        if (count[check] == 0) continue;
        Pairs labels = labels_of(check);
        if (!summary.shard.empty()) labels.emplace_back("shard", summary.shard); // each has a rest of its own
        Pairs annotations{
            {"summary", fmt::format("database and chain differ in {}{}", counts_text(count), hinted ? "" : " more")}};
        if (hinted) {
            annotations.emplace_back("hint", base::harmless(summary.hint_about(check)));
            if (check->profile().scale == verify::Scale::amount) annotations.emplace_back("totals", totals_text(alert));
        }
        alerts.add(labels, annotations, summary.end);
    }
    if (alert.lagging()) {
        alerts.add(
            {{"alertname", "StellarSyncIndexerLag"}, {"priority", std::string(verify::name(alert.lag_priority()))}},
            {{"summary", lag_text(alert)}}, summary.end);
    }
    if (sum(alert.disagreements) > 0) {
        Pairs labels{{"alertname", "StellarSyncEndpointsDisagree"},
                     {"priority", std::string(verify::name(verify::Priority::normal))}};
        if (!summary.shard.empty()) labels.emplace_back("shard", summary.shard);
        alerts.add(labels, {{"summary", disagreement_text(alert)}}, summary.end);
    }
    return alerts.take();
}

} // namespace alert
