#include "net/http.hpp"

#include "net/curl_transfer.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace net {
namespace {

/// curl_multi_poll takes an int of milliseconds; longer waits are taken in pieces.
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

class HttpClient::Implementation {
  public:
    Implementation(Settings settings, const base::Clock& clock)
        : settings_(std::move(settings)), clock_(clock), multi_(curl_multi_init()) {
        if (!multi_) throw std::runtime_error("libcurl cannot be initialised");
        // libcurl would keep four connections for each transfer under way, and close the rest whenever few are.
        curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, most_connections);
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
        perform();
        if (ended_.empty()) {
            poll(descriptors, until);
            perform();
        }
        return std::exchange(ended_, {});
    }

  private:
    TransferId start(std::unique_ptr<CurlTransfer> transfer) {
        const TransferId id = ++last_id_;
        transfer->id = id;
        curl_multi_add_handle(multi_.get(), transfer->handle());
        transfers_.emplace(id, std::move(transfer));
        return id;
    }

    void poll(std::span<const base::Descriptor> descriptors, base::TimePoint until) {
        waitfds_.clear();
        for (const base::Descriptor& descriptor : descriptors) {
            const int events =
                (descriptor.want_read ? CURL_WAIT_POLLIN : 0) | (descriptor.want_write ? CURL_WAIT_POLLOUT : 0);
            waitfds_.push_back({descriptor.fd, static_cast<short>(events), 0});
        }
        const base::TimePoint now = clock_.now();
        // `never - now` would overflow for a clock that stands before its epoch.
        const base::Duration left = until == base::never ? longest_poll : std::min(until - now, longest_poll);
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(std::max(left, base::Duration::zero()));
        curl_multi_poll(multi_.get(), waitfds_.data(), static_cast<unsigned>(waitfds_.size()),
                        static_cast<int>(milliseconds.count()), nullptr);
    }

    void perform() {
        int running = 0;
        curl_multi_perform(multi_.get(), &running);
        int queued = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
            if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
        }
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
    std::unique_ptr<CURLM, MultiCleanup> multi_;
    Slist json_headers_;
    TransferId last_id_ = 0;
    std::unordered_map<TransferId, std::unique_ptr<CurlTransfer>> transfers_;
    std::vector<Easy> idle_;
    std::vector<HttpOutcome> ended_;
    std::vector<curl_waitfd> waitfds_;
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
