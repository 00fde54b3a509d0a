// As much of HTTP/1.1's requests as libcurl sends for a POST, and no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

struct Request {
    std::string_view method;
    std::string_view path;
    std::string_view body;
    std::size_t size = 0; // of head and body
};

/// The number in front of anything else; 0 where there is none.
std::uint64_t to_number(std::string_view text);

/// The request at the front of the bytes, which it points into. False where not all of it is there yet.
bool take_request(std::string_view bytes, Request& request);

} // namespace bench
