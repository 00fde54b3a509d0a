// Parsing options in a test, with an environment of its own.
#pragma once

#include "cmd/settings/options.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parsing {

using Variables = std::map<std::string, std::string>;

/// What a cycle of all checks needs.
inline Variables required() {
    return {{"DATABASE_URL", "postgresql://app:S3CRET@db:5432/market"},
            {"SOROBAN_RPC_URL", "https://rpc.example.org/S3CRET"},
            {"AMM_CONTRACT_ADDRESS", "CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM"}};
}

/// `stellar-sync` with these arguments.
inline cmd::ParseOutcome parse(std::vector<std::string> arguments, const Variables& variables = required()) {
    std::vector<const char*> argv{"stellar-sync"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return cmd::parse_options(static_cast<int>(argv.size()), argv.data(), cmd::Environment(variables));
}

inline std::string text_of(const cmd::ConfigFault& fault) {
    return fmt::format("{}={}: {}", fault.setting, fault.value, fault.expected);
}

/// The options, or an exception that says why there are none.
inline cmd::Options options(std::vector<std::string> arguments, const Variables& variables = required()) {
    cmd::ParseOutcome outcome = parse(std::move(arguments), variables);
    if (auto* options = std::get_if<cmd::Options>(&outcome)) return std::move(*options);
    std::string why = "no options";
    if (const auto* exit = std::get_if<cmd::Exit>(&outcome)) why = exit->out + exit->err;
    if (const auto* faults = std::get_if<cmd::Faults>(&outcome))
        for (const cmd::ConfigFault& fault : faults->list) (why += '\n') += text_of(fault);
    throw std::runtime_error(why);
}

/// The faults; none where there are options or nothing is to be run.
inline std::vector<cmd::ConfigFault> faults(std::vector<std::string> arguments,
                                            const Variables& variables = required()) {
    cmd::ParseOutcome outcome = parse(std::move(arguments), variables);
    auto* faults = std::get_if<cmd::Faults>(&outcome);
    return faults ? std::move(faults->list) : std::vector<cmd::ConfigFault>{};
}

} // namespace parsing
