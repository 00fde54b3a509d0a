#include "integration/program.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <fmt/format.h>

namespace integration {

Environment environment_of(World& world) {
    return {{"DATABASE_URL", world.database.url() + "?schema=public&connection_limit=5&pool_timeout=0"},
            {"SOROBAN_RPC_URL", world.node.url()},
            {"AMM_CONTRACT_ADDRESS", stellar::to_strkey({stellar::Address::Kind::contract, world.amm})},
            {"SYNC_CONFIRM_DELAY_MS", "50"},
            {"SYNC_RETRY_DELAY_MS", "10"}};
}

std::string pointer(const std::string& json, std::string_view path) {
    simdjson::dom::parser parser;
    simdjson::dom::element element;
    if (parser.parse(json).at_pointer(path).get(element) != simdjson::SUCCESS) return "(absent)";
    return simdjson::minify(element);
}

std::string counts_in(const std::string& json, std::string_view check) {
    const std::string whole = pointer(json, fmt::format("/checks/{}", check));
    const std::size_t end = whole.find(",\"largest\":");
    return end == std::string::npos ? whole : whole.substr(0, end) + "}";
}

std::vector<std::string> events(const fakes::Ended& ended, std::string_view type) {
    std::vector<std::string> found;
    for (std::size_t at = 0; at < ended.err.size();) {
        const std::size_t end = ended.err.find('\n', at);
        const std::string line = ended.err.substr(at, end - at);
        at = end + 1;
        INFO(line);
        for (const char* member : {"/timestamp", "/level", "/message", "/syncId", "/type"}) {
            CHECK(pointer(line, member) != "(absent)");
        }
        if (pointer(line, "/type") == fmt::format("\"{}\"", type)) found.push_back(line);
    }
    return found;
}

} // namespace integration
