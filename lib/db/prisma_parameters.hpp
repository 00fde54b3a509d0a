// Translates Prisma's connection parameters into libpq's. For connection_url.cpp.
#pragma once

#include "db/connection_url.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace db {

using Keywords = std::vector<std::pair<std::string, std::string>>;

/// nullopt if it is absent or empty.
std::optional<std::string> value_of(const Keywords& keywords, std::string_view keyword);
/// The value, or the environment variable that libpq takes instead; empty if there is neither.
std::string value_or_variable(const Keywords& keywords, std::string_view keyword, const char* variable);
void set(Keywords& keywords, std::string_view keyword, std::string value);
void unset(Keywords& keywords, std::string_view keyword);

/// True for a parameter of Prisma or of a wrapper around it: libpq never gets it unchanged.
bool is_prisma(std::string_view name);

/// Applies Prisma's parameters to libpq's, which are in `parameters`. `is_url`: sslcert may have Prisma's meaning.
void translate(ConnectionParameters& parameters, const Keywords& prisma, bool is_url);

} // namespace db
