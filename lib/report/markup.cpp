#include "report/markup.hpp"

#include <algorithm>
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

std::string escaped_markdown(std::string_view text) {
    constexpr std::string_view markup = "\\`*_[]#|<>~&@";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool link = text.substr(i).starts_with("://");
        if (link || markup.find(text[i]) != std::string_view::npos) out += '\\';
        out += text[i];
    }
    return out;
}

std::string code_span(std::string_view text) {
    if (text.empty()) return "";
    std::string inside;
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
        if (c == '|') inside += '\\'; // or it would end the cell; a renderer takes the backslash away
        inside += c;
    }
    const std::string fence(longest + 1, '`');
    const std::string_view blank = longest > 0 ? " " : "";
    return fence + std::string(blank) + inside + std::string(blank) + fence;
}

} // namespace report
