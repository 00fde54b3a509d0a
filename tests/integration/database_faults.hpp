// What the tests of the database's faults have in common: users whose verdicts are known, and a look for the password.
#pragma once

#include "fakes/program.hpp"
#include "integration/world.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace integration {

/// Users "u0000", "u0001", ... whose wallets hold nothing; every fifth of them has 1 USDC in the database.
void fill_users(World& world, std::uint32_t count);

/// Each of fill_users() stands in the result once, with the right verdict, and the cycle was completed.
void check_users(const Report& report, std::uint32_t count);

/// Ends the program's connections to the world's database; how many.
int kill_connections(World& world);

/// The required variables, over whichever database; nothing waits for long.
std::map<std::string, std::string> program_environment(World& world, const std::string& database_url);

/// The program's run, with the most talkative log, after a look for the password in all that it put out.
fakes::Ended run_and_look_for_password(const std::map<std::string, std::string>& environment);

/// A value of a JSON text as JSON, by its pointer.
std::string member(const std::string& json, std::string_view pointer);

} // namespace integration
