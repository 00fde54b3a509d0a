#include "cmd/manual/hidden_arguments.hpp"

#include "cmd/settings/settings_table.hpp"

#include <algorithm>
#include <string_view>

namespace cmd {
namespace {

bool is_secret(std::string_view flag) {
    return std::any_of(settings().begin(), settings().end(),
                       [flag](const Setting& setting) { return setting.secret && flag_of(setting.name) == flag; });
}

/// In place, and without its length.
void hide(char* text) {
    for (int stars = 3; *text != '\0'; ++text) *text = stars-- > 0 ? '*' : '\0';
}

} // namespace

void hide_secret_arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (!argument.starts_with("--")) continue;
        const std::size_t equals = argument.find('=');
        if (!is_secret(argument.substr(2, equals == argument.npos ? equals : equals - 2))) continue;
        if (equals != argument.npos)
            hide(argv[i] + equals + 1);
        else if (i + 1 < argc)
            hide(argv[++i]);
    }
}

} // namespace cmd
