// A running devnet and one HTTP connection to it, for the tests of the devnet itself.
#pragma once

#include "base/digest.hpp"
#include "devnet/http_library.hpp"
#include "devnet/server.hpp"
#include "printers.hpp"
#include "stellar/base64.hpp"
#include "stellar/contract_call.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/scval.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace devnet_tests {

namespace dom = simdjson::dom;
using stellar::Hash;

inline const stellar::Asset usdc = *stellar::circle_usdc(stellar::test_network_passphrase);
inline const Hash amm_id = base::sha256("amm");
inline const Hash market_id = base::sha256("market");

inline std::string account(int number) {
    return to_strkey(stellar::Address{stellar::Address::Kind::account, base::sha256(std::to_string(number))});
}

inline std::string contract(const Hash& id) {
    return to_strkey(stellar::Address{stellar::Address::Kind::contract, id});
}

inline Hash id_of(const std::string& strkey) {
    return stellar::parse_wallet(strkey)->id;
}

inline std::string trust_line_key(const std::string& owner) {
    std::string key;
    stellar::append_trust_line_key(key, id_of(owner), usdc);
    return key;
}

inline std::string base64(std::string_view bytes) {
    return stellar::to_base64(bytes);
}

/// A running devnet with USDC deployed, and one HTTP connection to it.
struct Node {
    explicit Node(devnet::ServerSettings settings = {}) : server(std::move(settings)) {
        token = server.ledger().deploy_asset(usdc);
        server.start();
        client = std::make_unique<httplib::Client>("127.0.0.1", server.port());
        client->set_keep_alive(true);
        client->set_tcp_nodelay(true);
    }

    httplib::Result post(const std::string& body, const char* type = "application/json") {
        return client->Post("/", body, type);
    }
    dom::element json(const std::string& body) {
        const auto answer = post(body);
        if (!answer) throw std::runtime_error("no answer: " + httplib::to_string(answer.error()));
        INFO(answer->body);
        REQUIRE(answer->status == 200);
        CHECK(answer->get_header_value("Content-Type") == "application/json");
        return parser.parse(answer->body);
    }
    dom::element call(const std::string& method, const std::string& params = {}) {
        return json(R"({"jsonrpc":"2.0","id":1,"method":")" + method + '"' +
                    (params.empty() ? std::string() : R"(,"params":)" + params) + '}');
    }
    dom::element entries(const std::vector<std::string>& keys) {
        std::string list;
        for (const std::string& key : keys) list += (list.empty() ? "\"" : ",\"") + base64(key) + '"';
        return call("getLedgerEntries", R"({"keys":[)" + list + "]}");
    }
    dom::element simulate(std::string_view envelope) {
        return call("simulateTransaction", R"({"transaction":")" + base64(envelope) + "\"}");
    }
    std::string simulated(const Hash& callee, std::string_view function, const std::vector<stellar::ScVal>& arguments) {
        std::string result;
        const auto answer = simulate(stellar::contract_call_envelope(callee, function, arguments));
        REQUIRE(stellar::append_decoded_base64(result, answer["result"]["results"].at(0)["xdr"]));
        return result;
    }
    std::string simulation_error(const Hash& callee, std::string_view function,
                                 const std::vector<stellar::ScVal>& arguments) {
        const auto answer = simulate(stellar::contract_call_envelope(callee, function, arguments));
        return std::string(std::string_view(answer["result"]["error"]));
    }

    devnet::Server server;
    std::unique_ptr<httplib::Client> client;
    dom::parser parser;
    Hash token{};
};

/// 0 where there was no answer.
inline int status(const httplib::Result& answer) {
    return answer ? answer->status : 0;
}

inline std::string error_of(dom::element answer) {
    return simdjson::to_string(answer["error"]);
}

} // namespace devnet_tests
