// A row of the application's tables as the database sends it: text, nullopt for NULL.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace verify {

/// Bytes of a value, beyond which its row is BAD_VALUE: the database cuts what is longer to one character more.
inline constexpr std::size_t most_value_bytes = std::size_t{64} << 10;

/// A page of rows.
class Values {
  public:
    virtual std::optional<std::string_view> value(std::size_t row, std::size_t column) const = 0;

  protected:
    Values() = default;
    Values(const Values&) = default;
    Values& operator=(const Values&) = default;
    ~Values() = default;
};

/// One row of a page, its columns in the order of Profile::columns. The views live as long as the page.
class Row {
  public:
    Row(const Values& page, std::size_t number) : page_(&page), number_(number) {}

    std::optional<std::string_view> operator[](std::size_t column) const { return page_->value(number_, column); }
    std::string_view id() const { return (*this)[0].value_or(""); }
    std::string_view address() const { return (*this)[1].value_or(""); }

  private:
    const Values* page_;
    std::size_t number_;
};

/// No address: NULL, or nothing but ASCII blanks (space, \t \n \v \f \r). The database has the same rule.
bool is_blank(std::optional<std::string_view> address);

} // namespace verify
