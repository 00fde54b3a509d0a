// One transfer of libcurl: its handle, what it sends and what has come of it so far. For http.cpp alone, which has the
// loop.
#pragma once

#include "net/http.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

namespace net {

struct SlistFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Slist = std::unique_ptr<curl_slist, SlistFree>;

void append(Slist& list, const std::string& line);

struct EasyCleanup {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;

/// A handle with what is the same for every HTTP request: it is used again as it is, with its connection's memory.
Easy make_http_handle(const HttpClient::Settings& settings);

/// libcurl knows its address: it does not move.
class CurlTransfer {
  public:
    /// `handle` is one of make_http_handle(); `json_headers`, which outlive the transfer, go with every RPC call.
    CurlTransfer(HttpRequest request, Easy handle, curl_slist* json_headers);
    CurlTransfer(Mail mail, const HttpClient::Settings& settings);
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    CURL* handle() const { return easy_.get(); }
    /// The transfer that libcurl speaks of.
    static CurlTransfer& of(CURL* handle);

    /// Ends it: what came, less the id.
    HttpOutcome take_outcome(CURLcode code);
    /// For the next request, once it is off the multi handle; empty after a mail.
    Easy take_http_handle();

    TransferId id = 0;

  private:
    void set_method(const HttpRequest& request);
    curl_slist* headers_of(const HttpRequest& request, curl_slist* json_headers);
    void set_common(const std::string& url, base::Duration timeout);
    static std::size_t receive(char* data, std::size_t, std::size_t size, void* user);
    void make_room();
    static std::size_t give(char* out, std::size_t, std::size_t size, void* user);

    Easy easy_;
    bool is_http_;
    std::string content_; // the request's body, or the mail
    std::size_t given_ = 0;
    Slist list_; // the request's headers where they are not those of every RPC call; the mail's recipient
    std::string response_;
    bool too_large_ = false;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

} // namespace net
