#include "fakes/http_receiver.hpp"

#include "devnet/http_library.hpp"

#include <fmt/format.h>

#include <cctype>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace fakes {

struct HttpReceiver::State {
    Answer answer;
    std::unique_ptr<httplib::Server> server;
    bool tls = false;
    int port = 0;
    std::thread listener;
    mutable std::mutex mutex;
    std::condition_variable ended;
    bool ending = false;
    std::vector<ReceivedRequest> received;

    void handle(const httplib::Request& request, httplib::Response& response) {
        ReceivedRequest taken{request.method, request.target, request.body, {}};
        for (const auto& [name, value] : request.headers) {
            std::string lower;
            for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            taken.headers[lower] = value;
        }
        std::unique_lock lock(mutex);
        received.push_back(taken);
        const GivenAnswer given = answer(taken);
        ended.wait_for(lock, given.delay, [this] { return ending; });
        response.status = given.status;
        response.body = given.body;
        for (const auto& [name, value] : given.headers) response.set_header(name, value);
    }
};

HttpReceiver::HttpReceiver(Answer answer) : state_(std::make_unique<State>()) {
    state_->server = std::make_unique<httplib::Server>();
    begin(std::move(answer));
}

HttpReceiver::HttpReceiver(const Certificate& certificate, Answer answer) : state_(std::make_unique<State>()) {
    state_->server = std::make_unique<httplib::SSLServer>(certificate.file.c_str(), certificate.key_file.c_str());
    state_->tls = true;
    begin(std::move(answer));
}

void HttpReceiver::begin(Answer answer) {
    State& state = *state_;
    state.answer = std::move(answer);
    const auto handle = [&state](const httplib::Request& request, httplib::Response& response) {
        state.handle(request, response);
    };
    state.server->Get(".*", handle);
    state.server->Post(".*", handle);
    state.server->Put(".*", handle);
    state.port = state.server->bind_to_any_port("127.0.0.1");
    if (state.port <= 0) throw std::runtime_error("test set-up: no port for an HTTP receiver");
    state.listener = std::thread([&state] { state.server->listen_after_bind(); });
    while (!state.server->is_running())
        std::this_thread::sleep_for(std::chrono::milliseconds(1)); // or it cannot be stopped
}

HttpReceiver::~HttpReceiver() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->ending = true;
    }
    state_->ended.notify_all();
    state_->server->stop();
    state_->listener.join();
}

std::string HttpReceiver::url(const std::string& host) const {
    return fmt::format("{}://{}:{}", state_->tls ? "https" : "http", host, state_->port);
}

std::vector<ReceivedRequest> HttpReceiver::received() const {
    const std::lock_guard lock(state_->mutex);
    return state_->received;
}

} // namespace fakes
