// The measured node's control interface (bench/node.hpp), from outside.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace bench {

class NodeControl {
  public:
    explicit NodeControl(std::string url) : url_(std::move(url)) {}

    const std::string& url() const { return url_; }
    std::string url(unsigned latency_ms) const;

    void clear() const;
    std::map<std::string, std::uint64_t> stats() const;
    void record(const std::string& file) const;
    void end_record() const { record({}); }

    /// The body of an RPC answer. Throws std::runtime_error where none comes; so do the others.
    std::string ask(const std::string& request) const;

  private:
    std::string url_;
};

} // namespace bench
