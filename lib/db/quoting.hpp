// Writes names and lists in SQL. Single values are never written into a statement: they are parameters.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace db {

/// "name", with inner quotes doubled.
std::string quoted_identifier(std::string_view name);

/// {"a","b\"c"}: PostgreSQL's text form of an array, for a parameter; every element is quoted.
std::string array_literal(std::span<const std::string> elements);

/// A statement of the program's own, with = <> > || (between blanks) turned into PostgreSQL's own operators of that
/// name: OPERATOR(pg_catalog.=), ... Otherwise PostgreSQL would prefer an operator that somebody else created for
/// exactly these types.
std::string with_own_operators(std::string_view sql);

} // namespace db
