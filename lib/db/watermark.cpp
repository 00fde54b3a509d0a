#include "db/watermark.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace db {

Query watermark(const std::string& sql) {
    return {fmt::format("SELECT * FROM ({}\n) AS source LIMIT 2", sql), {}};
}

base::Result<std::uint32_t> watermark_of(const Rows& rows) {
    if (rows.size() != 1 || rows.columns() != 1) {
        return base::fail(fmt::format("the SELECT gives {} of {} {}; it must give one number",
                                      rows.size() == 0   ? "no row"
                                      : rows.size() == 1 ? "one row"
                                                         : "several rows",
                                      rows.columns(), rows.columns() == 1 ? "column" : "columns"));
    }
    const std::optional<std::string_view> text = rows.value(0, 0);
    if (!text) return base::fail("the SELECT gives NULL; it must give the last ledger that was processed");
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (fault == std::errc() && end == text->data() + text->size()) return number;
    return base::fail(fmt::format("the SELECT gives \"{}\"; it must give a ledger, a whole number",
                                  base::shortened(base::harmless(*text), 40)));
}

} // namespace db
