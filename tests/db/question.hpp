// Asks a db::Database as the program's loop does: polls its descriptor until its wake-up time.
#pragma once

#include "base/clock.hpp"
#include "db/database.hpp"

#include <poll.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace db {

/// What a database has to say on the way, and a loop for it; waits 30 s at most.
struct Asking {
    base::SystemClock clock;
    std::vector<std::string> retries;
    Database database;

    explicit Asking(const std::string& url, Database::Settings settings = quick())
        : database(
              parameters(url), settings, clock, [] { return 0.5; },
              [this](const DatabaseError& why, const base::Retry&) { retries.push_back(why.text); }) {}

    static Database::Settings quick() { return {std::chrono::seconds(5), {3, std::chrono::milliseconds(5), 2.0}}; }
    static ConnectionParameters parameters(const std::string& url) {
        auto parsed = parse_connection_url(url);
        if (!parsed) throw std::runtime_error(parsed.error());
        return *std::move(parsed);
    }

    Answer operator()(Query query) {
        database.ask(std::move(query));
        return answer();
    }

    Answer answer() {
        const auto deadline = clock.now() + std::chrono::seconds(30);
        while (clock.now() < deadline) {
            if (auto given = database.take_answer()) return *std::move(given);
            step();
        }
        throw std::runtime_error("no answer within 30 s");
    }

    void step(base::Duration longest = std::chrono::seconds(1)) {
        const auto wait = std::clamp<base::Duration>(database.wakeup() - clock.now(), base::Duration::zero(), longest);
        pollfd waited{-1, 0, 0};
        if (const auto descriptor = database.descriptor()) {
            waited.fd = descriptor->fd;
            waited.events =
                static_cast<short>((descriptor->want_read ? POLLIN : 0) | (descriptor->want_write ? POLLOUT : 0));
        }
        poll(&waited, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
        database.advance();
    }
};

/// The first value of the answer, or a text that a test will not expect.
inline std::string value(const Answer& answer) {
    if (!answer) return "error: " + answer.error().text;
    return answer->size() == 0 ? "no row" : std::string(answer->value(0, 0).value_or("NULL"));
}

} // namespace db
