#include "bench/verify.hpp"

#include "bench/control.hpp"
#include "devnet/server.hpp"

#include <fstream>
#include <stdexcept>

namespace bench {

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
        const std::string answer = expected.ask(request);
        if (node.ask(request) != answer || node.ask(request) != answer) {
            throw std::runtime_error("the devnet and the measured node differ in their answers to " + request);
        }
        ++compared;
    }
    if (compared == 0) throw std::runtime_error("there is no request in " + requests);
    return compared;
}

} // namespace bench
