#include "metrics/metrics_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace metrics {
namespace {

constexpr std::size_t largest_file = std::size_t{16} << 20; // bytes; a file of ours has some 20 KiB
constexpr int tries_to_lock = 50;
constexpr int between_tries = 20; // ms

class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const { return fd_; }
    /// Some file systems tell only here that they could not write.
    bool closed() { return close(std::exchange(fd_, -1)) == 0; }

  private:
    int fd_;
};

base::Fail<std::string> failed(std::string_view what) {
    return base::fail(fmt::format("{}: {}", what, std::strerror(errno)));
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

MetricsFile::MetricsFile(std::string path, Labels group) : path_(std::move(path)), group_(std::move(group)) {
    const std::size_t slash = path_.rfind('/');
    directory_ = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
    lock_ = open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0) return;
    for (int i = 0; i < tries_to_lock && flock(lock_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; ++i) {
        poll(nullptr, 0, between_tries);
    }
}

MetricsFile::~MetricsFile() {
    if (lock_ >= 0) close(lock_); // and unlocks
}

base::Result<std::string> MetricsFile::read() {
    // A pipe would have nobody at its other end.
    const File file(open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (file.fd() < 0) {
        if (errno == ENOENT) return std::string();
        return failed("it cannot be opened");
    }
    struct stat status {};
    if (fstat(file.fd(), &status) != 0) return failed("it cannot be read");
    if (!S_ISREG(status.st_mode)) return base::fail("it is not a regular file");
    if (static_cast<std::size_t>(status.st_size) > largest_file) return base::fail("it is larger than 16 MiB");
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(file.fd(), text.data() + size, text.size() - size);
        if (got == 0) break;
        if (got < 0 && errno != EINTR) return failed("it cannot be read");
        if (got > 0) size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    if (text.find_first_not_of(" \t\r\n") != std::string::npos && text.find(metrics_prefix) == std::string::npos) {
        return base::fail("it holds nothing of stellar-sync, and is left alone: give the metrics a file of their own");
    }
    return text;
}

Stored MetricsFile::replace(std::string_view text) {
    // Beside the other, for a rename does not cross file systems; the collector reads *.prom only.
    const std::size_t slash = path_.rfind('/');
    std::string aside =
        fmt::format("{}/.{}.XXXXXX", directory_, path_.substr(slash == std::string::npos ? 0 : slash + 1));
    File file(mkostemp(aside.data(), O_CLOEXEC));
    if (file.fd() < 0) return failed(fmt::format("no file can be made in {}", directory_));
    const bool written = write_all(file.fd(), text) && fchmod(file.fd(), 0644) == 0 && fsync(file.fd()) == 0 &&
                         file.closed() && std::rename(aside.c_str(), path_.c_str()) == 0;
    if (!written) {
        const base::Fail<std::string> why = failed("it cannot be written");
        unlink(aside.c_str());
        return why;
    }
    if (lock_ >= 0) fsync(lock_); // the directory's new entry
    return std::monostate();
}

Stored MetricsFile::examine() {
    const base::Result<std::string> text = read();
    if (!text) return base::fail(text.error());
    if (faccessat(AT_FDCWD, directory_.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
        return failed(fmt::format("no file can be made in {}", directory_));
    }
    return std::monostate();
}

} // namespace metrics
