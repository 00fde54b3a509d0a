#include "bench/http_request.hpp"

#include <cctype>
#include <charconv>

namespace bench {
namespace {

/// The value of a header, whatever its name's case.
std::string_view header(std::string_view head, std::string_view name) {
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line + 2)) {
        const std::string_view rest = head.substr(line + 2);
        if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
        bool same = true;
        for (std::size_t i = 0; i < name.size(); ++i) {
            same = same && std::tolower(static_cast<unsigned char>(rest[i])) == name[i];
        }
        if (!same) continue;
        std::string_view value = rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        return value;
    }
    return {};
}

} // namespace

std::uint64_t to_number(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

bool take_request(std::string_view bytes, Request& request) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    const std::string_view head = bytes.substr(0, end + 2);
    const std::size_t length = to_number(header(head, "content-length"));
    request.size = end + 4 + length;
    if (bytes.size() < request.size) return false;
    const std::size_t space = head.find(' ');
    request.method = head.substr(0, space);
    request.path = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
    request.body = bytes.substr(end + 4, length);
    return true;
}

} // namespace bench
