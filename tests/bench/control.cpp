#include "bench/control.hpp"

#include "devnet/http_library.hpp"

#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

std::string body_of(const httplib::Result& result, const std::string& url) {
    if (!result || result->status != 200) throw std::runtime_error("no answer from " + url);
    return result->body;
}

} // namespace

std::string NodeControl::url(unsigned latency_ms) const {
    return latency_ms == 0 ? url_ : url_ + "/latency/" + std::to_string(latency_ms);
}

void NodeControl::clear() const {
    body_of(httplib::Client(url_).Post("/bench/clear", "", "text/plain"), url_);
}

std::map<std::string, std::uint64_t> NodeControl::stats() const {
    std::istringstream lines(body_of(httplib::Client(url_).Get("/bench/stats"), url_));
    std::map<std::string, std::uint64_t> stats;
    std::string name;
    std::uint64_t value = 0;
    while (lines >> name >> value) stats[name] = value;
    return stats;
}

void NodeControl::record(const std::string& file) const {
    body_of(httplib::Client(url_).Post("/bench/record", file, "text/plain"), url_);
}

std::string NodeControl::ask(const std::string& request) const {
    return body_of(httplib::Client(url_).Post("/", request, "application/json"), url_);
}

} // namespace bench
