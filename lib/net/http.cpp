#include "net/http.hpp"

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

template <class Parameter>
void set(CURL* easy, CURLoption option, Parameter parameter) {
    const CURLcode code = curl_easy_setopt(easy, option, parameter);
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

struct SlistFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Slist = std::unique_ptr<curl_slist, SlistFree>;

void append(Slist& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release()); // its head is the new list's, too
    list.reset(longer);
}

struct EasyCleanup {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;

struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

} // namespace

TransportFault transport_fault_of(int curl_code) {
    switch (static_cast<CURLcode>(curl_code)) {
    case CURLE_OK:
        return TransportFault::none;
    case CURLE_OPERATION_TIMEDOUT:
        return TransportFault::timed_out;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return TransportFault::tls_untrusted;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_SETOPT_OPTION_SYNTAX:
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CIPHER:
        return TransportFault::bad_request;
    default:
        // Not resolved, refused, reset, cut short, not HTTP, a TLS handshake or an HTTP/2 stream that broke; and what
        // cannot come of a POST over HTTP.
        return TransportFault::connection;
    }
}

std::string http_library_version() {
    return curl_version();
}

struct HttpClient::Transfer {
    TransferId id = 0;
    Easy easy;
    HttpRequest request;
    Slist headers; // where they are not those of every RPC call
    std::string response_body;
    bool too_large = false;
    std::array<char, CURL_ERROR_SIZE> error{};

    static std::size_t write(char* data, std::size_t, std::size_t size, void* user) {
        auto& self = *static_cast<Transfer*>(user);
        if (self.response_body.size() + size > max_response_bytes) {
            self.too_large = true;
            return 0; // makes libcurl end the transfer
        }
        if (self.response_body.empty()) self.make_room();
        self.response_body.append(data, size);
        return size;
    }

    /// For the whole body, where the answer says how long that is, and for what a JSON parser wants behind it: so that
    /// it need not move. A header that lies costs address space.
    void make_room() {
        constexpr std::size_t padding = 64;
        curl_off_t length = -1;
        curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
        if (length > 0) response_body.reserve(std::min(static_cast<std::size_t>(length), max_response_bytes) + padding);
    }
};

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
        for (auto& [id, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), transfer->easy.get());
    }

    TransferId start(HttpRequest request) {
        auto transfer = std::make_unique<Transfer>();
        transfer->id = ++last_id_;
        transfer->request = std::move(request);
        if (idle_.empty()) {
            transfer->easy = make_handle();
        } else {
            transfer->easy = std::move(idle_.back());
            idle_.pop_back();
        }
        configure(*transfer);
        curl_multi_add_handle(multi_.get(), transfer->easy.get());
        const TransferId id = transfer->id;
        transfers_.emplace(id, std::move(transfer));
        return id;
    }

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
    /// What is the same for every transfer: a handle is used again as it is, with its connection's memory.
    Easy make_handle() const {
        Easy handle(curl_easy_init());
        if (!handle) throw std::bad_alloc();
        CURL* easy = handle.get();
        set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        // Without CURLOPT_PIPEWAIT: where no connection is open all calls would wait for the first one's answer, and a
        // node that hangs in that would time out calls that were never sent.
        set(easy, CURLOPT_ACCEPT_ENCODING, "");
        set(easy, CURLOPT_FOLLOWLOCATION, 0L); // an API key must not travel elsewhere
        set(easy, CURLOPT_NOSIGNAL, 1L);
        set(easy, CURLOPT_BUFFERSIZE, 128L * 1024); // an answer of 200 entries in one read, mostly
        set(easy, CURLOPT_USERAGENT, settings_.user_agent.c_str());
        set(easy, CURLOPT_WRITEFUNCTION, &Transfer::write);
        if (!settings_.ca_file.empty()) set(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
        return handle;
    }

    void configure(Transfer& transfer) {
        CURL* easy = transfer.easy.get();
        const HttpRequest& request = transfer.request;
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(request.timeout).count();
        set(easy, CURLOPT_PRIVATE, &transfer);
        set(easy, CURLOPT_URL, request.url.c_str());
        set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(milliseconds, 1)));
        set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(milliseconds, 1)));
        set_method(easy, request);
        set(easy, CURLOPT_HTTPHEADER, headers_of(transfer));
        set(easy, CURLOPT_WRITEDATA, &transfer);
        set(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
    }

    /// The handle may have been used with another method before.
    static void set_method(CURL* easy, const HttpRequest& request) {
        set(easy, CURLOPT_CUSTOMREQUEST, request.method == HttpMethod::put ? "PUT" : nullptr);
        if (request.method == HttpMethod::get) {
            set(easy, CURLOPT_HTTPGET, 1L);
        } else {
            set(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
            set(easy, CURLOPT_POSTFIELDS, request.body.c_str());
        }
    }

    /// They live as long as the transfer.
    curl_slist* headers_of(Transfer& transfer) const {
        const HttpRequest& request = transfer.request;
        const bool json = request.content_type == "application/json";
        if (json && request.headers.empty() && request.method == HttpMethod::post) return json_headers_.get();
        if (request.method != HttpMethod::get) append(transfer.headers, "Content-Type: " + request.content_type);
        for (const HttpHeader& header : request.headers) append(transfer.headers, header.name + ": " + header.value);
        return transfer.headers.get();
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
        Transfer* transfer = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        HttpOutcome outcome;
        outcome.id = transfer->id;
        outcome.fault = transfer->too_large ? TransportFault::too_large : transport_fault_of(code);
        if (outcome.fault != TransportFault::none) {
            outcome.fault_text = transfer->too_large               ? "the answer is larger than 16 MiB"
                                 : transfer->error.front() != '\0' ? transfer->error.data()
                                                                   : curl_easy_strerror(code);
        }
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &outcome.status);
        curl_off_t retry_after = 0; // seconds; libcurl reads both forms of the header
        curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
        if (retry_after > 0) outcome.retry_after = std::chrono::seconds(std::min<curl_off_t>(retry_after, 86400));
        curl_off_t microseconds = 0;
        curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
        outcome.elapsed = std::chrono::microseconds(microseconds);
        outcome.body = std::move(transfer->response_body);
        release(*transfer);
        transfers_.erase(outcome.id);
        ended_.push_back(std::move(outcome));
    }

    void release(Transfer& transfer) {
        curl_multi_remove_handle(multi_.get(), transfer.easy.get());
        set(transfer.easy.get(), CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr)); // they go with the transfer
        idle_.push_back(std::move(transfer.easy));
    }

    GlobalInit global_;
    Settings settings_;
    const base::Clock& clock_;
    std::unique_ptr<CURLM, MultiCleanup> multi_;
    Slist json_headers_;
    TransferId last_id_ = 0;
    std::unordered_map<TransferId, std::unique_ptr<Transfer>> transfers_;
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
void HttpClient::cancel(TransferId id) {
    implementation_->cancel(id);
}
std::vector<HttpOutcome> HttpClient::wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) {
    return implementation_->wait(descriptors, until);
}

} // namespace net
