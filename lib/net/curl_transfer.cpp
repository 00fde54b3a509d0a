#include "net/curl_transfer.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

namespace net {
namespace {

template <class Parameter>
void set(CURL* easy, CURLoption option, Parameter parameter) {
    const CURLcode code = curl_easy_setopt(easy, option, parameter);
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

Easy make_handle(const HttpClient::Settings& settings) {
    Easy handle(curl_easy_init());
    if (!handle) throw std::bad_alloc();
    set(handle.get(), CURLOPT_NOSIGNAL, 1L);
    if (!settings.ca_file.empty()) set(handle.get(), CURLOPT_CAINFO, settings.ca_file.c_str());
    return handle;
}

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
    case CURLE_USE_SSL_FAILED: // no STARTTLS where it is required
        return TransportFault::tls_untrusted;
    case CURLE_LOGIN_DENIED: // of mail: HTTP says so by its status
        return TransportFault::login_denied;
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
        // Not resolved, refused, reset, cut short, not HTTP, a TLS handshake or an HTTP/2 stream that broke; a mail
        // that was refused (its status tells how); and what cannot come of either.
        return TransportFault::connection;
    }
}

void append(Slist& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release()); // its head is the new list's, too
    list.reset(longer);
}

Easy make_http_handle(const HttpClient::Settings& settings) {
    Easy handle = make_handle(settings);
    CURL* easy = handle.get();
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Without CURLOPT_PIPEWAIT: where no connection is open all calls would wait for the first one's answer, and a node
    // that hangs in that would time out calls that were never sent.
    set(easy, CURLOPT_ACCEPT_ENCODING, "");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);      // an API key must not travel elsewhere
    set(easy, CURLOPT_BUFFERSIZE, 128L * 1024); // an answer of 200 entries in one read, mostly
    set(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
    return handle;
}

CurlTransfer::CurlTransfer(HttpRequest request, Easy handle, curl_slist* json_headers)
    : easy_(std::move(handle)), is_http_(true), content_(std::move(request.body)) {
    set_common(request.url, request.timeout);
    set_method(request);
    set(easy_.get(), CURLOPT_HTTPHEADER, headers_of(request, json_headers));
}

CurlTransfer::CurlTransfer(Mail mail, const HttpClient::Settings& settings)
    : easy_(make_handle(settings)), is_http_(false), mime_(curl_mime_init(easy_.get())) {
    if (!mime_) throw std::bad_alloc();
    CURL* easy = easy_.get();
    set_common(mail.url, mail.timeout);
    set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(easy, CURLOPT_USE_SSL, static_cast<long>(mail.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    append(recipients_, "<" + mail.to + ">");
    set(easy, CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
    set(easy, CURLOPT_MAIL_RCPT, recipients_.get());
    for (const std::string& header : mail.headers) append(headers_, header);
    append(headers_, "Content-Type: multipart/alternative");
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
    add_part(mail.text, "text/plain; charset=utf-8");
    add_part(mail.html, "text/html; charset=utf-8");
    set(easy, CURLOPT_MIMEPOST, mime_.get());
}

void CurlTransfer::add_part(const std::string& text, const char* type) {
    std::string lines; // as MIME has them
    for (const char c : text) (c == '\n' ? lines += '\r' : lines) += c;
    curl_mimepart* part = curl_mime_addpart(mime_.get());
    if (!part || curl_mime_data(part, lines.data(), lines.size()) != CURLE_OK ||
        curl_mime_type(part, type) != CURLE_OK || curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
        throw std::bad_alloc();
}

void CurlTransfer::set_common(const std::string& url, base::Duration timeout) {
    CURL* easy = easy_.get();
    const auto milliseconds = std::max<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count(), 1);
    set(easy, CURLOPT_PRIVATE, this);
    set(easy, CURLOPT_URL, url.c_str());
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(milliseconds));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(milliseconds));
    set(easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::receive);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_ERRORBUFFER, error_.data());
}

/// The handle may have been used with another method before.
void CurlTransfer::set_method(const HttpRequest& request) {
    CURL* easy = easy_.get();
    set(easy, CURLOPT_CUSTOMREQUEST, request.method == HttpMethod::put ? "PUT" : nullptr);
    if (request.method == HttpMethod::get) {
        set(easy, CURLOPT_HTTPGET, 1L);
    } else {
        set(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(content_.size()));
        set(easy, CURLOPT_POSTFIELDS, content_.c_str());
    }
}

curl_slist* CurlTransfer::headers_of(const HttpRequest& request, curl_slist* json_headers) {
    const bool json = request.content_type == "application/json";
    if (json && request.headers.empty() && request.method == HttpMethod::post) return json_headers;
    if (request.method != HttpMethod::get) append(headers_, "Content-Type: " + request.content_type);
    for (const HttpHeader& header : request.headers) append(headers_, header.name + ": " + header.value);
    return headers_.get();
}

CurlTransfer& CurlTransfer::of(CURL* handle) {
    CurlTransfer* transfer = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
    return *transfer;
}

std::size_t CurlTransfer::receive(char* data, std::size_t, std::size_t size, void* user) {
    auto& self = *static_cast<CurlTransfer*>(user);
    if (self.response_.size() + size > max_response_bytes) {
        self.too_large_ = true;
        return 0; // makes libcurl end the transfer
    }
    if (self.response_.empty()) self.make_room();
    self.response_.append(data, size);
    return size;
}

/// For the whole body, where the answer says how long that is, and for what a JSON parser wants behind it: so that it
/// need not move. A header that lies costs address space.
void CurlTransfer::make_room() {
    constexpr std::size_t padding = 64;
    curl_off_t length = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length > 0) response_.reserve(std::min(static_cast<std::size_t>(length), max_response_bytes) + padding);
}

HttpOutcome CurlTransfer::take_outcome(CURLcode code) {
    CURL* easy = easy_.get();
    HttpOutcome outcome;
    outcome.fault = too_large_ ? TransportFault::too_large : transport_fault_of(code);
    if (outcome.fault != TransportFault::none) {
        outcome.fault_text = too_large_               ? "the answer is larger than 16 MiB"
                             : error_.front() != '\0' ? error_.data()
                                                      : curl_easy_strerror(code);
    }
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &outcome.status);
    curl_off_t retry_after = 0; // seconds; libcurl reads both forms of the header
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
    if (retry_after > 0) outcome.retry_after = std::chrono::seconds(std::min<curl_off_t>(retry_after, 86400));
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
    outcome.elapsed = std::chrono::microseconds(microseconds);
    outcome.body = std::move(response_);
    return outcome;
}

Easy CurlTransfer::take_http_handle() {
    if (!is_http_) return {};
    set(easy_.get(), CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr)); // they go with the transfer
    return std::move(easy_);
}

} // namespace net
