#include "db/quoting.hpp"

#include <array>

namespace db {

std::string quoted_identifier(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

std::string array_literal(std::span<const std::string> elements) {
    std::string literal = "{";
    for (const auto& element : elements) {
        if (literal.size() > 1) literal += ',';
        literal += '"';
        for (const char c : element) {
            if (c == '"' || c == '\\') literal += '\\';
            literal += c;
        }
        literal += '"';
    }
    return literal + '}';
}

std::string with_own_operators(std::string_view sql) {
    constexpr std::array<std::string_view, 4> operators{" = ", " <> ", " > ", " || "};
    std::string qualified;
    while (!sql.empty()) {
        std::size_t length = 1;
        for (const auto candidate : operators) {
            if (sql.starts_with(candidate)) length = candidate.size() - 1; // its last blank may begin another
        }
        if (length == 1) {
            qualified += sql.front();
        } else {
            qualified.append(" OPERATOR(pg_catalog.").append(sql.substr(1, length - 1)).push_back(')');
        }
        sql.remove_prefix(length);
    }
    return qualified;
}

} // namespace db
