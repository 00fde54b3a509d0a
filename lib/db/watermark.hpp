// How far the application's indexer is: one number, by a SELECT of the operator's (SYNC_WATERMARK_SQL).
#pragma once

#include "base/result.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <string>

namespace db {

/// `sql` is one SELECT without a trailing semicolon.
Query watermark(const std::string& sql);

/// The last ledger the indexer has processed, or what is wrong with the answer: anything but one row of one column that
/// holds a whole number from 0 to 4294967295.
base::Result<std::uint32_t> watermark_of(const Rows& rows);

} // namespace db
