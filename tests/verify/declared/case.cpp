#include "verify/declared/case.hpp"

#include <toml++/toml.h>

#include <fstream>
#include <sstream>

namespace declared {

std::vector<verify::DeclarationTable> tables_of(std::string_view text) {
    const toml::table root = toml::parse(text, std::string_view("checks.toml"));
    const auto text_of = [](const toml::node& node) {
        if (const auto* string = node.as_string()) return string->get();
        std::ostringstream out;
        node.visit([&out](const auto& value) { out << value; });
        return out.str();
    };
    std::vector<verify::DeclarationTable> tables;
    for (const toml::node& element : *root["check"].as_array()) {
        verify::DeclarationTable& table = tables.emplace_back();
        table.file = "checks.toml";
        table.line = element.source().begin.line;
        for (const auto& [name, node] : *element.as_table()) {
            verify::DeclarationTable::Key key{std::string(name.str()), {}, node.is_array(), node.source().begin.line};
            if (const auto* array = node.as_array()) {
                for (const toml::node& one : *array) key.values.push_back(text_of(one));
            } else {
                key.values.push_back(text_of(node));
            }
            // A text between ''' begins on the next line if the quotes end theirs.
            const bool below =
                node.source().end.line - node.source().begin.line >
                static_cast<std::size_t>(std::count(key.values.front().begin(), key.values.front().end(), '\n'));
            if (!key.array && below) ++key.line;
            table.keys.push_back(std::move(key));
        }
    }
    return tables;
}

std::string read_file(const std::string& name) {
    std::ifstream file(std::string(DECLARED_DIR) + "/" + name);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

} // namespace declared
