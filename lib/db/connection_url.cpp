#include "db/connection_url.hpp"

#include "base/hex.hpp"
#include "db/postgres.hpp"
#include "db/prisma_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <optional>

namespace db {
namespace {

using Parsed = base::Result<ConnectionParameters>;

constexpr std::string_view blanks = " \t\r\n\v\f";
constexpr std::string_view encode_hint =
    "write special characters of the user and the password percent-encoded (@ as %40, / as %2F, : as %3A, ? as %3F, "
    "# as %23)";

struct Choice {
    std::string_view keyword;
    std::string_view allowed; // with a blank around each
};
// libpq would refuse these only when it connects, as if the server could not be reached.
constexpr std::array choices{
    Choice{"sslmode", " disable allow prefer require verify-ca verify-full "},
    Choice{"channel_binding", " disable prefer require "},
    Choice{"gssencmode", " disable prefer require "},
    Choice{"target_session_attrs", " any read-write read-only primary standby prefer-standby "},
};

struct File {
    std::string_view keyword;
    const char* variable;
};
// libpq would wait for ever for a pipe. It checks passfile and sslkey itself.
constexpr std::array files{File{"sslcert", "PGSSLCERT"}, File{"sslrootcert", "PGSSLROOTCERT"},
                           File{"sslcrl", "PGSSLCRL"}, File{"servicefile", "PGSERVICEFILE"}};

bool is_identifier(std::string_view text) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !text.empty() && fits(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return fits(c) || (c >= '0' && c <= '9'); });
}

// A name behind a password may be an unencoded part of it, so it is not repeated.
std::string unknown_parameter(std::string_view name, bool behind_password) {
    if (behind_password || name.size() > 40 || !is_identifier(name)) {
        return "a parameter that neither libpq nor Prisma knows is ignored";
    }
    return fmt::format("the parameter {} is ignored: neither libpq nor Prisma knows it", name);
}

std::optional<std::string> bad_port(const std::string& ports) {
    std::size_t begin = 0;
    while (begin <= ports.size()) {
        const auto end = std::min(ports.find(',', begin), ports.size());
        int number = 0;
        const auto [stop, error] = std::from_chars(ports.data() + begin, ports.data() + end, number);
        const bool valid = error == std::errc() && stop == ports.data() + end && number >= 1 && number <= 65535;
        if (begin != end && !valid) return fmt::format("a port is not a number from 1 to 65535; {}", encode_hint);
        begin = end + 1;
    }
    return std::nullopt;
}

// Those that would silently change which server DATABASE_URL means, or that a pooler may refuse.
void ignore_variables(ConnectionParameters& parameters) {
    const auto named = [&](std::string_view keyword) { return value_of(parameters.keywords, keyword).has_value(); };
    const auto ignore = [&](std::initializer_list<const char*> variables, std::string_view why) {
        for (const char* variable : variables) {
            parameters.ignored_variables.push_back(variable);
            if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') {
                parameters.warnings.push_back(fmt::format("{} in the environment is ignored: {}", variable, why));
            }
        }
    };
    ignore({"PGOPTIONS", "PGTARGETSESSIONATTRS"}, "write it into DATABASE_URL");
    ignore({"PGTZ", "PGDATESTYLE", "PGGEQO"}, "the program sets what it needs");
    if (named("host") || named("hostaddr")) ignore({"PGHOST", "PGHOSTADDR", "PGPORT"}, "DATABASE_URL names a host");
    if (!named("service")) ignore({"PGSERVICE", "PGSERVICEFILE"}, "DATABASE_URL names no service");
}

Parsed finish(ConnectionParameters parameters, const Keywords& prisma, bool is_url) {
    translate(parameters, prisma, is_url);
    for (const auto& [keyword, allowed] : choices) {
        const auto value = value_of(parameters.keywords, keyword);
        if (value && (value->find(' ') != value->npos || allowed.find(' ' + *value + ' ') == allowed.npos)) {
            return base::fail(fmt::format("its {} is not one of:{}", keyword, allowed.substr(0, allowed.size() - 1)));
        }
    }
    if (const auto ports = value_of(parameters.keywords, "port")) {
        if (auto fault = bad_port(*ports)) return base::fail(std::move(*fault));
    }
    for (const auto& [keyword, value] : parameters.keywords) {
        if (value.find('\0') != value.npos) return base::fail(fmt::format("its {} holds a NUL character", keyword));
    }
    for (const auto& [keyword, variable] : files) {
        const std::string file = value_or_variable(parameters.keywords, keyword, variable);
        std::error_code unknown;
        const auto status = std::filesystem::status(file, unknown);
        if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
            return base::fail(fmt::format("the file of {} ({}) is not a regular file", keyword, variable));
        }
    }
    ignore_variables(parameters);
    return parameters;
}

// ---- URLs

struct Pieces {
    std::optional<std::string> user, password;
    std::string_view hosts; // with ports, as written
    std::string_view path;  // with its '/', or empty
    std::string_view query; // without its '?'
};

// Where user and password end: at the last '@' before the path, as in every URL standard and in Prisma. libpq allows a
// '?' in the password, too; so it counts as a part of it if what follows is not a parameter.
std::size_t credentials_end(std::string_view rest) {
    const auto before_path = rest.substr(0, rest.find('/'));
    const auto question = before_path.find('?');
    if (const auto at = before_path.substr(0, question).rfind('@'); at != rest.npos || question == rest.npos) return at;
    const auto behind = before_path.substr(question + 1);
    return is_identifier(behind.substr(0, behind.find('='))) && behind.find('=') != behind.npos ? rest.npos
                                                                                                : before_path.find('@');
}

Pieces take_apart(std::string_view rest) {
    Pieces pieces;
    if (const auto at = credentials_end(rest); at != rest.npos) {
        const auto credentials = rest.substr(0, at);
        const auto colon = credentials.find(':');
        if (colon != 0 && !credentials.empty()) pieces.user = base::percent_decoded(credentials.substr(0, colon));
        if (colon != credentials.npos) pieces.password = base::percent_decoded(credentials.substr(colon + 1));
        rest.remove_prefix(at + 1);
    }
    const auto question = std::min(rest.find('?'), rest.size());
    pieces.query = rest.substr(std::min(question + 1, rest.size()));
    rest = rest.substr(0, question);
    const auto slash = std::min(rest.find('/'), rest.size());
    pieces.hosts = rest.substr(0, slash);
    pieces.path = rest.substr(slash);
    return pieces;
}

std::string plus_as_blank(std::string value) {
    std::replace(value.begin(), value.end(), '+', ' ');
    return value;
}

// To libpq the first '@' before a '/' ends the password, and a second '=' is a mistake.
std::string recoded(std::string_view value) {
    std::string text;
    for (const char c : value) text += c == '@' ? "%40" : c == '=' ? "%3D" : std::string(1, c);
    return text;
}

Parsed parse_url(std::string_view rest) {
    const Pieces pieces = take_apart(rest);
    const auto misplaced = [] { return base::fail(fmt::format("there is an '@' behind the host: {}", encode_hint)); };
    if (pieces.path.find('@') != pieces.path.npos) return misplaced();

    ConnectionParameters parameters;
    Keywords prisma;
    std::string kept; // for libpq, in its own form
    bool password_seen = false;
    for (std::string_view query = pieces.query; !query.empty();) {
        const auto end = std::min(query.find('&'), query.size());
        const auto parameter = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (parameter.empty()) continue;
        const auto equals = std::min(parameter.find('='), parameter.size());
        const std::string name = base::percent_decoded(parameter.substr(0, equals));
        const auto raw = parameter.substr(std::min(equals + 1, parameter.size()));
        if (is_prisma(name)) {
            set(prisma, name, base::percent_decoded(plus_as_blank(std::string(raw))));
        } else if (equals == parameter.size()) {
            return base::fail(fmt::format("a parameter has no '='; {}", encode_hint));
        } else if (libpq_knows(name) || parameter == "ssl=true") { // the latter is JDBC's; libpq takes it
            kept += fmt::format("{}{}={}", kept.empty() ? "?" : "&", name, recoded(raw));
            password_seen = password_seen || name == "password";
        } else if (raw.find('@') != raw.npos) {
            return misplaced();
        } else {
            parameters.warnings.push_back(unknown_parameter(name, password_seen));
        }
    }
    auto parsed = libpq_parse(fmt::format("postgresql://{}{}{}", pieces.hosts, pieces.path, kept));
    if (!parsed) return base::fail(fmt::format("libpq cannot read it as a URL; {}", encode_hint));
    parameters.keywords = std::move(*parsed);
    const auto add = [&](std::string_view keyword, const std::optional<std::string>& value) {
        if (value && !value_of(parameters.keywords, keyword)) set(parameters.keywords, keyword, *value);
    };
    add("user", pieces.user);
    add("password", pieces.password);
    return finish(std::move(parameters), prisma, true);
}

// ---- keyword strings: fe-connect.c, conninfo_parse()

std::optional<Keywords> split_keywords(std::string_view text) {
    Keywords pairs;
    const auto skip_blanks = [&] { text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size())); };
    for (skip_blanks(); !text.empty(); skip_blanks()) {
        const auto end = std::min(text.find_first_of(" \t\r\n\v\f="), text.size());
        std::string name(text.substr(0, end));
        text.remove_prefix(end);
        skip_blanks();
        if (!is_identifier(name) || !text.starts_with('=')) return std::nullopt;
        text.remove_prefix(1);
        skip_blanks();
        const bool quoted = text.starts_with('\'');
        if (quoted) text.remove_prefix(1);
        std::string value;
        while (!text.empty() && (quoted ? text.front() != '\'' : blanks.find(text.front()) == blanks.npos)) {
            if (text.front() == '\\') text.remove_prefix(1);
            if (text.empty()) break;
            value += text.front();
            text.remove_prefix(1);
        }
        if (quoted) {
            if (text.empty()) return std::nullopt; // no closing quote
            text.remove_prefix(1);
        }
        pairs.emplace_back(std::move(name), std::move(value));
    }
    return pairs;
}

Parsed parse_keywords(std::string_view text) {
    const auto pairs = split_keywords(text);
    if (!pairs) {
        return base::fail("it is neither a postgresql:// URL nor a libpq keyword string (host=... dbname=...); put a "
                          "value with blanks or quotes into single quotes, with \\ before ' and \\");
    }
    ConnectionParameters parameters;
    Keywords prisma;
    bool password_seen = false;
    for (const auto& [name, value] : *pairs) {
        if (is_prisma(name)) {
            set(prisma, name, value);
        } else if (libpq_knows(name)) {
            set(parameters.keywords, name, value);
            password_seen = password_seen || name == "password";
        } else {
            parameters.warnings.push_back(unknown_parameter(name, password_seen));
        }
    }
    if (parameters.keywords.empty()) return base::fail("it names no database: give a postgresql:// URL");
    return finish(std::move(parameters), prisma, false);
}

} // namespace

Parsed parse_connection_url(std::string_view url) {
    url.remove_prefix(std::min(url.find_first_not_of(blanks), url.size()));
    url = url.substr(0, url.find_last_not_of(blanks) + 1);
    if (url.empty()) return base::fail("it is empty");
    // A file may hold one; libpq would stop reading there.
    if (url.find('\0') != url.npos) return base::fail("it holds a NUL character");
    for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
        if (url.starts_with(scheme)) return parse_url(url.substr(scheme.size()));
    }
    if (url.starts_with("prisma://") || url.starts_with("prisma+postgres://")) {
        return base::fail("it is a URL of Prisma Accelerate: give the database's own (what Prisma calls directUrl)");
    }
    return parse_keywords(url);
}

} // namespace db
