// An HTTP server that keeps what it is sent and answers by a function: the other end of whatever is no RPC.
#pragma once

#include "fakes/authority.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fakes {

struct ReceivedRequest {
    std::string method;
    std::string target; // path and query, as sent
    std::string body;
    std::map<std::string, std::string> headers; // names in lower case
};

struct GivenAnswer {
    int status = 200;
    std::string body;
    std::map<std::string, std::string> headers{};
    std::chrono::milliseconds delay{0}; // before it comes; cut short when the receiver ends
};

class HttpReceiver {
  public:
    using Answer = std::function<GivenAnswer(const ReceivedRequest&)>;

    /// `answer` is called by several threads, one request at a time. By default all is well.
    explicit HttpReceiver(Answer answer = [](const ReceivedRequest&) { return GivenAnswer{}; });
    /// Over TLS alone.
    explicit HttpReceiver(
        const Certificate& certificate, Answer answer = [](const ReceivedRequest&) { return GivenAnswer{}; });
    ~HttpReceiver();
    HttpReceiver(const HttpReceiver&) = delete;
    HttpReceiver& operator=(const HttpReceiver&) = delete;

    std::string url(const std::string& host = "127.0.0.1") const; // http[s]://127.0.0.1:PORT
    std::vector<ReceivedRequest> received() const;

  private:
    struct State;
    void begin(Answer answer);

    std::unique_ptr<State> state_;
};

} // namespace fakes
