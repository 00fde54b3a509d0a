// aiosmtpd as a child process, with a certificate of its own unless it is given one; see mail_server.py.
#pragma once

#include "fakes/authority.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fakes {

class MailServer {
  public:
    /// "plain", "starttls" or "smtps".
    explicit MailServer(const std::string& mode, const std::optional<Certificate>& certificate = std::nullopt);
    ~MailServer();
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    /// smtp://[login@]127.0.0.1:PORT, or smtps://
    std::string url(const std::string& login = "") const;
    /// PEM; the server's own certificate is its authority, unless it was given one.
    std::string ca_file() const { return directory_ + "/certificate.pem"; }
    /// What has arrived so far, a JSON object each.
    std::vector<std::string> mails() const;

    /// As it stands in a URL.
    static constexpr const char* login = "alerts%40example.org:pass%3Aword%2FSECRET";

  private:
    std::vector<std::string> lines() const;

    std::string mode_;
    std::string directory_;
    int child_ = -1;
    std::string port_;
};

} // namespace fakes
