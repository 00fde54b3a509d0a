#include "sync/watermark.hpp"

#include "base/errors.hpp"
#include "base/text.hpp"
#include "db/watermark.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace cycle {
namespace {

/// What the SELECT gives: at most one of the two; neither for no row and for NULL.
struct Given {
    std::optional<std::uint32_t> ledger;
    std::string no_ledger; // a whole number that no ledger has: negative, or too large
};

/// Any whole number is one, however it is written (1000.0, 1e3, +1000) and however large: a time in milliseconds is a
/// watermark that is not believed, not a setting that is wrong. Fails, with what is wrong, for anything else.
base::Result<Given> given(const db::Rows& rows) {
    const base::Result<std::optional<std::uint32_t>> plain = db::watermark_of(rows);
    if (plain) return Given{*plain, {}};
    if (rows.size() != 1 || rows.columns() != 1) return base::fail(plain.error());
    const std::string_view text = base::trimmed(rows.value(0, 0).value_or(""));
    if (!verify::is_integer(text)) return base::fail(plain.error());
    const base::Result<base::i128> number = verify::parse_integer(text);
    if (number && *number >= 0 && *number <= std::numeric_limits<std::uint32_t>::max()) {
        return Given{static_cast<std::uint32_t>(*number), {}};
    }
    return Given{std::nullopt, base::shortened(text, 40)};
}

} // namespace

db::Query Watermark::first_question() const {
    return {"SELECT 1", {}, false, db::watermark_statement(settings_.sql)};
}

void Watermark::begin(const db::Rows& rows, std::uint32_t node_ledger) {
    const base::Result<Given> first = given(*rows.watermark());
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

std::optional<verify::Cause> Watermark::likely_cause(const db::Rows& rows, const verify::Sighting& seen,
                                                     std::uint32_t node_ledger) {
    std::optional<std::uint32_t> watermark = of(rows, node_ledger);
    if (const auto& indexer = findings_.summary().indexer; !watermark && indexer) watermark = indexer->watermark;
    return watermark ? std::optional(verify::likely_cause(seen, *watermark)) : std::nullopt;
}

std::optional<std::uint32_t> Watermark::value_of(const db::Rows& rows) {
    if (rows.watermark() == nullptr) return std::nullopt;
    const base::Result<Given> watermark = given(*rows.watermark());
    if (watermark && !watermark->no_ledger.empty()) {
        implausible(fmt::format("the indexer's watermark, {}, is not the number of a ledger", watermark->no_ledger));
        return std::nullopt;
    }
    if (watermark && watermark->ledger) return watermark->ledger;
    if (!std::exchange(absence_reported_, true)) {
        findings_.warning("WATERMARK_MISSING",
                          fmt::format("SYNC_WATERMARK_SQL gives no ledger, so rows are judged without a watermark: {}",
                                      watermark ? "the SELECT gives no row, or NULL" : watermark.error()));
    }
    return std::nullopt;
}

bool Watermark::plausible(std::uint32_t watermark, std::uint32_t node_ledger) {
    if (watermark <= node_ledger || watermark - node_ledger <= settings_.max_lag) return true;
    implausible(
        fmt::format("the indexer's watermark, {}, is {} ledgers ahead of the node's latest ledger, {}, which is more "
                    "than SYNC_MAX_INDEXER_LAG ({})",
                    watermark, watermark - node_ledger, node_ledger, settings_.max_lag));
    return false;
}

void Watermark::implausible(const std::string& what) {
    if (std::exchange(implausible_reported_, true)) return;
    findings_.warning("WATERMARK_IMPLAUSIBLE", what + "; rows are judged without it");
    findings_.hint(what + ": does SYNC_WATERMARK_SQL give a ledger of this network?");
}

} // namespace cycle
