// Writes down, while a cycle goes on, all that leads to the verdict on each of its few items.
#pragma once

#include "check/compare.hpp"
#include "check/explanation.hpp"
#include "check/summary.hpp"
#include "reconcile/witness.hpp"

#include <vector>

namespace diagnose {

class Recorder final : public reconcile::Witness {
  public:
    explicit Recorder(const check::Thresholds& thresholds) : thresholds_(thresholds) {}

    void row(check::Check check, unsigned look, const check::Row& row, const check::ClaimResult& claim) override;
    void entries(const reconcile::Item& item, std::span<const check::Stored> stored, std::uint32_t ledger) override;
    void call(const reconcile::Item& item, const check::Call& call, const net::Simulation& simulation) override;
    void control(const reconcile::Item& item, const check::Call& call, const net::Simulation& control,
                 bool same) override;
    void compared(const reconcile::Item& item, const check::ChainValue& chain) override;
    void unverifiable(const reconcile::Item& item, const check::Unverifiable& why) override;
    void second_opinion(const reconcile::Item& item, const check::SecondOpinion& opinion) override;

    /// Of a cycle that has ended: each item with the verdict that it has in the summary.
    std::vector<check::Explanation> explanations(const check::Summary& summary) const;

  private:
    check::ExplainedLook& look_of(const reconcile::Item& item);
    check::ExplainedLook& look_of(check::Check check, std::string_view id, unsigned look);

    check::Thresholds thresholds_;
    std::vector<check::Explanation> explanations_;
};

} // namespace diagnose
