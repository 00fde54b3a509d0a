#include "sync/findings.hpp"

#include <fmt/format.h>

namespace cycle {

void Findings::mismatched(verify::Mismatch mismatch) {
    mismatch.time = clock_.wall_now();
    listener_.mismatch(mismatch);
    summary_.add(std::move(mismatch));
}

void Findings::transient(verify::Check check, std::string_view id) {
    summary_.transient(check);
    listener_.transient(check, id);
}

void Findings::exempt(verify::Mismatch mismatch, const verify::Exemption& exemption) {
    mismatch.time = clock_.wall_now();
    verify::Exempted exempted{std::move(mismatch), exemption.reason, exemption.expires};
    listener_.exempt(exempted);
    summary_.add(std::move(exempted));
}

void Findings::exemption_expired(const verify::Exemption& exemption) {
    listener_.exemption_expired(exemption);
    summary_.exemptions->expired.push_back(exemption);
}

void Findings::exemption_unused(const verify::Exemption& exemption) {
    listener_.exemption_unused(exemption);
    summary_.exemptions->unused.push_back(exemption);
}

void Findings::unverifiable(verify::Check check, std::string_view id, verify::Unverifiable why, std::uint64_t rows) {
    verify::Error error{std::string(check.name()), std::string(id), why.reason, std::move(why.text), rows, false,
                        clock_.wall_now()};
    listener_.error(error);
    summary_.add(check, std::move(error));
}

void Findings::disagreement(const verify::Disagreement& disagreement) {
    const verify::Mismatch& mismatch = disagreement.mismatch;
    const verify::SecondOpinion& second = *mismatch.second_opinion;
    verify::Error error{std::string(mismatch.check().name()),
                        mismatch.id,
                        verify::Reason::disagreement,
                        fmt::format("{} says {}, {} says {}", disagreement.endpoint,
                                    mismatch.check()->said(mismatch.difference).text, second.endpoint,
                                    second.said.text),
                        1,
                        false,
                        clock_.wall_now()};
    listener_.disagreement(disagreement, error);
    summary_.add(mismatch.check(), std::move(error));
}

void Findings::not_verified(verify::Check check, std::uint64_t count, verify::Reason reason, std::string text) {
    verify::Error error{std::string(check.name()), {}, reason, std::move(text), count, true, clock_.wall_now()};
    listener_.error(error);
    summary_.add(check, std::move(error));
}

void Findings::failure(std::string_view operation, std::string_view id, verify::Reason reason, std::string text) {
    verify::Error error{std::string(operation), std::string(id), reason, std::move(text), 1, false, clock_.wall_now()};
    listener_.error(error);
    summary_.add(std::move(error));
}

void Findings::unavailable(std::string_view operation, verify::Reason reason, std::string text) {
    failure(operation, "", reason, std::move(text));
    summary_.unavailable = true;
}

void Findings::timed_out() {
    summary_.timed_out = true;
    listener_.timed_out();
}

void Findings::stopped(int signal) {
    summary_.signal = signal;
    listener_.stopped(signal);
}

} // namespace cycle
