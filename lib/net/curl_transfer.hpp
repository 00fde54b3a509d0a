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

struct MimeFree {
    void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};
using Mime = std::unique_ptr<curl_mime, MimeFree>;

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
    void add_part(const std::string& text, const char* type);

    Easy easy_;
    bool is_http_;
    std::string content_; // the request's body
    Slist headers_;       // of a mail, or a request's if they are not those of every RPC call
    Slist recipients_;    // of a mail
    Mime mime_;           // likewise: its parts
    std::string response_;
    bool too_large_ = false;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

} // namespace net
