// A terminal: what a program writes to it, and what its screen shows then.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fakes {

/// The text that is left on a terminal that breaks its lines anew when its width changes. Knows what stellar-sync uses:
/// line ends, cursor up, erase below, colours (which it forgets).
class Screen {
  public:
    explicit Screen(std::size_t columns) : columns_(columns) {}
    void feed(std::string_view bytes);
    void resize(std::size_t columns) { columns_ = columns; }
    const std::vector<std::string>& lines() const { return lines_; }

  private:
    std::size_t rows_of(const std::string& line) const;
    void up(std::size_t rows);
    void control(std::string_view sequence);

    std::size_t columns_;
    std::vector<std::string> lines_{""};
    std::size_t line_ = 0;
    std::size_t column_ = 0; // in the line, however it is broken
    std::string pending_;    // of an escape sequence
};

/// A pseudo-terminal. Whatever comes is read at once, by a thread of its own.
class PseudoTerminal {
  public:
    PseudoTerminal(unsigned short columns, unsigned short rows);
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    /// The program's end. Closed here once close_program_end() is called, so that the reader sees the end.
    int program_end() const { return program_end_; }
    void close_program_end();

    void type(const std::string& keys) const;
    void resize(unsigned short columns, unsigned short rows) const;
    std::string so_far() const;
    /// Until it has come; throws where that takes longer than 30 s.
    void await(const std::string& text) const;
    /// Everything, once all who have the program's end open are gone.
    std::string rest();

  private:
    void read_all();

    int our_end_ = -1;
    int program_end_ = -1;
    mutable std::mutex mutex_;
    std::string content_;
    std::thread reader_;
};

} // namespace fakes
