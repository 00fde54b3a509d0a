#include "devnet/server.hpp"

#include "devnet/control.hpp"
#include "devnet/held_port.hpp"
#include "devnet/http_front.hpp"
#include "devnet/rpc_front.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace devnet {

class Server::Core {
  public:
    explicit Core(ServerSettings settings)
        : settings_(std::move(settings)), rpc_settings_(std::make_shared<const RpcSettings>(settings_.rpc)) {
        traffic_.set_recording(settings_.record_calls);
    }

    void start() {
        if (front_) return;
        if (!port_) port_.emplace(settings_.host, settings_.port);
        settings_.port = port_->number();
        HttpFront::Hooks hooks;
        hooks.handle = [this](const httplib::Request& request, httplib::Response& response, SocketStream& connection) {
            serve(request, response, connection);
        };
        hooks.refuse = [this](const httplib::Request& request, httplib::Response& response) {
            return refuse_unread(request, response, traffic_);
        };
        hooks.connected = [this] { traffic_.connected(); };
        hooks.gzip = [this] { return rpc_settings()->gzip; };
        front_ = std::make_unique<HttpFront>(std::move(hooks));
        try {
            front_->start(settings_.host, settings_.port);
        } catch (...) {
            front_.reset();
            throw;
        }
    }

    void stop() {
        if (front_) front_->stop(); // requests under way use it until they are done
        front_.reset();
    }

    std::shared_ptr<const RpcSettings> rpc_settings() const {
        const std::lock_guard lock(mutex_);
        return rpc_settings_;
    }

    void set_rpc_settings(RpcSettings settings) {
        auto fresh = std::make_shared<const RpcSettings>(std::move(settings));
        const std::lock_guard lock(mutex_);
        rpc_settings_ = std::move(fresh);
    }

    ServerSettings settings_;
    Ledger ledger_;
    Faults faults_;
    Traffic traffic_;

  private:
    void serve(const httplib::Request& request, httplib::Response& response, SocketStream& connection) {
        if (request.path != "/") return serve_control(request, response, ledger_, faults_, traffic_);
        const auto settings = rpc_settings();
        RpcFront(ledger_, faults_, traffic_).serve(request, response, *front_, connection, *settings);
    }

    mutable std::mutex mutex_;
    std::shared_ptr<const RpcSettings> rpc_settings_;
    std::optional<HeldPort> port_;
    std::unique_ptr<HttpFront> front_; // while it runs
};

Server::Server(ServerSettings settings) : core_(std::make_unique<Core>(std::move(settings))) {}

Server::~Server() {
    stop();
}

void Server::start() {
    core_->start();
}

void Server::stop() {
    core_->stop();
}

int Server::port() const {
    return core_->settings_.port;
}

std::string Server::url() const {
    return "http://" + core_->settings_.host + ':' + std::to_string(port());
}

Ledger& Server::ledger() {
    return core_->ledger_;
}

Faults& Server::faults() {
    return core_->faults_;
}

Traffic& Server::traffic() {
    return core_->traffic_;
}

RpcSettings Server::rpc_settings() const {
    return *core_->rpc_settings();
}

void Server::set_rpc_settings(RpcSettings settings) {
    core_->set_rpc_settings(std::move(settings));
}

} // namespace devnet
