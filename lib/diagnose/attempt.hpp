// One step of a cycle's preparation, tried for its own sake: what the step would report or throw becomes a point of the
// checklist.
#pragma once

#include "base/errors.hpp"
#include "diagnose/checklist.hpp"
#include "sync/findings.hpp"
#include "verify/summary.hpp"

#include <string>
#include <utility>
#include <vector>

namespace diagnose {

class Attempt {
  public:
    /// Both outlive this.
    Attempt(diagnose::Checklist& list, const base::Clock& clock)
        : list_(list), summary_(0), heard_(*this), findings_(summary_, heard_, clock) {}

    /// Runs `step(findings)`; where it comes to nothing (a value that is false), why is a point, failed or unavailable.
    template <class Step>
    auto operator()(diagnose::Part part, const std::string& what, Step step)
        -> decltype(step(std::declval<cycle::Findings&>())) {
        errors_.clear();
        warnings_.clear();
        try {
            auto result = step(findings_);
            if (!result) add(part, what, diagnose::Mark::unavailable, texts(errors_), "");
            return result;
        } catch (const base::Misconfigured& fault) {
            add(part, what, diagnose::Mark::failed, fault.what(), fault.setting());
        }
        return {};
    }

    /// What the last step warned of.
    const std::vector<std::string>& warnings() const { return warnings_; }
    const verify::Summary& summary() const { return summary_; }

  private:
    class Heard final : public cycle::Listener {
      public:
        explicit Heard(Attempt& attempt) : attempt_(attempt) {}
        void mismatch(const verify::Mismatch&) override {}
        void error(const verify::Error& error) override { attempt_.errors_.push_back(error.text); }
        void disagreement(const verify::Disagreement&, const verify::Error&) override {}
        void transient(verify::Check, std::string_view) override {}
        void exempt(const verify::Exempted&) override {}
        void exemption_expired(const verify::Exemption&) override {}
        void exemption_unused(const verify::Exemption&) override {}
        void indexer_lag(const verify::Indexer&) override {}
        void timed_out() override {}
        void stopped(int) override {}
        void warning(std::string_view, const std::string& text) override { attempt_.warnings_.push_back(text); }

      private:
        Attempt& attempt_;
    };

    static std::string texts(const std::vector<std::string>& list);
    void add(diagnose::Part part, const std::string& what, diagnose::Mark mark, std::string found,
             const std::string& setting);

    diagnose::Checklist& list_;
    verify::Summary summary_;
    std::vector<std::string> errors_;
    std::vector<std::string> warnings_;
    Heard heard_;
    cycle::Findings findings_;
};

} // namespace diagnose
