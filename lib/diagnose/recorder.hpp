// Writes down, while a cycle goes on, all that leads to the verdict on each of its few items.
#pragma once

#include "diagnose/explanation.hpp"
#include "sync/witness.hpp"
#include "verify/compare.hpp"
#include "verify/summary.hpp"

#include <vector>

namespace diagnose {

class Recorder final : public cycle::Witness {
  public:
    explicit Recorder(const verify::Thresholds& thresholds) : thresholds_(thresholds) {}

    void row(verify::Check check, unsigned look, const verify::Row& row, const verify::ClaimResult& claim) override;
    void entries(const cycle::Item& item, std::span<const verify::Stored> stored, std::uint32_t ledger) override;
    void call(const cycle::Item& item, const verify::Call& call, const net::Simulation& simulation) override;
    void control(const cycle::Item& item, const verify::Call& call, const net::Simulation& control, bool same) override;
    void compared(const cycle::Item& item, const verify::ChainValue& chain) override;
    void unverifiable(const cycle::Item& item, const verify::Unverifiable& why) override;
    void second_opinion(const cycle::Item& item, const verify::SecondOpinion& opinion) override;

    /// Of a cycle that has ended: each item with the verdict that it has in the summary.
    std::vector<diagnose::Explanation> explanations(const verify::Summary& summary) const;

  private:
    diagnose::ExplainedLook& look_of(const cycle::Item& item);
    diagnose::ExplainedLook& look_of(verify::Check check, std::string_view id, unsigned look);

    verify::Thresholds thresholds_;
    std::vector<diagnose::Explanation> explanations_;
};

} // namespace diagnose
