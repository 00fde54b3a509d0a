#include "bench/floor.hpp"

#include <curl/curl.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace bench {
namespace {

struct EasyCleanup {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct SlistFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;

std::size_t throw_away(char*, std::size_t, std::size_t size, void*) {
    return size;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

class Replay {
  public:
    Replay(std::vector<std::string_view> bodies, const std::string& url)
        : bodies_(std::move(bodies)), url_(url), multi_(curl_multi_init()) {
        curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
        headers_.reset(curl_slist_append(headers, "Accept: application/json"));
    }
    ~Replay() {
        for (const Easy& easy : handles_) curl_multi_remove_handle(multi_.get(), easy.get());
    }
    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;

    void run(unsigned concurrency) {
        for (unsigned i = 0; i < concurrency && next_ < bodies_.size(); ++i) {
            handles_.emplace_back(curl_easy_init());
            start(handles_.back().get());
        }
        while (ended_ < bodies_.size()) {
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            if (!take_ended()) curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
        }
    }

  private:
    /// As lib/net/http.cpp does it for each request.
    void start(CURL* easy) {
        const std::string_view body = bodies_[next_++];
        curl_easy_reset(easy);
        curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10'000L);
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "stellar-sync/floor");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &throw_away);
        curl_multi_add_handle(multi_.get(), easy);
    }

    bool take_ended() {
        bool any = false;
        int queued = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
            if (message->msg != CURLMSG_DONE) continue;
            any = true;
            ++ended_;
            CURL* easy = message->easy_handle;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200) {
                throw std::runtime_error("a replayed request failed: " + std::to_string(status) + " " +
                                         curl_easy_strerror(message->data.result));
            }
            curl_multi_remove_handle(multi_.get(), easy);
            if (next_ < bodies_.size()) start(easy);
        }
        return any;
    }

    std::vector<std::string_view> bodies_;
    const std::string& url_;
    std::unique_ptr<CURLM, MultiCleanup> multi_;
    std::unique_ptr<curl_slist, SlistFree> headers_;
    std::vector<Easy> handles_;
    std::size_t next_ = 0;
    std::size_t ended_ = 0;
};

rusage own_usage() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage;
}

} // namespace

Cost replay(const std::string& requests, const std::string& url, unsigned concurrency) {
    const std::string text = read_file(requests);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::vector<std::string_view> bodies = lines_of(text);
    const rusage before = own_usage();
    const auto start = std::chrono::steady_clock::now();
    Replay(std::move(bodies), url).run(concurrency);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    const rusage after = own_usage();
    return {wall.count(), seconds(after.ru_utime) - seconds(before.ru_utime),
            seconds(after.ru_stime) - seconds(before.ru_stime), static_cast<std::uint64_t>(after.ru_maxrss) * 1024};
}

} // namespace bench
