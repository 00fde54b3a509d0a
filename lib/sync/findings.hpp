// Where every row in scope ends: in exactly one of matched, mismatched, transient, error. Counts it and tells it.
#pragma once

#include "base/clock.hpp"
#include "verify/finding.hpp"
#include "verify/summary.hpp"

#include <string>
#include <string_view>

namespace cycle {

/// Hears of everything that is worth a log event.
class Listener {
  public:
    virtual ~Listener() = default;
    virtual void mismatch(const verify::Mismatch& mismatch) = 0;
    /// `error.operation` says which check, or what else.
    virtual void error(const verify::Error& error) = 0;
    /// Of an outcome; `error` is what stands in the result for it, and this alone reports it.
    virtual void disagreement(const verify::Disagreement& disagreement, const verify::Error& error) = 0;
    /// A suspect that agreed when it was looked at again.
    virtual void transient(verify::Check check, std::string_view id) = 0;
    /// A difference that an exemption accepts.
    virtual void exempt(const verify::Exempted& exempted) = 0;
    /// It would have accepted a difference, if there was one, until its last day.
    virtual void exemption_expired(const verify::Exemption& exemption) = 0;
    /// All rows of its check were verified, and there was no difference for it to accept.
    virtual void exemption_unused(const verify::Exemption& exemption) = 0;
    /// The application's indexer lags by more than is normal: stands for all mismatches of that cause.
    virtual void indexer_lag(const verify::Indexer& indexer) = 0;
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
    Findings(verify::Summary& summary, Listener& listener, const base::Clock& clock)
        : summary_(summary), listener_(listener), clock_(clock) {}

    void matched(verify::Check check) { summary_.matched(check); }
    void skipped(verify::Check check, std::uint64_t rows = 1) { summary_.skipped(check, rows); }
    void mismatched(verify::Mismatch mismatch);
    void transient(verify::Check check, std::string_view id);
    void exempt(verify::Mismatch mismatch, const verify::Exemption& exemption);
    void exemption_expired(const verify::Exemption& exemption);
    void exemption_unused(const verify::Exemption& exemption);
    /// `rows`: more than one row has this id, and all of them the same error.
    void unverifiable(verify::Check check, std::string_view id, verify::Unverifiable why, std::uint64_t rows = 1);
    void disagreement(const verify::Disagreement& disagreement);
    /// `count` rows of a check that were not verified, for one reason.
    void not_verified(verify::Check check, std::uint64_t count, verify::Reason reason, std::string text);
    /// Stands in no check's counts.
    void failure(std::string_view operation, std::string_view id, verify::Reason reason, std::string text);
    /// A failure after which the cycle cannot go on: the result is FAILED.
    void unavailable(std::string_view operation, verify::Reason reason, std::string text);
    void indexer_lag() { listener_.indexer_lag(*summary_.indexer); }
    void timed_out();
    void stopped(int signal);
    void warning(const std::string& text) { listener_.warning("WARNING", text); }
    void warning(std::string_view type, const std::string& text) { listener_.warning(type, text); }
    /// A likely systematic fault, in one sentence: stands in the result and changes no verdict. Each is kept once.
    void hint(std::string text) { summary_.add_hint(std::move(text)); }

    verify::Summary& summary() { return summary_; }

  private:
    verify::Summary& summary_;
    Listener& listener_;
    const base::Clock& clock_;
};

} // namespace cycle
