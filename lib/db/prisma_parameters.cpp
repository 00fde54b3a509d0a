#include "db/prisma_parameters.hpp"

#include <algorithm>
#include <array>

namespace db {
namespace {

// Sources: Prisma's reference on PostgreSQL connection URLs; prisma-engines, quaint/src/connector/postgres/url.rs.
constexpr std::array<std::string_view, 13> prismas_own{
    // understood, see translate()
    "schema", "sslaccept", "sslidentity", "sslpassword",
    // of its pool and its engine: of no meaning here
    "connection_limit", "pool_timeout", "pgbouncer", "socket_timeout", "statement_cache_size",
    "max_connection_lifetime", "max_idle_connection_lifetime", "single_use_connections",
    "uselibpqcompat", // node-postgres, Prisma's driver adapter
};

void translate_tls(ConnectionParameters& parameters, const Keywords& prisma, bool is_url) {
    auto& keywords = parameters.keywords;
    const auto accept = value_of(prisma, "sslaccept");
    // Prisma's sslcert is the root that signed the server's certificate; libpq's is the client's, and needs a key.
    const auto certificate = value_of(keywords, "sslcert");
    if (is_url && certificate && !value_of(keywords, "sslkey") && !value_of(keywords, "sslrootcert")) {
        unset(keywords, "sslcert");
        // libpq verifies the certificate as soon as it has a root, even at sslmode=require.
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
        if (!value_of(keywords, "sslrootcert")) set(keywords, "sslrootcert", "/etc/ssl/certs/ca-certificates.crt");
    }
}

} // namespace

std::optional<std::string> value_of(const Keywords& keywords, std::string_view keyword) {
    for (const auto& [name, value] : keywords) {
        if (name == keyword && !value.empty()) return value;
    }
    return std::nullopt;
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
    translate_tls(parameters, prisma, is_url);
}

} // namespace db
