// The control interface under /devnet/: what a test does through the in-process API, for scripts.
#pragma once

#include "devnet/faults.hpp"
#include "devnet/http_library.hpp"
#include "devnet/ledger.hpp"
#include "devnet/traffic.hpp"

namespace devnet {

void serve_control(const httplib::Request& request, httplib::Response& response, Ledger& ledger, Faults& faults,
                   Traffic& traffic);

} // namespace devnet
