// The dialogue of db::Inspection with a real database, to its end. Throws base::Misconfigured if no check can run.
#pragma once

#include "checks.hpp"
#include "db/inspection.hpp"
#include "db/question.hpp"

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

inline Inspection inspect(Asking& ask, std::string schema = "public", Inspection::Wanted wanted = {},
                          CustomSql custom = {}) {
    Inspection inspection(std::move(schema), wanted, std::move(custom));
    while (const auto question = inspection.next()) {
        const auto answer = ask(*question);
        if (answer) {
            inspection.answer(*answer);
        } else {
            inspection.refused(answer.error());
        }
    }
    verify::Checks checks;
    for (const Table table : {Table::markets, Table::users}) {
        if (!(table == Table::markets ? wanted.markets : wanted.users)) continue;
        for (const verify::Check check : checks_of(table)) checks.push_back(check);
    }
    if (const auto refused = refusal(inspection.source(), checks)) throw *refused;
    return inspection;
}

} // namespace db
