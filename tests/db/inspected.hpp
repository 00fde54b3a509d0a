// The dialogue of db::Inspection with a real database, to its end. Throws base::Misconfigured if no check can run.
#pragma once

#include "checks.hpp"
#include "db/inspection.hpp"
#include "db/question.hpp"
#include "verify/checks.hpp"

#include <string>
#include <utility>
#include <vector>

namespace db {

inline verify::OddsRow odds_row(const Rows& rows, std::size_t i) {
    const verify::Row row(rows, i);
    return {{row.id(), row[1], row[2], row[5]}, row[3], row[4]};
}
inline verify::OutcomeRow outcome_row(const Rows& rows, std::size_t i) {
    const verify::Row row(rows, i);
    return {{row.id(), row[1], row[2], row[4]}, row[3]};
}
inline verify::UserRow user_row(const Rows& rows, std::size_t i) {
    const verify::Row row(rows, i);
    return {row.id(), row[1], row[2]};
}

inline Inspection inspect(Asking& ask, std::string schema = "public",
                          const verify::Checks& wanted = verify::built_in_checks(), CustomSql custom = {}) {
    Inspection inspection(std::move(schema), wanted, std::move(custom));
    while (const auto question = inspection.next()) {
        const auto answer = ask(*question);
        if (answer) {
            inspection.answer(*answer);
        } else {
            inspection.refused(answer.error());
        }
    }
    if (const auto refused = refusal(inspection.source(), wanted)) throw *refused;
    return inspection;
}

} // namespace db
