#include "db/watermark.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace db {

std::string watermark_statement(const std::string& sql) {
    return fmt::format("SELECT * FROM ({}\n) AS source LIMIT 2", sql);
}

base::Result<std::optional<std::uint32_t>> watermark_of(const Rows& rows) {
    if (rows.columns() != 1 || rows.size() > 1) {
        return base::fail(fmt::format("the SELECT gives {} of {} {}; it must give one number",
                                      rows.size() == 0   ? "no row"
                                      : rows.size() == 1 ? "one row"
                                                         : "several rows",
                                      rows.columns(), rows.columns() == 1 ? "column" : "columns"));
    }
    const std::optional<std::string_view> text = rows.size() == 0 ? std::nullopt : rows.value(0, 0);
    if (!text) return std::optional<std::uint32_t>();
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (fault == std::errc() && end == text->data() + text->size()) return std::optional(number);
    return base::fail(fmt::format("the SELECT gives \"{}\"; it must give a ledger, a whole number",
                                  base::shortened(base::harmless(*text), 40)));
}

} // namespace db
