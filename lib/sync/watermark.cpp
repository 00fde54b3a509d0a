#include "sync/watermark.hpp"

#include "base/errors.hpp"
#include "db/watermark.hpp"

#include <fmt/format.h>

#include <utility>

namespace cycle {

db::Query Watermark::first_question() const {
    return {"SELECT 1", {}, false, db::watermark_statement(settings_.sql)};
}

void Watermark::begin(const db::Rows& rows, std::uint32_t node_ledger) {
    const base::Result<std::optional<std::uint32_t>> first = db::watermark_of(*rows.watermark());
    if (!first) throw base::Misconfigured("SYNC_WATERMARK_SQL", first.error());
    statement_ = db::watermark_statement(settings_.sql);
    arrived(rows, node_ledger);
}

void Watermark::arrived(const db::Rows& rows, std::uint32_t node_ledger) {
    const std::optional<std::uint32_t> watermark = value_of(rows);
    if (!watermark || !plausible(*watermark, node_ledger)) return;
    std::optional<verify::Indexer>& indexer = findings_.summary().indexer;
    if (!indexer) indexer = verify::Indexer{0, 0, settings_.max_lag, {}};
    indexer->watermark = *watermark;
    indexer->ledger = node_ledger;
}

void Watermark::stopped_working(const std::string& why) {
    statement_.clear();
    findings_.warning("SYNC_WATERMARK_SQL no longer works; from now on rows are judged without it: " + why);
}

std::optional<std::uint32_t> Watermark::of(const db::Rows& rows, std::uint32_t node_ledger) {
    const std::optional<std::uint32_t> watermark = value_of(rows);
    return watermark && plausible(*watermark, node_ledger) ? watermark : std::nullopt;
}

std::optional<std::uint32_t> Watermark::value_of(const db::Rows& rows) {
    if (rows.watermark() == nullptr) return std::nullopt;
    const base::Result<std::optional<std::uint32_t>> watermark = db::watermark_of(*rows.watermark());
    if (watermark && *watermark) return *watermark;
    if (!std::exchange(absence_reported_, true)) {
        findings_.warning("WATERMARK_MISSING",
                          fmt::format("SYNC_WATERMARK_SQL gives no ledger, so rows are judged without a watermark: {}",
                                      watermark ? "the SELECT gives no row, or NULL" : watermark.error()));
    }
    return std::nullopt;
}

bool Watermark::plausible(std::uint32_t watermark, std::uint32_t node_ledger) {
    if (watermark <= node_ledger || watermark - node_ledger <= settings_.max_lag) return true;
    if (!std::exchange(implausible_reported_, true)) {
        const std::string what = fmt::format(
            "the indexer's watermark, {}, is {} ledgers ahead of the node's latest ledger, {}, which is more "
            "than SYNC_MAX_INDEXER_LAG ({})",
            watermark, watermark - node_ledger, node_ledger, settings_.max_lag);
        findings_.warning("WATERMARK_IMPLAUSIBLE", what + "; rows are judged without it");
        findings_.hint(what + ": does SYNC_WATERMARK_SQL give a ledger of this network?");
    }
    return false;
}

} // namespace cycle
