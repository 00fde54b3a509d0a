// One connection of the devnet, as cpp-httplib reads and writes it. Our own, so that a fault can get at the connection
// itself, and so that an answer leaves in one piece (httplib writes head and body apart).
#pragma once

#include "devnet/http_library.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace devnet {

class SocketStream : public httplib::Stream {
  public:
    explicit SocketStream(int socket);

    bool is_readable() const override;
    bool is_writable() const override { return !abandoned_; }
    ssize_t read(char* to, std::size_t size) override;
    ssize_t write(const char* from, std::size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    int socket() const override { return socket_; }

    /// Whether there is something to read within this time; also true at the end of the stream.
    bool wait(std::chrono::milliseconds time) const;
    /// Whether the other side has closed the connection (or its half of it).
    bool closed_by_peer() const;
    /// Sends what write() has kept.
    void flush();
    /// From now on nothing is read or written: the connection ends without another byte. `reset`: with a TCP reset.
    void abandon(bool reset);
    /// The connection is closed after the answer to the present request.
    void close_after_answer() { close_after_answer_ = true; }
    bool ends() const { return abandoned_ || close_after_answer_; }
    /// Ends the connection so that the other side can still read the last answer, even where it was still writing.
    void finish();

  private:
    int socket_;
    std::vector<char> input_;
    std::size_t input_begin_ = 0;
    std::size_t input_end_ = 0;
    std::string output_;
    bool abandoned_ = false;
    bool close_after_answer_ = false;
};

} // namespace devnet
