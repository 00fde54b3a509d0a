// The dialogue of db::Inspection with a real database, to its end.
#pragma once

#include "db/inspection.hpp"
#include "db/question.hpp"

#include <string>
#include <utility>

namespace db {

inline Inspection inspect(Asking& ask, std::string schema = "public", Inspection::Wanted wanted = {},
                          CustomSql custom = {}) {
    Inspection inspection(std::move(schema), wanted, std::move(custom));
    while (const auto question = inspection.next()) {
        const auto answer = ask(*question);
        if (!answer) throw inspection.explain(answer.error());
        inspection.answer(*answer);
    }
    return inspection;
}

} // namespace db
