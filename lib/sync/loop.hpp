// The one loop of the program: waits for whatever comes first, an RPC answer, the database's socket, a signal or a
// point in time, and lets database and dispatcher do what they can. One thread, nothing blocks.
#pragma once

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "db/database.hpp"
#include "net/channel.hpp"
#include "net/dispatcher.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace cycle {

class Loop {
  public:
    /// All outlive the loop. `deadline` is the whole cycle's.
    Loop(net::Channel& channel, db::Database& database, net::Dispatcher& dispatcher, const base::Clock& clock,
         base::Interrupt& interrupt, base::TimePoint deadline);

    /// Waits for one event, at most until `wakeup` or the deadline, and lets everything advance.
    void turn(base::TimePoint wakeup = base::never);

    /// Turns until `done()`, which is asked before each turn. False if the cycle was cut first.
    template <class Done>
    bool turn_until(Done done) {
        while (!done()) {
            if (cut()) return false;
            turn();
        }
        return true;
    }

    /// The deadline has passed or a signal has come: the cycle ends where it is.
    bool cut() { return timed_out() || interrupt_.raised().has_value(); }
    bool timed_out() const { return clock_.now() >= deadline_; }
    std::optional<int> signal() { return interrupt_.raised(); }

    /// Also drive `second` from now on; nullptr stops that. It gets first claim on up to half of the request slots.
    void also(net::Dispatcher* second) { second_ = second; }

    /// Turns until the database has answered; nullopt if the cycle was cut. Precondition: the database is idle.
    std::optional<db::Answer> ask(db::Query query);
    /// The same after a cut, for the last questions of a cycle: within `patience`, whatever the deadline.
    std::optional<db::Answer> ask_at_last(db::Query query, base::Duration patience);

    /// Turns until the dispatcher serves or has no endpoint left. False if the cycle was cut.
    bool await_endpoint();
    /// Reads `keys` in one call, while the dispatcher has nothing else to do: returns its parts, which are several if
    /// the batch was split; nullopt if the cycle was cut, and the call is still under way.
    std::optional<std::vector<net::Finished>> read_entries(const std::shared_ptr<const net::KeyGroups>& keys);

    const base::Clock& clock() const { return clock_; }
    base::TimePoint deadline() const { return deadline_; }
    db::Database& database() { return database_; }
    net::Dispatcher& dispatcher() { return dispatcher_; }

  private:
    void wait(base::TimePoint until);

    net::Channel& channel_;
    db::Database& database_;
    net::Dispatcher& dispatcher_;
    net::Dispatcher* second_ = nullptr;
    const base::Clock& clock_;
    base::Interrupt& interrupt_;
    base::TimePoint deadline_;
};

} // namespace cycle
