// HTTP, and mail by SMTP, by libcurl's multi interface; http.cpp, curl_transfer.* and url.cpp alone include libcurl.
#pragma once

#include "net/channel.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace net {

/// libcurl's name and version at run time, with its TLS library.
std::string http_library_version();

/// What one of libcurl's error codes (CURLcode, as a number: nobody else includes libcurl) comes down to.
TransportFault transport_fault_of(int curl_code);

/// An answer's body is cut off beyond this.
inline constexpr std::size_t max_response_bytes = std::size_t{16} << 20;

/// One thread's transfers. Connections are kept and reused across transfers; HTTP/2 where TLS offers it; answers may be
/// compressed; TLS is verified; redirects are not followed.
class HttpClient final : public Channel {
  public:
    struct Settings {
        std::string ca_file;    // PEM; empty: the system's
        std::string user_agent; // "stellar-sync/1.2.3"
    };

    HttpClient(Settings settings, const base::Clock& clock);
    ~HttpClient() override;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    TransferId start(HttpRequest request) override;
    TransferId send_mail(Mail mail) override;
    void cancel(TransferId id) override;
    std::vector<HttpOutcome> wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) override;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace net
