// DATABASE_URL: a postgresql:// or postgres:// URL, as libpq or as Prisma writes it, or a libpq keyword string.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace db {

/// What to connect with. Holds the password: nothing prints it, and the texts below do not contain it.
struct ConnectionParameters {
    std::vector<std::pair<std::string, std::string>> keywords; // libpq's own, each at most once
    std::string schema = "public";
    bool schema_given = false;         // if so, it is the search_path of every statement
    std::vector<std::string> warnings; // dropped parameters and ignored variables that somebody may have meant
    std::vector<const char*> ignored_variables = {}; // of the environment; Connection removes them
};

/// Translates or drops Prisma's parameters, drops unknown ones with a warning, and checks what libpq would refuse only
/// when it connects. Of libpq's environment variables those count that cannot change which server is meant; a warning
/// names the others. The failure is the text of a CONFIG_ERROR. It never repeats the URL or a part of it, since in a
/// malformed URL anything may be the password.
base::Result<ConnectionParameters> parse_connection_url(std::string_view url);

} // namespace db
