// The dialogue of db::Inspection with a real database, to its end. Throws base::Misconfigured if no check can run.
#pragma once

#include "db/inspection.hpp"
#include "db/question.hpp"

#include <string>
#include <utility>
#include <vector>

namespace db {

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
    std::vector<check::Kind> kinds;
    for (const Table table : {Table::markets, Table::users}) {
        if (!(table == Table::markets ? wanted.markets : wanted.users)) continue;
        kinds.insert(kinds.end(), kinds_of(table).begin(), kinds_of(table).end());
    }
    if (const auto refused = refusal(inspection.source(), kinds)) throw *refused;
    return inspection;
}

} // namespace db
