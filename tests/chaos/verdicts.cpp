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
    std::set<std::string> mismatched, transient, errors;
};

class Review {
  public:
    Review(const Said& said, const Expectations& expected, const Circumstances& circumstances)
        : said_(said), expected_(expected), around_(circumstances) {}

    std::vector<std::string> run() {
        if (said_.killed) wrong("killed by signal {}", said_.code - 128);
        for (const char* secret : {"s3cret", "p%40ss", "p@ss"}) {
            if ((said_.out + said_.err).find(secret) != std::string::npos) wrong("the password was shown");
        }
        read_events();
        simdjson::dom::parser parser;
        element result;
        if (parser.parse(said_.out).get(result) != simdjson::SUCCESS) {
            wrong("standard output is no JSON (exit code {}): {}", said_.code, said_.out.substr(0, 300));
            return std::move(wrong_);
        }
        for (const std::string& check : around_.checks) check_counts(result, check);
        check_lists(result);
        check_code(result);
        return std::move(wrong_);
    }

  private:
    template <class... T>
    void wrong(fmt::format_string<T...> text, T&&... values) {
        wrong_.push_back(fmt::format(text, std::forward<T>(values)...));
    }

    void read_events();
    void read_event(const element& event, const std::string& line);
    void read_mismatch(const element& event, const std::string& line);
    void read_error(const element& event);
    void check_values(const element& event, const std::string& line, const Expected& right);
    void check_odds(const std::string& line, const Expected& right);
    void check_counts(const element& result, const std::string& check);
    void check_lists(const element& result);
    void check_code(const element& result);
    const Expected* find(const std::string& check, const std::string& id) const {
        const auto all = expected_.find(check);
        if (all == expected_.end()) return nullptr;
        const auto one = all->second.find(id);
        return one == all->second.end() ? nullptr : &one->second;
    }

    const Said& said_;
    const Expectations& expected_;
    const Circumstances& around_;
    std::map<std::string, Listed> listed_;
    std::map<std::string, std::int64_t> aggregated_; // rows
    std::int64_t item_errors_ = 0;                   // less the aggregates
    std::map<std::string, std::int64_t> errors_of_;  // by check
    std::int64_t aggregates_ = 0;
    bool database_error_ = false;
    std::vector<std::string> wrong_;
};

void Review::read_events() {
    simdjson::dom::parser parser;
    for (std::size_t at = 0; at < said_.err.size();) {
        const std::size_t end = std::min(said_.err.find('\n', at), said_.err.size());
        const std::string line = said_.err.substr(at, end - at);
        at = end + 1;
        element event;
        if (parser.parse(line).get(event) != simdjson::SUCCESS) {
            wrong("a line of standard error is no JSON: {}", line);
        } else {
            read_event(event, line);
        }
    }
}

void Review::read_event(const element& event, const std::string& line) {
    const std::string type = text_at(event, "/type");
    if (type == "MISMATCH") return read_mismatch(event, line);
    if (type == "ITEM_ERROR") return read_error(event);
    if (type != "TRANSIENT") return;
    const std::string check = text_at(event, "/check");
    const std::string id = text_at(event, "/resourceId");
    const Expected* right = find(check, id);
    if (right == nullptr || !right->transient) wrong("{} {} is transient, but never changed", check, id);
    if (!listed_[check].transient.insert(id).second) wrong("{} {} is transient twice", check, id);
}

void Review::read_mismatch(const element& event, const std::string& line) {
    const std::string type = text_at(event, "/mismatchType");
    const std::string check = type == "ODDS" ? "odds" : type == "OUTCOME" ? "outcomes" : "balances";
    const std::string id = text_at(event, type == "BALANCE" ? "/userId" : "/marketId");
    if (!listed_[check].mismatched.insert(id).second) wrong("{} {} is a mismatch twice", check, id);
    const Expected* right = find(check, id);
    if (right == nullptr || !right->mismatch) return wrong("{} {} is a mismatch, wrongly: {}", check, id, line);
    if (text_at(event, "/priority") != (type == "OUTCOME" ? "CRITICAL" : "NORMAL")) wrong("priority: {}", line);
    const bool confirmed = text_at(event, "/confirmed") == "true";
    if (around_.confirm_attempts == 0 && confirmed) wrong("confirmed without a second look: {}", line);
    if (around_.confirm_attempts > 0 && !confirmed && !around_.faults && !around_.cut) wrong("not confirmed: {}", line);
    if (!right->match && !right->transient) check_values(event, line, *right);
}

void Review::check_values(const element& event, const std::string& line, const Expected& right) {
    std::string database, chain;
    if (right.odds) {
        database = text_at(event, "/databaseReserves/yes") + "," + text_at(event, "/databaseReserves/no");
        chain = text_at(event, "/blockchainReserves/yes") + "," + text_at(event, "/blockchainReserves/no");
        check_odds(line, right);
    } else if (right.difference.empty()) {
        database = text_at(event, "/databaseOutcome");
        chain = text_at(event, "/blockchainOutcome");
    } else {
        database = text_at(event, "/databaseBalance");
        chain = text_at(event, "/blockchainBalance");
        if (text_at(event, "/difference") != right.difference)
            wrong("difference is not {}: {}", right.difference, line);
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
    const std::string check = text_at(event, "/check");
    const std::string reason = text_at(event, "/reason");
    const std::string id = text_at(event, "/resourceId");
    const std::int64_t count = number_at(event, "/count");
    if (count >= 0) {
        ++aggregates_;
        aggregated_[check] += count;
        if (!around_.faults && !around_.cut) wrong("{} rows of {} were given up without a reason", count, check);
        return;
    }
    ++item_errors_;
    ++errors_of_[check];
    if (id == "null") {
        database_error_ = database_error_ || check == "database";
        if (!around_.faults && !around_.cut) wrong("an error without a reason: {}", text_at(event, "/error"));
        return;
    }
    if (!listed_[check].errors.insert(id).second) wrong("{} {} is an error twice", check, id);
    const Expected* right = find(check, id);
    const bool by_fault = around_.faults && (reason == "RPC" || reason == "DECODE" || reason == "DATABASE") &&
                          right != nullptr && !right->errors.contains("BAD_VALUE") &&
                          !right->errors.contains("BAD_ADDRESS");
    if (right == nullptr || !(right->errors.contains(reason) || by_fault)) {
        wrong("{} {} is an error {}, wrongly: {}", check, id, reason, text_at(event, "/error"));
    }
}

void Review::check_counts(const element& result, const std::string& check) {
    const auto count = [&](const char* name) { return number_at(result, fmt::format("/checks/{}/{}", check, name)); };
    const Listed& listed = listed_[check];
    const std::int64_t given_up = aggregated_[check];
    const auto all = static_cast<std::int64_t>(expected_.at(check).size());
    const auto size = [](const std::set<std::string>& ids) { return static_cast<std::int64_t>(ids.size()); };
    if (count("checked") != count("matched") + count("mismatched") + count("transient")) wrong("{}: checked", check);
    if (count("inScope") != count("checked") + count("errors")) wrong("{}: inScope", check);
    if (count("mismatched") != size(listed.mismatched))
        wrong("{}: mismatched, and {} events", check, size(listed.mismatched));
    if (count("transient") != size(listed.transient))
        wrong("{}: transient, and {} events", check, size(listed.transient));
    if (count("errors") != size(listed.errors) + given_up)
        wrong("{}: errors, and {} events", check, size(listed.errors));
    for (const std::string& id : listed.mismatched) {
        if (listed.errors.contains(id) || listed.transient.contains(id))
            wrong("{} {} stands in two buckets", check, id);
    }
    if (count("inScope") > all) wrong("{}: {} rows in scope, but there are {}", check, count("inScope"), all);
    const bool uncounted = database_error_ || text_at(result, "/status") == "FAILED";
    if (count("inScope") != all && !uncounted) wrong("{}: {} rows in scope, not {}", check, count("inScope"), all);
    std::int64_t missed = 0;
    for (const auto& [id, right] : expected_.at(check)) {
        const bool named =
            listed.mismatched.contains(id) || listed.errors.contains(id) || listed.transient.contains(id);
        if (named || right.match) continue;
        ++missed;
        if (given_up == 0 && !uncounted) wrong("{} {} was missed: it is no match", check, id);
    }
    if (missed > given_up && !uncounted) wrong("{}: {} rows that do not match were missed", check, missed);
}

void Review::check_lists(const element& result) {
    const auto most = static_cast<std::int64_t>(around_.max_reported);
    std::int64_t right_size = 0;
    bool truncated = false;
    for (const auto& [check, listed] : listed_) {
        const auto mismatched = static_cast<std::int64_t>(listed.mismatched.size());
        right_size += std::min(mismatched, most);
        truncated = truncated || mismatched > most;
    }
    simdjson::dom::array list;
    if (result.at_pointer("/mismatches").get(list) != simdjson::SUCCESS) return wrong("no list of mismatches");
    if (static_cast<std::int64_t>(list.size()) != right_size) wrong("{} mismatches listed", list.size());
    std::set<std::string> seen;
    for (const element mismatch : list) {
        if (!seen.insert(text_at(mismatch, "/type") + text_at(mismatch, "/resourceId")).second) wrong("listed twice");
    }
    simdjson::dom::array errors;
    if (result.at_pointer("/errors").get(errors) != simdjson::SUCCESS) return wrong("no list of errors");
    std::int64_t errors_listed = aggregates_;
    for (const auto& [check, count] : errors_of_) {
        errors_listed += std::min(count, most);
        truncated = truncated || count > most;
    }
    if (static_cast<std::int64_t>(errors.size()) != errors_listed)
        wrong("{} errors listed, of {}", errors.size(), item_errors_ + aggregates_);
    if (text_at(result, "/truncated") != (truncated ? "true" : "false")) wrong("truncated is not {}", truncated);
    const std::int64_t skipped = number_at(result, "/usersSkipped");
    const auto right = static_cast<std::int64_t>(around_.skipped);
    const bool whole = aggregated_.empty() && !database_error_ && text_at(result, "/status") != "FAILED";
    if (around_.checks.contains("balances") && (whole ? skipped != right : skipped > right))
        wrong("usersSkipped {}", skipped);
}

void Review::check_code(const element& result) {
    std::int64_t mismatched = 0;
    for (const auto& [check, listed] : listed_) mismatched += static_cast<std::int64_t>(listed.mismatched.size());
    const std::string status = text_at(result, "/status");
    const bool unavailable = said_.code == 4 || status == "FAILED";
    const bool incomplete = item_errors_ + aggregates_ > 0 || text_at(result, "/timedOut") == "true";
    int code = 0;
    if (mismatched > 0 && around_.fail_on_mismatch) {
        code = 1;
    } else if (unavailable) {
        code = 4;
    } else if (incomplete && around_.fail_on_incomplete) {
        code = 3;
    }
    if (code == 4 && !around_.faults) wrong("exit code 4 without a fault");
    const bool stopped = around_.signal != 0 && said_.code == 128 + around_.signal;
    if (said_.code != code && !stopped) wrong("exit code {}, not {}", said_.code, code);
    const std::string right = mismatched > 0          ? "MISMATCH"
                              : unavailable           ? "FAILED"
                              : incomplete || stopped ? "INCOMPLETE"
                                                      : "IN_SYNC";
    if (status != right) wrong("status {}, not {}", status, right);
}

} // namespace

std::vector<std::string> faults_of(const Said& said, const Expectations& expected, const Circumstances& circumstances) {
    return Review(said, expected, circumstances).run();
}

} // namespace chaos
