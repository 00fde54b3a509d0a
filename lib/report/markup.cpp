#include "report/markup.hpp"

#include <array>

namespace report {

namespace {

struct Entity {
    char character = 0;
    std::string_view text;
};
constexpr std::array<Entity, 5> entities{
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}};

/// The first `count` of them.
std::string with_entities(std::string_view text, std::size_t count) {
    std::string out;
    for (const char c : text) {
        std::size_t i = 0;
        while (i < count && entities[i].character != c) ++i;
        if (i < count)
            out += entities[i].text;
        else
            out += c;
    }
    return out;
}

} // namespace

std::string escaped_slack(std::string_view text) {
    return with_entities(text, 3);
}

std::string escaped_html(std::string_view text) {
    return with_entities(text, entities.size());
}

} // namespace report
