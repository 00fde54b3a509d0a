// Where every row in scope ends: in exactly one of matched, mismatched, transient, error. Counts it and tells it.
#pragma once

#include "base/clock.hpp"
#include "check/finding.hpp"
#include "check/summary.hpp"

#include <string>
#include <string_view>

namespace reconcile {

/// Hears of everything that is worth a log event.
class Listener {
  public:
    virtual ~Listener() = default;
    virtual void mismatch(const check::Mismatch& mismatch) = 0;
    /// `error.operation` says which check, or what else.
    virtual void error(const check::Error& error) = 0;
    /// Of an outcome; `error` is what stands in the result for it, and is told by this alone.
    virtual void disagreement(const check::Disagreement& disagreement, const check::Error& error) = 0;
    /// A suspect that agreed when it was looked at again.
    virtual void transient(check::Check check, std::string_view id) = 0;
    /// A difference that an exemption accepts.
    virtual void exempt(const check::Exempted& exempted) = 0;
    /// It would have accepted a difference, if there was one, until its last day.
    virtual void exemption_expired(const check::Exemption& exemption) = 0;
    /// All rows of its check were verified, and there was no difference for it to accept.
    virtual void exemption_unused(const check::Exemption& exemption) = 0;
    /// The application's indexer lags by more than is normal: stands for all mismatches of that cause.
    virtual void indexer_lag(const check::Indexer& indexer) = 0;
    /// The deadline cuts the cycle short, now.
    virtual void timed_out() = 0;
    /// SIGINT or SIGTERM does.
    virtual void stopped(int signal) = 0;
    /// Something a person should know, which stands in no count. `type` is the event's: "NODE_STALLED", "WARNING", ...
    virtual void warning(std::string_view type, const std::string& text) = 0;
};

class Findings {
  public:
    /// All outlive this.
    Findings(check::Summary& summary, Listener& listener, const base::Clock& clock)
        : summary_(summary), listener_(listener), clock_(clock) {}

    void matched(check::Check check) { summary_.matched(check); }
    void skipped(check::Check check) { summary_.skipped(check); }
    void mismatched(check::Mismatch mismatch);
    void transient(check::Check check, std::string_view id);
    void exempt(check::Mismatch mismatch, const check::Exemption& exemption);
    void exemption_expired(const check::Exemption& exemption);
    void exemption_unused(const check::Exemption& exemption);
    void unverifiable(check::Check check, std::string_view id, check::Unverifiable why);
    void disagreement(const check::Disagreement& disagreement);
    /// `count` rows of a check that were not verified, for one reason.
    void not_verified(check::Check check, std::uint64_t count, check::Reason reason, std::string text);
    /// Stands in no check's counts.
    void failure(std::string_view operation, std::string_view id, check::Reason reason, std::string text);
    void indexer_lag() { listener_.indexer_lag(*summary_.indexer); }
    void timed_out();
    void stopped(int signal);
    void warning(const std::string& text) { listener_.warning("WARNING", text); }
    void warning(std::string_view type, const std::string& text) { listener_.warning(type, text); }
    /// A likely systematic fault, in one sentence: stands in the result and changes no verdict. Each is kept once.
    void hint(std::string text) { summary_.add_hint(std::move(text)); }

    check::Summary& summary() { return summary_; }

  private:
    check::Summary& summary_;
    Listener& listener_;
    const base::Clock& clock_;
};

} // namespace reconcile
