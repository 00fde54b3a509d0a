// Commits the faults that strike a request: those inside the answer become a Distortion, those of the transport are
// played when the right answer is ready.
#pragma once

#include "devnet/faults.hpp"
#include "devnet/http_front.hpp"
#include "devnet/rpc.hpp"

#include <vector>

namespace devnet {

Distortion distortion_of(const std::vector<Fault>& faults);

/// Waits as long as the faults say, then changes the answer or ends the connection where one of them does so.
void play_faults(const std::vector<Fault>& faults, HttpFront& front, SocketStream& connection,
                 httplib::Response& response);

} // namespace devnet
