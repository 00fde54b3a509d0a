// What must never reach an output: a password, a key, a URL that holds one.
#pragma once

#include <fmt/format.h>

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace base {

/// A text that prints as ***; only reveal() gives it away.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

    friend bool operator==(const Secret&, const Secret&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Secret& secret);

  private:
    std::string text_;
};

/// A URL, several URLs with commas between them, or a libpq keyword string, with just so much left that an operator
/// recognises the endpoint: scheme, host and port, and for PostgreSQL the database. Credentials, path (API keys stand
/// there), query and fragment become ***. Where it is not clear which part is which (a stray '@', a port that is no
/// number), all of it does. The result is safe to print. No URL parser does this: what it refuses is shown, too.
std::string mask_url(std::string_view url);

/// Puts *** wherever `secret` stands in `text`; an empty secret stands nowhere.
void mask_secret(std::string& text, std::string_view secret);

} // namespace base

template <>
struct fmt::formatter<base::Secret> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const base::Secret&, Context& context) const {
        return fmt::formatter<std::string_view>::format("***", context);
    }
};
