// A certificate authority of a test's own, made by openssl.
#pragma once

#include <string>

namespace fakes {

struct Certificate {
    std::string file; // PEM
    std::string key_file;
};

class Authority {
  public:
    Authority();
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    /// PEM: who trusts this file trusts what is issued here.
    std::string ca_file() const { return directory_ + "/ca.pem"; }
    /// For hosts as openssl writes them, "IP:127.0.0.1,DNS:localhost". Expired since yesterday where `days` is -1.
    /// Goes with the authority.
    Certificate issue(const std::string& hosts, int days = 2);

    static constexpr const char* this_machine = "IP:127.0.0.1,DNS:localhost";

  private:
    std::string directory_;
    int issued_ = 0;
};

} // namespace fakes
