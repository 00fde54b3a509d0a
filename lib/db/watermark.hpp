// The indexer's watermark: one number, from the operator's SELECT (SYNC_WATERMARK_SQL).
#pragma once

#include "base/result.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace db {

/// The statement that reads the watermark. `sql` is one SELECT without a trailing semicolon.
std::string watermark_statement(const std::string& sql);

/// The last ledger the indexer has processed; nullopt if the SELECT gave no row or NULL. Fails, with what is wrong, for
/// anything else than one row of one column that holds a whole number from 0 to 4294967295.
base::Result<std::optional<std::uint32_t>> watermark_of(const Rows& rows);

} // namespace db
