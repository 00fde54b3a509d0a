// HTTP as the dispatcher sees it: transfers are started, and one call waits for whatever happens next. The real one
// is HttpClient (libcurl); tests put a scripted one in its place.
#pragma once

#include "base/clock.hpp"
#include "base/descriptor.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace net {

using TransferId = std::uint64_t;

enum class HttpMethod { get, post, put };

struct HttpHeader {
    std::string name;
    std::string value; // without line breaks
};

/// A call to the RPC unless it says otherwise.
struct HttpRequest {
    std::string url;
    std::string body; // a GET has none
    base::Duration timeout{};
    HttpMethod method = HttpMethod::post;
    std::string content_type = "application/json";
    std::vector<HttpHeader> headers{}; // further ones
};

/// A mail to one recipient, by SMTP.
struct Mail {
    std::string url; // smtp://[user:password@]host[:port], or smtps://
    /// With smtp:// nothing is sent, not even the login, unless the server offers STARTTLS and its certificate is
    /// accepted. Otherwise STARTTLS is used where it is offered.
    bool require_tls = true;
    std::string from; // an address: user@host
    std::string to;
    std::vector<std::string> headers; // a line each, folded if it is long; MIME's own are libcurl's matter
    std::string text;                 // and `html` says the same: UTF-8, lines end with \n
    std::string html;
    base::Duration timeout{};
};

/// What libcurl's error codes come down to.
enum class TransportFault {
    none,
    connection, // refused, reset, not resolved, cut short, not HTTP, a mail refused: may go better the next time
    timed_out,
    tls_untrusted, // the peer's certificate was not accepted, the CA file is unusable, or there is no TLS at all
    login_denied,  // of mail
    bad_request,   // the URL or the set-up is wrong: would fail the same way again
    too_large,     // the answer's body is over the limit
};

struct HttpOutcome {
    TransferId id = 0;
    TransportFault fault = TransportFault::none;
    std::string fault_text; // libcurl's words; never the URL
    long status = 0;        // 0 where no answer came; of mail, the server's last reply
    std::optional<base::Duration> retry_after;
    std::string body;
    base::Duration elapsed{};
};

class Channel {
  public:
    virtual ~Channel() = default;

    /// Never blocks and never fails: every fault comes as an outcome.
    virtual TransferId start(HttpRequest request) = 0;
    virtual TransferId send_mail(Mail mail) = 0;
    /// Drops a transfer at once; no outcome of it comes any more.
    virtual void cancel(TransferId id) = 0;
    /// Waits until a transfer has ended, a descriptor is ready, or `until` (by the clock of the program; `never` is
    /// allowed), and returns the transfers that have ended. May return early with nothing.
    virtual std::vector<HttpOutcome> wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) = 0;
};

} // namespace net
