#include "reconcile/findings.hpp"

#include <fmt/format.h>

namespace reconcile {

void Findings::mismatched(check::Mismatch mismatch) {
    mismatch.time = clock_.wall_now();
    listener_.mismatch(mismatch);
    summary_.add(std::move(mismatch));
}

void Findings::transient(check::Check check, std::string_view id) {
    summary_.transient(check);
    listener_.transient(check, id);
}

void Findings::exempt(check::Mismatch mismatch, const check::Exemption& exemption) {
    mismatch.time = clock_.wall_now();
    check::Exempted exempted{std::move(mismatch), exemption.reason, exemption.expires};
    listener_.exempt(exempted);
    summary_.add(std::move(exempted));
}

void Findings::exemption_expired(const check::Exemption& exemption) {
    listener_.exemption_expired(exemption);
    summary_.exemptions->expired.push_back(exemption);
}

void Findings::exemption_unused(const check::Exemption& exemption) {
    listener_.exemption_unused(exemption);
    summary_.exemptions->unused.push_back(exemption);
}

void Findings::unverifiable(check::Check check, std::string_view id, check::Unverifiable why) {
    check::Error error{std::string(check.name()), std::string(id), why.reason, std::move(why.text), 1, false,
                       clock_.wall_now()};
    listener_.error(error);
    summary_.add(check, std::move(error));
}

void Findings::disagreement(const check::Disagreement& disagreement) {
    const check::Mismatch& mismatch = disagreement.mismatch;
    const check::SecondOpinion& second = *mismatch.second_opinion;
    check::Error error{std::string(mismatch.check().name()),
                       mismatch.id,
                       check::Reason::disagreement,
                       fmt::format("{} says {}, {} says {}", disagreement.endpoint,
                                   mismatch.check()->said(mismatch.difference).text, second.endpoint, second.said.text),
                       1,
                       false,
                       clock_.wall_now()};
    listener_.disagreement(disagreement, error);
    summary_.add(mismatch.check(), std::move(error));
}

void Findings::not_verified(check::Check check, std::uint64_t count, check::Reason reason, std::string text) {
    check::Error error{std::string(check.name()), {}, reason, std::move(text), count, true, clock_.wall_now()};
    listener_.error(error);
    summary_.add(check, std::move(error));
}

void Findings::failure(std::string_view operation, std::string_view id, check::Reason reason, std::string text) {
    check::Error error{std::string(operation), std::string(id), reason, std::move(text), 1, false, clock_.wall_now()};
    listener_.error(error);
    summary_.add(std::move(error));
}

void Findings::timed_out() {
    summary_.timed_out = true;
    listener_.timed_out();
}

void Findings::stopped(int signal) {
    summary_.signal = signal;
    listener_.stopped(signal);
}

} // namespace reconcile
