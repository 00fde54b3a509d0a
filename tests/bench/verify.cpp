#include "bench/verify.hpp"

#include "bench/control.hpp"
#include "devnet/server.hpp"

#include <fstream>
#include <stdexcept>

namespace bench {
namespace {

/// The two close their ledgers at other times.
std::string without_ledger(std::string answer) {
    const std::size_t at = answer.rfind("\"latestLedger\":");
    return at == answer.npos ? answer : answer.erase(at, answer.find('}', at) - at);
}

} // namespace

std::size_t verify(const std::string& requests, const std::string& node_url, const WorldSize& size) {
    devnet::Server devnet;
    fill(devnet.ledger(), size);
    devnet.start();
    const NodeControl expected(devnet.url());
    const NodeControl node(node_url);
    std::ifstream lines(requests);
    std::size_t compared = 0;
    for (std::string request; std::getline(lines, request);) {
        // getHealth tells the time.
        if (request.find("getHealth") != std::string::npos) continue;
        const std::string answer = without_ledger(expected.ask(request));
        if (without_ledger(node.ask(request)) != answer || without_ledger(node.ask(request)) != answer) {
            throw std::runtime_error("the devnet and the measured node differ in their answers to " + request);
        }
        ++compared;
    }
    if (compared == 0) throw std::runtime_error("there is no request in " + requests);
    return compared;
}

} // namespace bench
