// DATABASE_URL: a postgresql:// or postgres:// URL, as libpq or as Prisma writes it, or a libpq keyword string.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace db {

/// What to connect with. Holds the password: nothing prints it, and no text below repeats a value of it.
struct ConnectionParameters {
    std::vector<std::pair<std::string, std::string>> keywords; // libpq's own, each at most once
    std::string schema = "public";
    bool schema_given = false;         // then it is put in front of the search_path of every statement
    std::vector<std::string> warnings; // parameters dropped that somebody may have meant; to be logged
};

/// Understands, translates or drops Prisma's parameters, drops unknown ones with a warning, and checks what libpq would
/// only complain about on connecting. The failure is a text for a CONFIG_ERROR; it never repeats the URL or a part of
/// it, since what stands where in a malformed URL is not known.
base::Result<ConnectionParameters> parse_connection_url(std::string_view url);

} // namespace db
