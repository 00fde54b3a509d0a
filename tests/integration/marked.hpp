// A world in which every setting that can carry a secret carries a marked one, and a search for the marks.
#pragma once

#include "fakes/http_receiver.hpp"
#include "fakes/mail_server.hpp"
#include "fakes/program.hpp"
#include "integration/program.hpp"

#include <atomic>
#include <string>
#include <vector>

namespace integration {

/// What every marked secret begins with.
inline const std::string mark = "S3cretMark";

/// A mark, or what base64 makes of one (a login), or the mail server's password stands in the text.
bool gives_away(const std::string& text);

/// What the other end of every URL does.
enum class Temper {
    good,
    refuses,      // 401, in whose body the whole request is repeated: URL, headers, body
    complains,    // 400, likewise
    errs_in_json, // 200 and a JSON-RPC error which says the same
    redirects,    // to where nobody should go
    hangs,
};

/// A drifting user and market beside ones that agree, a database role of its own, one HTTP receiver for the RPC, the
/// alert channels and the Pushgateway, and a mail server.
class MarkedWorld {
  public:
    MarkedWorld();
    ~MarkedWorld();
    MarkedWorld(const MarkedWorld&) = delete;
    MarkedWorld& operator=(const MarkedWorld&) = delete;

    /// Every secret setting with its marks, every channel listed, logged in detail. Fails the test where the settings'
    /// table has a secret that is not known here.
    Environment environment() const;
    /// Of the secrets alone.
    Environment secrets() const;
    void in_sync();

    World world;
    std::atomic<Temper> rpc = Temper::good;
    std::atomic<Temper> rest = Temper::good;
    fakes::HttpReceiver elsewhere;
    fakes::HttpReceiver receiver;
    fakes::MailServer mail{"starttls"};
    std::string metrics_file;

  private:
    fakes::GivenAnswer answer(const fakes::ReceivedRequest& request) const;

    std::string role_;
};

} // namespace integration
