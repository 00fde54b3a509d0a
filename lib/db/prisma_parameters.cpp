#include "db/prisma_parameters.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace db {
namespace {

// Sources: Prisma's reference on PostgreSQL connection URLs; prisma-engines, quaint/src/connector/postgres/url.rs.
constexpr std::array<std::string_view, 13> prismas_own{
    // understood, see translate()
    "schema", "sslaccept", "sslidentity", "sslpassword", "pgbouncer",
    // settings of its pool and its engine: without a meaning here
    "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size", "max_connection_lifetime",
    "max_idle_connection_lifetime", "single_use_connections",
    "uselibpqcompat", // node-postgres, Prisma's driver adapter
};

std::string system_certificates() {
    const char* file = std::getenv("SSL_CERT_FILE"); // as OpenSSL has it
    return file != nullptr && *file != '\0' ? file : "/etc/ssl/certs/ca-certificates.crt";
}

std::string lower_case(std::string_view text) {
    std::string lower;
    for (const char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

// An element of search_path as the server reads it. Empty for $user, which is not the name of a schema.
std::string schema_named(std::string_view element) {
    if (!element.starts_with('"')) return lower_case(element) == "$user" ? "" : lower_case(element);
    std::string name;
    for (std::size_t i = 1; i < element.size(); ++i) {
        if (element[i] == '"' && (++i == element.size() || element[i] != '"')) break;
        name += element[i];
    }
    return name == "$user" ? "" : name;
}

// The first schema of search_path in the server's `options` (pg_split_opts(), process_postgres_switches()): words
// parted by blanks, with a backslash before a blank that belongs to a word. Empty if it is not set there.
std::string schema_in(std::string_view options) {
    std::vector<std::string> words(1);
    for (; !options.empty(); options.remove_prefix(1)) {
        if (options.starts_with('\\') && options.size() > 1) {
            options.remove_prefix(1);
        } else if (base::trimmed(options.substr(0, 1)).empty()) {
            if (!words.back().empty()) words.emplace_back();
            continue;
        }
        words.back() += options.front();
    }
    std::string schema;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view word = words[i];
        if (word == "-c" && i + 1 < words.size()) word = words[++i];
        if (word.starts_with("-c") || word.starts_with("--")) word.remove_prefix(2);
        const auto equals = word.find('=');
        std::string name(word.substr(0, equals));
        std::replace(name.begin(), name.end(), '-', '_');
        if (equals == word.npos || lower_case(name) != "search_path") continue;
        schema.clear();
        for (word.remove_prefix(equals + 1); schema.empty() && !word.empty();) {
            const auto end = std::min(word.find(','), word.size());
            schema = schema_named(base::trimmed(word.substr(0, end)));
            word.remove_prefix(std::min(end + 1, word.size()));
        }
    }
    return schema;
}

// PgBouncer refuses `options` as it comes; so Prisma drops them.
void drop_options(ConnectionParameters& parameters) {
    const auto options = value_of(parameters.keywords, "options");
    if (!options) return;
    unset(parameters.keywords, "options");
    const std::string schema = schema_in(*options);
    std::string kept;
    if (!parameters.schema_given && !schema.empty()) {
        parameters.schema = schema;
        parameters.schema_given = true;
        kept = fmt::format("; its search_path is kept: schema={}", schema);
    }
    parameters.warnings.push_back(
        fmt::format("options={} is ignored because of pgbouncer=true{}", base::shortened(*options, 200), kept));
}

void translate_tls(ConnectionParameters& parameters, const Keywords& prisma, bool is_url) {
    auto& keywords = parameters.keywords;
    const auto accept = value_of(prisma, "sslaccept");
    // Prisma's sslcert is the root certificate; libpq's is the client's, and needs a key.
    const auto certificate = value_of(keywords, "sslcert");
    if (is_url && certificate && !value_of(keywords, "sslkey") && !value_of(keywords, "sslrootcert")) {
        unset(keywords, "sslcert");
        // libpq verifies the certificate if it has a root, even at sslmode=require.
        if (accept != "accept_invalid_certs") set(keywords, "sslrootcert", *certificate);
    }
    if (value_of(prisma, "sslidentity")) {
        parameters.warnings.emplace_back("sslidentity is ignored: libpq reads no PKCS#12 file; give the client's "
                                         "certificate as sslcert and sslkey");
    } else if (const auto password = value_of(prisma, "sslpassword")) {
        set(keywords, "sslpassword", *password); // libpq has one too, for sslkey
    }
    const auto mode = value_of(keywords, "sslmode").value_or("prefer");
    if (mode == "no-verify") set(keywords, "sslmode", "require"); // node-postgres
    if (accept == "strict" && (mode == "allow" || mode == "prefer" || mode == "require")) {
        set(keywords, "sslmode", "verify-full");
        if (!value_of(keywords, "sslrootcert")) set(keywords, "sslrootcert", system_certificates());
    }
    // libpq knows the word from version 16 on.
    if (value_or_variable(keywords, "sslrootcert", "PGSSLROOTCERT") == "system") {
        set(keywords, "sslrootcert", system_certificates());
        set(keywords, "sslmode", "verify-full");
    }
}

} // namespace

std::optional<std::string> value_of(const Keywords& keywords, std::string_view keyword) {
    for (const auto& [name, value] : keywords) {
        if (name == keyword && !value.empty()) return value;
    }
    return std::nullopt;
}

std::string value_or_variable(const Keywords& keywords, std::string_view keyword, const char* variable) {
    const char* fallback = std::getenv(variable);
    return value_of(keywords, keyword).value_or(fallback ? fallback : "");
}

void set(Keywords& keywords, std::string_view keyword, std::string value) {
    unset(keywords, keyword);
    keywords.emplace_back(keyword, std::move(value));
}

void unset(Keywords& keywords, std::string_view keyword) {
    std::erase_if(keywords, [&](const auto& pair) { return pair.first == keyword; });
}

bool is_prisma(std::string_view name) {
    return std::find(prismas_own.begin(), prismas_own.end(), name) != prismas_own.end();
}

void translate(ConnectionParameters& parameters, const Keywords& prisma, bool is_url) {
    if (const auto schema = value_of(prisma, "schema")) {
        parameters.schema = *schema;
        parameters.schema_given = true;
    }
    if (value_of(prisma, "pgbouncer") == "true") drop_options(parameters);
    translate_tls(parameters, prisma, is_url);
}

} // namespace db
