#include "diagnose/explanation_text.hpp"

#include "base/text.hpp"
#include "report/events.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

namespace diagnose {
namespace {

constexpr std::size_t indent = 4;

/// Lines of the text, harmless.
class Page {
  public:
    Page(const report::TableStyle& style, const report::Paint& paint) : style_(style), paint_(paint) {}

    void heading(std::string_view text) {
        if (!out_.empty()) out_ += '\n';
        out_ += paint_(base::harmless(text), report::Colour::bold);
        out_ += '\n';
    }
    void part(std::string_view text) {
        out_ += '\n';
        out_ += report::wrapped(base::harmless(text), 2, style_.width);
    }
    void line(std::string_view text) { out_ += report::wrapped(base::harmless(text), indent, style_.width); }
    void verdict(std::string_view text, report::Colour colour) {
        std::string lines = report::wrapped(base::harmless(text), 0, style_.width);
        lines.pop_back();
        out_ += '\n';
        out_ += paint_(lines, colour);
        out_ += '\n';
    }
    std::string take() { return std::move(out_); }

  private:
    const report::TableStyle& style_;
    const report::Paint& paint_;
    std::string out_;
};

void write_question(Page& page, const diagnose::ExplainedQuestion& question) {
    if (!question.call.empty()) {
        page.part(fmt::format("Asked of the contract{}, answered from ledger {}",
                              question.control.empty() ? "" : " for a market that does not exist", question.ledger));
        if (!question.control.empty()) page.line("comparison: " + question.control);
        page.line("call: " + question.call);
        page.line("envelope: " + question.envelope);
        if (!question.error.empty()) return page.line("error: " + question.error);
        page.line("result: " + question.result_text);
        return page.line("result, raw: " + question.result);
    }
    page.part(fmt::format("Read from storage, answered from ledger {}", question.ledger));
    for (const diagnose::ExplainedEntry& entry : question.entries) {
        page.line("key: " + entry.key_text);
        page.line("key, raw: " + entry.key);
        page.line("entry: " + entry.entry_text);
        if (entry.entry) page.line("entry, raw: " + *entry.entry);
        if (entry.last_modified_ledger)
            page.line(fmt::format("last modified in ledger {}", *entry.last_modified_ledger));
        if (entry.archived) page.line("archived: it counts with its last value");
    }
}

std::string second_opinion_text(const verify::SecondOpinion& opinion) {
    using Word = verify::SecondOpinion::Word;
    if (opinion.word == Word::unavailable) return "none could tell";
    return fmt::format("{}: {}, answered from ledger {}: {}", opinion.endpoint, opinion.said.text, opinion.ledger,
                       opinion.word == Word::agrees ? "it agrees" : "it says otherwise");
}

void write_look(Page& page, const diagnose::ExplainedLook& look, const verify::Thresholds& thresholds) {
    page.part(look.look == 0 ? "Row in the database"
                             : fmt::format("Row in the database, look number {}", look.look + 1));
    for (const base::Field& field : look.row) {
        const auto* text = std::get_if<std::string>(&field.value);
        page.line(fmt::format("{}: {}", field.name, text ? *text : "NULL"));
    }
    for (const diagnose::ExplainedQuestion& question : look.questions) write_question(page, question);
    if (look.comparison) {
        page.part("Comparison");
        for (const std::string& step : look.comparison->check->steps(*look.comparison, thresholds)) page.line(step);
    }
    if (look.second_opinion) {
        page.part("Second opinion, of another RPC endpoint");
        page.line(second_opinion_text(*look.second_opinion));
    }
    if (look.fault) {
        page.part("Not verifiable");
        page.line(fmt::format("{}: {}", verify::name(look.fault->reason), look.fault->text));
    }
}

std::string verdict_text(const diagnose::Explanation& item) {
    switch (item.verdict) {
    case diagnose::Verdict::matched:
        return "MATCHED: database and chain agree.";
    case diagnose::Verdict::exempt:
        return fmt::format("EXEMPT: they differ, and that is accepted: {}", item.exemption);
    case diagnose::Verdict::mismatched:
        return item.looks.size() > 1 ? "MISMATCHED: they differ, at each look." : "MISMATCHED: they differ.";
    case diagnose::Verdict::transient:
        return "TRANSIENT: they differed at first, and no longer do.";
    case diagnose::Verdict::error:
        break;
    }
    return "NOT VERIFIABLE.";
}

void put(base::JsonWriter& writer, std::string_view key, std::string_view text) {
    writer.key(key);
    writer.string(text);
}

void put_or_null(base::JsonWriter& writer, std::string_view key, const std::optional<std::string>& text) {
    writer.key(key);
    text ? writer.string(*text) : writer.null();
}

void write_question(base::JsonWriter& writer, const diagnose::ExplainedQuestion& question) {
    writer.begin_object();
    writer.key("ledger");
    writer.unsigned_integer(question.ledger);
    if (!question.call.empty()) {
        put(writer, "call", question.call);
        if (!question.control.empty()) put(writer, "control", question.control);
        put(writer, "envelope", question.envelope);
        if (!question.error.empty()) put(writer, "error", question.error);
        if (question.error.empty()) put(writer, "result", question.result);
        if (question.error.empty()) put(writer, "resultDecoded", question.result_text);
    } else {
        writer.key("entries");
        writer.begin_array();
        for (const diagnose::ExplainedEntry& entry : question.entries) {
            writer.begin_object();
            put(writer, "key", entry.key);
            put(writer, "keyDecoded", entry.key_text);
            put_or_null(writer, "entry", entry.entry);
            if (entry.entry) put(writer, "entryDecoded", entry.entry_text);
            if (entry.last_modified_ledger) {
                writer.key("lastModifiedLedger");
                writer.unsigned_integer(*entry.last_modified_ledger);
            }
            writer.key("archived");
            writer.boolean(entry.archived);
            writer.end_object();
        }
        writer.end_array();
    }
    writer.end_object();
}

void write_second_opinion(base::JsonWriter& writer, std::string_view side, const verify::SecondOpinion& opinion) {
    writer.key("secondOpinion");
    writer.begin_object();
    put(writer, "word", verify::name(opinion.word));
    if (opinion.word != verify::SecondOpinion::Word::unavailable) {
        put(writer, "endpoint", opinion.endpoint);
        writer.key(side);
        base::write_value(writer, opinion.said.value);
        writer.key("ledger");
        writer.unsigned_integer(opinion.ledger);
    }
    writer.end_object();
}

void write_look(base::JsonWriter& writer, verify::Check check, const diagnose::ExplainedLook& look) {
    writer.begin_object();
    writer.key("row");
    base::write_value(writer, look.row);
    writer.key("questions");
    writer.begin_array();
    for (const diagnose::ExplainedQuestion& question : look.questions) write_question(writer, question);
    writer.end_array();
    if (look.comparison) {
        const report::MismatchPieces pieces =
            report::pieces_of({"", "", "", *look.comparison, look.seen, false, {}, {}});
        writer.key("comparison");
        writer.begin_object();
        base::write_fields(writer, {pieces.database, pieces.blockchain});
        base::write_fields(writer, pieces.extent);
        writer.key("differs");
        writer.boolean(look.differs);
        writer.end_object();
    }
    if (look.second_opinion) write_second_opinion(writer, check->profile().value, *look.second_opinion);
    if (look.fault) {
        put(writer, "reason", verify::name(look.fault->reason));
        put(writer, "error", look.fault->text);
    }
    writer.end_object();
}

} // namespace

std::string render_explanation(const std::vector<diagnose::Explanation>& list, const verify::Summary& summary,
                               const verify::Thresholds& thresholds, const report::TableStyle& style) {
    const report::Paint paint(style.colour);
    Page page(style, paint);
    for (const diagnose::Explanation& item : list) {
        page.heading(fmt::format("{} of {} {}", item.check.name(), item.check.resource().one, item.id));
        for (const diagnose::ExplainedLook& look : item.looks) write_look(page, look, thresholds);
        page.verdict(verdict_text(item),
                     item.verdict <= diagnose::Verdict::exempt ? report::Colour::green : report::Colour::red);
    }
    for (const verify::Error& error : summary.errors()) {
        page.verdict(fmt::format("{}: {}{}{}", verify::name(error.reason), error.resource_id,
                                 error.resource_id.empty() ? "" : ": ", error.text),
                     report::Colour::red);
    }
    if (list.empty() && summary.errors().empty() && !summary.timed_out && !summary.signal)
        page.verdict(
            "NOT IN SCOPE: a market that is neither OPEN nor RESOLVED, or a user without a wallet, is not checked.",
            report::Colour::yellow);
    return page.take();
}

std::string render_explanation_json(const std::vector<diagnose::Explanation>& list, const verify::Summary& summary,
                                    const verify::Thresholds& thresholds) {
    std::string out;
    base::JsonWriter writer(out);
    writer.begin_object();
    put(writer, "status", verify::name(summary.status()));
    put(writer, "network", summary.network);
    writer.key("items");
    writer.begin_array();
    for (const diagnose::Explanation& item : list) {
        writer.begin_object();
        put(writer, "check", item.check.name());
        put(writer, "resourceId", item.id);
        put(writer, "verdict", name(item.verdict));
        if (const std::string threshold = item.check->threshold(thresholds); !threshold.empty())
            put(writer, "threshold", threshold);
        if (item.verdict == diagnose::Verdict::exempt) put(writer, "exemption", item.exemption);
        writer.key("looks");
        writer.begin_array();
        for (const diagnose::ExplainedLook& look : item.looks) write_look(writer, item.check, look);
        writer.end_array();
        writer.end_object();
    }
    writer.end_array();
    writer.key("errors");
    writer.begin_array();
    for (const verify::Error& error : summary.errors()) {
        writer.begin_object();
        put(writer, "operation", error.operation);
        base::write_fields(writer, report::error_fields(error));
        writer.end_object();
    }
    writer.end_array();
    writer.end_object();
    return out + '\n';
}

} // namespace diagnose
