// What Prisma's connection parameters mean to libpq. For connection_url.cpp.
#pragma once

#include "db/connection_url.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace db {

using Keywords = std::vector<std::pair<std::string, std::string>>;

/// nullopt where it is not there or empty.
std::optional<std::string> value_of(const Keywords& keywords, std::string_view keyword);
void set(Keywords& keywords, std::string_view keyword, std::string value);
void unset(Keywords& keywords, std::string_view keyword);

/// Whether a parameter is Prisma's own, or of those who wrap it: never passed on to libpq as it stands.
bool is_prisma(std::string_view name);

/// Applies Prisma's parameters to libpq's, which are in `parameters`. `is_url`: only there is sslcert Prisma's.
void translate(ConnectionParameters& parameters, const Keywords& prisma, bool is_url);

} // namespace db
