#include "net/http.hpp"

#include "base/time_budget.hpp"
#include "net/curl_transfer.hpp"

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace net {
namespace {

/// poll takes an int of milliseconds; longer waits are taken in pieces.
constexpr base::Duration longest_poll = std::chrono::minutes(1);

constexpr long most_connections = 1024; // as many calls as SYNC_RATE_LIMIT allows, and more

struct GlobalInit {
    GlobalInit() {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            throw std::runtime_error("libcurl cannot be initialised");
    }
    ~GlobalInit() { curl_global_cleanup(); }
};

struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

} // namespace

std::string http_library_version() {
    return curl_version();
}

/// Transfers are moved on only by the socket that is ready: curl_multi_perform would ask the kernel for every one that
/// is under way, at each turn.
class HttpClient::Implementation {
  public:
    Implementation(Settings settings, const base::Clock& clock)
        : settings_(std::move(settings)), clock_(clock), multi_(curl_multi_init()) {
        if (!multi_) throw std::runtime_error("libcurl cannot be initialised");
        // libcurl would keep four connections for each transfer under way, and close the rest whenever few are.
        curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, most_connections);
        curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &Implementation::watch);
        curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &Implementation::set_timer);
        curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
        append(json_headers_, "Content-Type: application/json");
        append(json_headers_, "Accept: application/json");
    }

    ~Implementation() {
        for (auto& [id, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), transfer->handle());
    }

    TransferId start(HttpRequest request) {
        Easy handle;
        if (idle_.empty()) {
            handle = make_http_handle(settings_);
        } else {
            handle = std::move(idle_.back());
            idle_.pop_back();
        }
        return start(std::make_unique<CurlTransfer>(std::move(request), std::move(handle), json_headers_.get()));
    }

    TransferId start(Mail mail) { return start(std::make_unique<CurlTransfer>(std::move(mail), settings_)); }

    void cancel(TransferId id) {
        const auto found = transfers_.find(id);
        if (found == transfers_.end()) return;
        release(*found->second);
        transfers_.erase(found);
    }

    std::vector<HttpOutcome> wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) {
        run_timer();
        if (ended_.empty()) {
            poll(descriptors, until);
            run_timer();
        }
        return std::exchange(ended_, {});
    }

  private:
    using LibraryClock = std::chrono::steady_clock; // libcurl's timers go by no other

    TransferId start(std::unique_ptr<CurlTransfer> transfer) {
        const TransferId id = ++last_id_;
        transfer->id = id;
        curl_multi_add_handle(multi_.get(), transfer->handle());
        transfers_.emplace(id, std::move(transfer));
        return id;
    }

    static int watch(CURL*, curl_socket_t socket, int what, void* self, void*) {
        std::vector<pollfd>& sockets = static_cast<Implementation*>(self)->sockets_;
        const auto found = std::ranges::find(sockets, socket, &pollfd::fd);
        if (what == CURL_POLL_REMOVE) {
            if (found != sockets.end()) sockets.erase(found);
            return 0;
        }
        const auto events =
            static_cast<short>(((what & CURL_POLL_IN) != 0 ? POLLIN : 0) | ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0));
        if (found != sockets.end()) {
            found->events = events;
        } else {
            sockets.push_back({socket, events, 0});
        }
        return 0;
    }

    static int set_timer(CURLM*, long milliseconds, void* self) {
        auto& timer = static_cast<Implementation*>(self)->timer_;
        timer.reset();
        if (milliseconds >= 0) timer = LibraryClock::now() + std::chrono::milliseconds(milliseconds);
        return 0;
    }

    /// What libcurl does at a time of its own: begins a transfer, tries another address, ends what has timed out.
    void run_timer() {
        if (!timer_ || LibraryClock::now() < *timer_) return;
        timer_.reset(); // a new one is set in there, where there is one
        act(CURL_SOCKET_TIMEOUT, 0);
    }

    void act(curl_socket_t socket, int events) {
        int running = 0;
        curl_multi_socket_action(multi_.get(), socket, events, &running);
        int queued = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
            if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
        }
    }

    void poll(std::span<const base::Descriptor> descriptors, base::TimePoint until) {
        polled_ = sockets_; // which the callbacks change
        const std::size_t own = polled_.size();
        for (const base::Descriptor& descriptor : descriptors) {
            const int events = (descriptor.want_read ? POLLIN : 0) | (descriptor.want_write ? POLLOUT : 0);
            polled_.push_back({descriptor.fd, static_cast<short>(events), 0});
        }
        if (::poll(polled_.data(), polled_.size(), milliseconds_until(until)) <= 0) return;
        for (std::size_t i = 0; i < own; ++i) {
            const auto [socket, asked, ready] = polled_[i];
            if (ready == 0) continue;
            act(socket, ((ready & POLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                            ((ready & POLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                            ((ready & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? CURL_CSELECT_ERR : 0));
        }
    }

    /// Or until libcurl's own timer, where that comes first.
    int milliseconds_until(base::TimePoint until) const {
        base::Duration left = base::TimeBudget(clock_, until).left(longest_poll);
        if (timer_) left = std::min(left, std::chrono::ceil<base::Duration>(*timer_ - LibraryClock::now()));
        return static_cast<int>(
            std::chrono::ceil<std::chrono::milliseconds>(std::max(left, base::Duration::zero())).count());
    }

    void finish(CURL* easy, CURLcode code) {
        CurlTransfer& transfer = CurlTransfer::of(easy);
        HttpOutcome outcome = transfer.take_outcome(code);
        outcome.id = transfer.id;
        release(transfer);
        transfers_.erase(outcome.id);
        ended_.push_back(std::move(outcome));
    }

    void release(CurlTransfer& transfer) {
        curl_multi_remove_handle(multi_.get(), transfer.handle());
        if (Easy handle = transfer.take_http_handle()) idle_.push_back(std::move(handle));
    }

    GlobalInit global_;
    Settings settings_;
    const base::Clock& clock_;
    std::optional<LibraryClock::time_point> timer_;
    std::vector<pollfd> sockets_; // what libcurl waits for; before `multi_`, which says what it closes in the end
    std::unique_ptr<CURLM, MultiCleanup> multi_;
    Slist json_headers_;
    TransferId last_id_ = 0;
    std::unordered_map<TransferId, std::unique_ptr<CurlTransfer>> transfers_;
    std::vector<Easy> idle_;
    std::vector<HttpOutcome> ended_;
    std::vector<pollfd> polled_;
};

HttpClient::HttpClient(Settings settings, const base::Clock& clock)
    : implementation_(std::make_unique<Implementation>(std::move(settings), clock)) {}
HttpClient::~HttpClient() = default;

TransferId HttpClient::start(HttpRequest request) {
    return implementation_->start(std::move(request));
}
TransferId HttpClient::send_mail(Mail mail) {
    return implementation_->start(std::move(mail));
}
void HttpClient::cancel(TransferId id) {
    implementation_->cancel(id);
}
std::vector<HttpOutcome> HttpClient::wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) {
    return implementation_->wait(descriptors, until);
}

} // namespace net
