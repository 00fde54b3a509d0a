// Holds what the program said against what is right.
#include "chaos/oracle.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <csignal>

namespace chaos {
namespace {

using simdjson::dom::element;

std::string text_at(const element& parent, std::string_view pointer) {
    element found;
    if (parent.at_pointer(pointer).get(found) != simdjson::SUCCESS) return "(absent)";
    std::string_view text;
    return found.get(text) == simdjson::SUCCESS ? std::string(text) : simdjson::minify(found);
}

std::int64_t number_at(const element& parent, std::string_view pointer) {
    std::int64_t number = -1;
    return parent.at_pointer(pointer).get(number) == simdjson::SUCCESS ? number : -1;
}

/// The number behind `"name":`, digit by digit: a JSON parser would make a binary float of it.
mpq_class number_behind(const std::string& json, const std::string& object, const std::string& name) {
    std::size_t at = json.find(fmt::format("\"{}\":", object));
    if (!name.empty()) at = json.find(fmt::format("\"{}\":", name), at);
    if (at == json.npos) return -1;
    at = json.find(':', name.empty() ? at : json.find(fmt::format("\"{}\":", name), at)) + 1;
    const std::size_t end = json.find_first_of(",}", at);
    return decimal(json.substr(at, end - at)).value_or(-1);
}

struct Listed {
    std::set<std::string> mismatched, transient, exempt;
    std::map<std::string, int> errors; // so many rows
};

/// One run of the program; those of several shards are reviewed together.
struct Run {
    const Said* said = nullptr;
    element result;
    std::map<std::string, Listed> listed;
    std::map<std::string, std::int64_t> aggregated;  // rows
    std::map<std::string, std::int64_t> item_errors; // less the aggregates
    std::int64_t aggregates = 0;
    bool database_error = false;
    bool implausible_watermark = false;
    int stalled = 0;
    std::map<std::string, mpz_class> surplus; // stroops: what its events say of balances

    std::int64_t mismatched() const {
        std::int64_t sum = 0;
        for (const auto& [check, rows] : listed) sum += static_cast<std::int64_t>(rows.mismatched.size());
        return sum;
    }
    bool failed() const { return text_at(result, "/status") == "FAILED"; }
    /// Some rows are in no count.
    bool uncounted() const { return database_error || failed(); }
};

class Review {
  public:
    Review(const Expectations& expected, const Circumstances& circumstances)
        : expected_(expected), around_(circumstances) {}

    std::vector<std::string> run(const std::vector<Said>& shards) {
        std::vector<simdjson::dom::parser> parsers(shards.size());
        for (std::size_t i = 0; i < shards.size(); ++i) {
            runs_.emplace_back();
            if (!read(shards[i], parsers[i])) return std::move(wrong_);
        }
        gather();
        for (const std::string& check : around_.checks) check_counts(check);
        check_skipped();
        return std::move(wrong_);
    }

  private:
    template <class... T>
    void wrong(fmt::format_string<T...> text, T&&... values) {
        wrong_.push_back(fmt::format(text, std::forward<T>(values)...));
    }

    bool read(const Said& said, simdjson::dom::parser& parser);
    void read_events();
    void read_event(const element& event, const std::string& line);
    void read_mismatch(const element& event, const std::string& line);
    void read_exempt(const element& event, const std::string& line);
    void remember(const std::string& user, const element& event);
    void check_cause(const element& event, const std::string& line, const Expected& right);
    void read_error(const element& event);
    void check_values(const element& event, const std::string& line, const Expected& right);
    void check_odds(const std::string& line, const Expected& right);
    void check_sums(const std::string& check);
    void check_lists();
    void check_worst_listed(const simdjson::dom::array& list);
    void check_code();
    void gather();
    void check_counts(const std::string& check);
    void check_rows(const std::string& check);
    void check_skipped();
    const Expected* find(const std::string& check, const std::string& id) const {
        const auto all = expected_.find(check);
        if (all == expected_.end()) return nullptr;
        const auto one = all->second.find(id);
        return one == all->second.end() ? nullptr : &one->second;
    }
    std::int64_t sum(const std::string& check, const char* count) const {
        std::int64_t all = 0;
        for (const Run& run : runs_)
            all += std::max<std::int64_t>(0, number_at(run.result, fmt::format("/checks/{}/{}", check, count)));
        return all;
    }

    const Expectations& expected_;
    const Circumstances& around_;
    std::vector<Run> runs_;
    Run all_; // of all of them
    std::vector<std::string> wrong_;
};

/// One run by itself. False if nothing can be said about it.
bool Review::read(const Said& said, simdjson::dom::parser& parser) {
    Run& run = runs_.back();
    run.said = &said;
    if (said.killed) wrong("killed by signal {}", said.code - 128);
    for (const char* secret : {"s3cret", "p%40ss", "p@ss"}) {
        if ((said.out + said.err).find(secret) != std::string::npos) wrong("the password was shown");
    }
    read_events();
    if (parser.parse(said.out).get(run.result) != simdjson::SUCCESS) {
        wrong("standard output is not JSON (exit code {}): {}", said.code, said.out.substr(0, 300));
        return false;
    }
    for (const std::string& check : around_.checks) check_sums(check);
    check_lists();
    check_code();
    return true;
}

void Review::read_events() {
    simdjson::dom::parser parser;
    for (std::size_t at = 0; at < runs_.back().said->err.size();) {
        const std::size_t end = std::min(runs_.back().said->err.find('\n', at), runs_.back().said->err.size());
        const std::string line = runs_.back().said->err.substr(at, end - at);
        at = end + 1;
        element event;
        if (parser.parse(line).get(event) != simdjson::SUCCESS) {
            wrong("a line of standard error is not JSON: {}", line);
        } else {
            read_event(event, line);
        }
    }
}

void Review::read_event(const element& event, const std::string& line) {
    const std::string type = text_at(event, "/type");
    if (type == "MISMATCH") return read_mismatch(event, line);
    if (type == "EXEMPT") return read_exempt(event, line);
    if (type == "ITEM_ERROR") return read_error(event);
    if (type == "WATERMARK_IMPLAUSIBLE") runs_.back().implausible_watermark = true;
    if (type == "WATERMARK_IMPLAUSIBLE" && !around_.implausible_watermark) wrong("wrongly: {}", line);
    if (type == "NODE_STALLED") ++runs_.back().stalled;
    if (type == "NODE_STALLED" && !around_.stalled && !around_.faults && !around_.cut) wrong("wrongly: {}", line);
    if (type != "TRANSIENT") return;
    const std::string check = text_at(event, "/check");
    const std::string id = text_at(event, "/resourceId");
    const Expected* right = find(check, id);
    if (right == nullptr || !right->transient) wrong("{} {} is transient, but never changed", check, id);
    if (!runs_.back().listed[check].transient.insert(id).second) wrong("{} {} is transient twice", check, id);
}

namespace {

/// Which row a MISMATCH or EXEMPT is about: the check and the id.
std::pair<std::string, std::string> row_of(const element& event) {
    const std::string type = text_at(event, "/mismatchType");
    return {type == "ODDS"      ? "odds"
            : type == "OUTCOME" ? "outcomes"
                                : "balances",
            text_at(event, type == "BALANCE" ? "/userId" : "/marketId")};
}

} // namespace

void Review::read_exempt(const element& event, const std::string& line) {
    const auto [check, id] = row_of(event);
    if (!runs_.back().listed[check].exempt.insert(id).second) wrong("{} {} is exempt twice", check, id);
    const Expected* right = find(check, id);
    if (right == nullptr || !right->exempt) return wrong("{} {} is exempt, wrongly: {}", check, id, line);
    check_cause(event, line, *right);
    check_values(event, line, *right);
}

void Review::read_mismatch(const element& event, const std::string& line) {
    const auto [check, id] = row_of(event);
    if (!runs_.back().listed[check].mismatched.insert(id).second) wrong("{} {} is a mismatch twice", check, id);
    const Expected* right = find(check, id);
    if (right == nullptr || !right->mismatch) return wrong("{} {} is a mismatch, wrongly: {}", check, id, line);
    if (text_at(event, "/priority") != (check == "outcomes" ? "CRITICAL" : "NORMAL")) wrong("priority: {}", line);
    const bool confirmed = text_at(event, "/confirmed") == "true";
    if (around_.confirm_attempts == 0 && confirmed) wrong("confirmed without a recheck: {}", line);
    if (around_.stalled && confirmed) wrong("confirmed from the same ledger: {}", line);
    if (around_.confirm_attempts > 0 && !confirmed && !around_.faults && !around_.cut && !around_.stalled)
        wrong("not confirmed: {}", line);
    if (check == "balances") remember(id, event);
    check_cause(event, line, *right);
    if (right->mismatch_only()) check_values(event, line, *right);
}

/// By the values of the event: those of a user that moves are nowhere else.
void Review::remember(const std::string& user, const element& event) {
    const auto chain = stroops(decimal(text_at(event, "/blockchainBalance")));
    const auto database = stroops(decimal(text_at(event, "/databaseBalance")));
    runs_.back().surplus[user] = chain.value_or(0) - database.value_or(0);
}

void Review::check_cause(const element& event, const std::string& line, const Expected& right) {
    const std::string cause = text_at(event, "/likelyCause");
    const std::string right_cause = right.likely_cause == "none" ? "(absent)" : right.likely_cause;
    const bool named = cause == "INDEXER_LAG" || cause == "DRIFT";
    // A watermark that could not be read, or came late, is one that there is not.
    const bool unnamed = !named && around_.faults;
    if (right_cause == "any" ? !named && !unnamed : cause != right_cause && !unnamed)
        wrong("cause is not {}: {}", right_cause, line);
}

void Review::check_values(const element& event, const std::string& line, const Expected& right) {
    std::string database, chain;
    if (right.odds) {
        database = text_at(event, "/databaseReserves/yes") + "," + text_at(event, "/databaseReserves/no");
        chain = text_at(event, "/blockchainReserves/yes") + "," + text_at(event, "/blockchainReserves/no");
        check_odds(line, right);
    } else if (!right.surplus) {
        database = text_at(event, "/databaseOutcome");
        chain = text_at(event, "/blockchainOutcome");
        if (text_at(event, "/chainStatus") + " " + text_at(event, "/chainStatusName") != right.chain_status)
            wrong("the market's status is not {}: {}", right.chain_status, line);
    } else {
        database = text_at(event, "/databaseBalance");
        chain = text_at(event, "/blockchainBalance");
        const std::string difference = shown_stroops(abs(*right.surplus));
        if (text_at(event, "/difference") != difference) wrong("difference is not {}: {}", difference, line);
    }
    if (database != right.database) wrong("the database's side is not {}: {}", right.database, line);
    if (chain != right.chain) wrong("the chain's side is not {}: {}", right.chain, line);
}

void Review::check_odds(const std::string& line, const Expected& right) {
    const mpq_class unit("1/1000000000000000000");
    for (const auto& [name, price] :
         {std::pair{"databaseOdds", right.odds->first}, {"blockchainOdds", right.odds->second}}) {
        const mpq_class yes = number_behind(line, name, "yes");
        const mpq_class no = number_behind(line, name, "no");
        if (abs(yes - price) > unit) wrong("{} of YES is not {}: {}", name, price.get_d(), line);
        if (abs(yes + no - 1) > unit) wrong("{} do not sum to 1: {}", name, line);
    }
    const mpq_class difference = abs(right.odds->first - right.odds->second);
    if (abs(number_behind(line, "difference", "") - difference) > 2 * unit) wrong("difference of odds: {}", line);
}

void Review::read_error(const element& event) {
    Run& run = runs_.back();
    const std::string check = text_at(event, "/check");
    const std::string reason = text_at(event, "/reason");
    const std::string id = text_at(event, "/resourceId");
    const std::int64_t count = number_at(event, "/count");
    if (count >= 0) {
        ++run.aggregates;
        if (!run.aggregated.emplace(check, count).second) wrong("{} has two aggregate errors", check);
        if (!around_.faults && !around_.cut) wrong("{} rows of {} were given up without a reason", count, check);
        if (!around_.faults && reason != "NOT_REACHED") wrong("{} rows of {} are {}", count, check, reason);
        return;
    }
    ++run.item_errors[check];
    if (id == "null") {
        run.database_error = run.database_error || check == "database";
        if (!around_.faults && !around_.cut) wrong("an error without a reason: {}", text_at(event, "/error"));
        return;
    }
    const int times = ++run.listed[check].errors[id];
    const Expected* right = find(check, id);
    if (times > (right == nullptr ? 1 : right->copies)) wrong("{} {} is an error {} times", check, id, times);
    const bool by_fault = around_.faults && (reason == "RPC" || reason == "DECODE" || reason == "DATABASE") &&
                          right != nullptr && !right->errors.contains("BAD_VALUE") &&
                          !right->errors.contains("BAD_ADDRESS");
    if (right == nullptr || !(right->errors.contains(reason) || by_fault)) {
        wrong("{} {} is an error {}, wrongly: {}", check, id, reason, text_at(event, "/error"));
    }
}

/// The totals of what differs, over all rows.
void Review::check_sums(const std::string& check) {
    const element& result = runs_.back().result;
    const auto count = [&](const char* name) { return number_at(result, fmt::format("/checks/{}/{}", check, name)); };
    if (count("checked") != count("matched") + count("mismatched") + count("transient")) wrong("{}: checked", check);
    if (count("inScope") != count("checked") + count("errors")) wrong("{}: inScope", check);
    if (check != "balances") return;
    mpz_class largest = 0, more = 0, less = 0;
    for (const auto& [id, surplus] : runs_.back().surplus) {
        largest = std::max(largest, mpz_class(abs(surplus)));
        (surplus > 0 ? more : less) += abs(surplus);
    }
    for (const auto& [name, right] : {std::pair{"largest", largest}, {"chainMore", more}, {"chainLess", less}}) {
        const std::string said = text_at(result, fmt::format("/checks/{}/{}", check, name));
        if (said != shown_stroops(right)) wrong("{} is {}, not {}", name, said, shown_stroops(right));
    }
}

void Review::check_lists() {
    const Run& run = runs_.back();
    const auto most = static_cast<std::int64_t>(around_.max_reported);
    simdjson::dom::array list;
    if (run.result.at_pointer("/mismatches").get(list) != simdjson::SUCCESS) return wrong("no list of mismatches");
    std::int64_t listed = 0; // the worst of each check
    for (const auto& [check, rows] : run.listed)
        listed += std::min(most, static_cast<std::int64_t>(rows.mismatched.size()));
    if (static_cast<std::int64_t>(list.size()) != listed) wrong("{} mismatches listed, not {}", list.size(), listed);
    std::set<std::string> seen;
    for (const element mismatch : list) {
        if (!seen.insert(text_at(mismatch, "/type") + text_at(mismatch, "/resourceId")).second) wrong("listed twice");
    }
    check_worst_listed(list);
    simdjson::dom::array errors;
    if (run.result.at_pointer("/errors").get(errors) != simdjson::SUCCESS) return wrong("no list of errors");
    std::int64_t right_errors = run.aggregates;
    bool truncated = run.mismatched() > listed;
    for (const auto& [check, count] : run.item_errors) {
        right_errors += std::min(count, most);
        truncated = truncated || count > most;
    }
    for (const auto& [check, rows] : run.listed) {
        truncated = truncated || static_cast<std::int64_t>(rows.exempt.size()) > most;
    }
    if (static_cast<std::int64_t>(errors.size()) != right_errors)
        wrong("{} errors listed, not {}", errors.size(), right_errors);
    if (text_at(run.result, "/truncated") != (truncated ? "true" : "false")) wrong("truncated is not {}", truncated);
}

/// No balance that is left out differs by more than one that is listed.
void Review::check_worst_listed(const simdjson::dom::array& list) {
    std::set<std::string> left_out = runs_.back().listed["balances"].mismatched;
    std::optional<mpz_class> least;
    const auto difference_of = [&surplus = runs_.back().surplus](const std::string& id) {
        const auto found = surplus.find(id);
        return found == surplus.end() ? mpz_class(0) : mpz_class(abs(found->second));
    };
    for (const element mismatch : list) {
        if (text_at(mismatch, "/type") != "BALANCE") continue;
        left_out.erase(text_at(mismatch, "/resourceId"));
        const mpz_class difference = difference_of(text_at(mismatch, "/resourceId"));
        if (least && difference > *least) wrong("{} is listed behind a smaller one", text_at(mismatch, "/resourceId"));
        least = difference;
    }
    for (const std::string& id : left_out) {
        if (least && difference_of(id) > *least) wrong("balances {} is not listed, but a smaller one is", id);
    }
}

void Review::check_code() {
    const Run& run = runs_.back();
    const int said = run.said->code;
    const std::string status = text_at(run.result, "/status");
    const bool mismatched = run.mismatched() > 0;
    const bool unavailable = said == 4 || run.failed();
    const bool incomplete =
        !run.item_errors.empty() || run.aggregates > 0 || text_at(run.result, "/timedOut") == "true";
    int code = 0;
    if (mismatched && around_.fail_on_mismatch) {
        code = 1;
    } else if (unavailable) {
        code = 4;
    } else if (incomplete && around_.fail_on_incomplete) {
        code = 3;
    }
    if (code == 4 && !around_.faults) wrong("exit code 4 without a fault");
    const bool stopped = around_.signal != 0 && said == 128 + around_.signal;
    if (said != code && !stopped) wrong("exit code {}, not {}", said, code);
    const std::string right = mismatched              ? "MISMATCH"
                              : unavailable           ? "FAILED"
                              : incomplete || stopped ? "INCOMPLETE"
                                                      : "IN_SYNC";
    if (status != right) wrong("status {}, not {}", status, right);
    if (around_.implausible_watermark && mismatched && !run.implausible_watermark && !around_.faults && !around_.cut)
        wrong("no word about an implausible watermark");
    if (around_.stalled && mismatched && around_.confirm_attempts > 0 && run.stalled != 1)
        wrong("{} words about a node that stays at its ledger", run.stalled);
}

/// Of all shards: a row that two of them name was checked twice.
void Review::gather() {
    for (const Run& run : runs_) {
        for (const auto& [check, listed] : run.listed) {
            Listed& all = all_.listed[check];
            const auto once = [&, name = check](const std::string& id) {
                if (all.mismatched.contains(id) || all.transient.contains(id) || all.errors.contains(id))
                    wrong("{} {} is in two shards", name, id);
            };
            for (const std::string& id : listed.mismatched) {
                once(id);
                if (listed.errors.contains(id) || listed.transient.contains(id))
                    wrong("{} {} stands in two buckets", check, id);
            }
            for (const std::string& id : listed.transient) once(id);
            for (const auto& [id, times] : listed.errors) once(id);
            for (const std::string& id : listed.exempt) {
                once(id);
                if (!all.exempt.insert(id).second) wrong("{} {} is exempt in two shards", check, id);
            }
            all.mismatched.insert(listed.mismatched.begin(), listed.mismatched.end());
            all.transient.insert(listed.transient.begin(), listed.transient.end());
            all.errors.insert(listed.errors.begin(), listed.errors.end());
        }
        for (const auto& [check, count] : run.aggregated) all_.aggregated[check] += count;
        all_.database_error = all_.database_error || run.uncounted();
    }
}

/// Every row is in exactly one count.
void Review::check_counts(const std::string& check) {
    const Listed& listed = all_.listed[check];
    const bool uncounted = all_.database_error;
    std::int64_t rows = 0, errors = 0, exempt = 0;
    for (const auto& [id, right] : expected_.at(check)) {
        rows += right.copies;
        exempt += right.exempt ? 1 : 0;
    }
    for (const auto& [id, times] : listed.errors) errors += times;
    const auto same = [&](const char* count, std::int64_t events) {
        if (sum(check, count) != events) wrong("{}: {} {}, and {} events", check, sum(check, count), count, events);
    };
    same("mismatched", static_cast<std::int64_t>(listed.mismatched.size()));
    same("transient", static_cast<std::int64_t>(listed.transient.size()));
    same("exempt", static_cast<std::int64_t>(listed.exempt.size()));
    same("errors", errors + all_.aggregated[check]);
    const std::int64_t in_scope = sum(check, "inScope");
    if (in_scope > rows || (in_scope < rows && !uncounted))
        wrong("{}: {} rows in scope, not {}", check, in_scope, rows);
    const std::int64_t accepted = sum(check, "exempt");
    const bool whole = !around_.faults && !around_.cut;
    if (whole ? accepted != exempt : accepted > exempt) wrong("{}: {} exempt, not {}", check, accepted, exempt);
    check_rows(check);
}

/// Every row that does not match is named, or one of those that were given up.
void Review::check_rows(const std::string& check) {
    const Listed& listed = all_.listed[check];
    const std::int64_t given_up = all_.aggregated[check];
    std::int64_t missed = 0;
    for (const auto& [id, right] : expected_.at(check)) {
        const auto errors = listed.errors.find(id);
        const int named = errors == listed.errors.end() ? 0 : errors->second;
        if (listed.mismatched.contains(id) || listed.transient.contains(id) || right.match || named == right.copies)
            continue;
        missed += right.copies - named;
        if (given_up == 0 && !all_.database_error) wrong("{} {} was missed: it is not a match", check, id);
    }
    if (missed > given_up && !all_.database_error) wrong("{}: {} rows that do not match were missed", check, missed);
}

void Review::check_skipped() {
    if (!around_.checks.contains("balances")) return;
    std::int64_t skipped = 0;
    bool whole = !all_.database_error;
    for (const Run& run : runs_) {
        skipped += number_at(run.result, "/usersSkipped");
        whole = whole && run.aggregated.empty();
    }
    const auto right = static_cast<std::int64_t>(around_.skipped);
    if (whole ? skipped != right : skipped > right) wrong("usersSkipped {}, not {}", skipped, right);
}

} // namespace

std::vector<std::string> faults_of(const std::vector<Said>& shards, const Expectations& expected,
                                   const Circumstances& circumstances) {
    return Review(expected, circumstances).run(shards);
}

} // namespace chaos
