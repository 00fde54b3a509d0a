// A file that lives as long as this does.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

namespace parsing {

class TemporaryFile {
  public:
    explicit TemporaryFile(std::string_view content) {
        const int fd = mkstemp(path_.data());
        if (fd < 0) throw std::runtime_error("mkstemp");
        close(fd);
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~TemporaryFile() { std::remove(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }

  private:
    std::string path_ = "/tmp/stellar-sync-test-XXXXXX";
};

} // namespace parsing
