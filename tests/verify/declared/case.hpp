// The cases of declared checks as the tests read them: declarations from TOML, rows and a chain from JSON.
#pragma once

#include "verify/declaration.hpp"
#include "verify/row.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace declared {

/// The [[check]] tables of a TOML text.
std::vector<verify::DeclarationTable> tables_of(std::string_view toml);
std::string read_file(const std::string& name);

/// Rows with the columns of a declaration.
class Page final : public verify::Values {
  public:
    using Columns = std::map<std::string, std::optional<std::string>>;

    explicit Page(std::vector<std::string> columns) : columns_(std::move(columns)) {}
    void add(Columns row) { rows_.push_back(std::move(row)); }
    verify::Row row(std::size_t number) const { return {*this, number}; }

    std::optional<std::string_view> value(std::size_t row, std::size_t column) const override {
        const auto found = rows_.at(row).find(columns_.at(column));
        if (found == rows_[row].end() || !found->second) return std::nullopt;
        return *found->second;
    }

  private:
    std::vector<std::string> columns_;
    std::vector<Columns> rows_;
};

} // namespace declared
