// What is put on the wire for each channel, and what a server may be quoted with.
#pragma once

#include "alert/deliver.hpp"
#include "net/channel.hpp"

#include <string>
#include <variant>
#include <vector>

namespace alert {

using Message = std::variant<net::HttpRequest, net::Mail>; // less the time-out

/// None for LOG and METRICS. `now` is for the webhook's signature.
std::vector<Message> messages_of(const ChannelAlert& told, const ChannelAddresses& addresses, base::WallTime now);

/// ": no_service": the server's own words, which tell most; empty where they might repeat a secret.
std::string words_of(const Message& message, const net::HttpOutcome& outcome, const ChannelAddresses& addresses);

} // namespace alert
