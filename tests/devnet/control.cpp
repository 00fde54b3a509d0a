#include "devnet/control.hpp"

#include "devnet/json_rpc.hpp"
#include "devnet/ledger_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <string>

namespace devnet {
namespace {

void close_ledgers(const httplib::Request& request, httplib::Response& response, Ledger& ledger) {
    std::uint32_t ledgers = 1;
    if (request.has_param("ledgers")) {
        const std::string text = request.get_param_value("ledgers");
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ledgers);
        if (error != std::errc() || end != text.data() + text.size()) {
            throw std::invalid_argument("ledgers is no number");
        }
    }
    response.set_content(fmt::format("{{\"latestLedger\":{}}}\n", ledger.close(ledgers)), "application/json");
}

void change_faults(const httplib::Request& request, httplib::Response& response, Faults& faults) {
    std::vector<FaultRule> rules = parse_faults(request.body);
    const std::size_t first = request.body.find_first_not_of(" \t\r\n");
    if (request.body[first] == '[') {
        faults.set(std::move(rules));
    } else {
        faults.add(std::move(rules.front()));
    }
    response.status = 204;
}

std::string stats(const Ledger& ledger, const Faults& faults, const Traffic& traffic) {
    const Counters counters = traffic.counters();
    std::string text = fmt::format(R"({{"latestLedger":{},"entries":{},"requests":{},"connections":{},"inFlight":{},)"
                                   R"("maxInFlight":{},"keys":{},"struck":{},"calls":{{)",
                                   ledger.latest(), ledger.size(), counters.requests, counters.connections,
                                   counters.in_flight, counters.max_in_flight, counters.keys, faults.struck());
    for (const auto& [method, count] : counters.calls) {
        if (text.back() != '{') text += ',';
        append_go_string(text, method);
        fmt::format_to(std::back_inserter(text), ":{}", count);
    }
    return text + "}}\n";
}

} // namespace

void serve_control(const httplib::Request& request, httplib::Response& response, Ledger& ledger, Faults& faults,
                   Traffic& traffic) {
    const bool post = request.method == "POST";
    try {
        if (post && request.path == "/devnet/records") {
            load_records(ledger, request.body, "request");
            response.status = 204;
        } else if (post && request.path == "/devnet/close") {
            close_ledgers(request, response, ledger);
        } else if (post && request.path == "/devnet/remember") {
            ledger.remember();
            response.status = 204;
        } else if (post && request.path == "/devnet/faults") {
            change_faults(request, response, faults);
        } else if (!post && request.path == "/devnet/stats") {
            response.set_content(stats(ledger, faults, traffic), "application/json");
        } else if (post && request.path == "/devnet/stats/clear") {
            traffic.clear();
            response.status = 204;
        } else {
            response.status = 404;
            response.set_content("no such control\n", "text/plain");
        }
    } catch (const std::exception& error) {
        response.status = 400;
        response.set_content(std::string(error.what()) + '\n', "text/plain");
    }
}

} // namespace devnet
