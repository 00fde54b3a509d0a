#include "cmd/settings/example_config.hpp"

#include "cmd/parse.hpp"
#include "cmd/settings/config_file.hpp"
#include "cmd/settings/settings_table.hpp"
#include "cmd/temporary_file.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>

using parsing::TemporaryFile;

TEST_CASE("the example of a configuration file has every setting with its default, and reads back") {
    const std::string example = std::get<cmd::Exit>(parsing::parse({"--print-config"})).out;
    CHECK(example == cmd::example_config());
    const auto [items, tables, faults] = cmd::parse_config(example);
    CHECK(faults.empty());
    CHECK(tables.empty());
    for (const cmd::Setting& setting : cmd::settings()) {
        INFO(setting.name);
        const std::string key = cmd::flag_of(setting.name);
        const auto item = std::find_if(items.begin(), items.end(), [&](const auto& each) { return each.key == key; });
        if (setting.fallback.empty()) {
            CHECK(item == items.end());
            CHECK(example.find("\n#" + key + " = ") != std::string::npos);
        } else {
            REQUIRE(item != items.end());
            CHECK(item->values == std::vector{std::string(setting.fallback)});
        }
    }
    for (std::size_t start = 0, end; (end = example.find('\n', start)) != std::string::npos; start = end + 1)
        CHECK(end - start <= 80);
}

TEST_CASE("the example as it stands changes nothing but where the values come from") {
    const TemporaryFile file(cmd::example_config());
    const auto plain = std::get<cmd::Options>(parsing::parse({"run"}));
    const auto with = std::get<cmd::Options>(parsing::parse({"run", "--config", file.path()}));
    REQUIRE(plain.shown.size() == with.shown.size());
    for (std::size_t i = 0; i < plain.shown.size(); ++i) {
        INFO(plain.shown[i].name);
        CHECK(plain.shown[i].name == with.shown[i].name);
        CHECK(plain.shown[i].value == with.shown[i].value);
        if (plain.shown[i].origin == cmd::Origin::fallback) CHECK(with.shown[i].origin == cmd::Origin::file);
    }
}

TEST_CASE("the example is a TOML file once what is commented out is filled in, too") {
    const std::string filled = std::regex_replace(cmd::example_config(), std::regex("\n#([a-z-]+ = )"), "\n$1");
    CHECK(cmd::parse_config(filled).faults.empty());
    CHECK(cmd::parse_config(filled).items.size() == cmd::settings().size());
}

TEST_CASE("the words of a setting are those that it reads") {
    for (const cmd::Setting& setting : cmd::settings()) {
        for (const std::string_view word : setting.words) {
            INFO(setting.name << " " << word);
            cmd::Options options;
            CHECK_FALSE(setting.read(std::string(word), options));
        }
    }
}
