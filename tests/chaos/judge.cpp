// The verdict that is right for a row: SPEC, "Arithmetic".
#include "chaos/oracle.hpp"

namespace chaos {
namespace {

mpz_class rounded(const mpq_class& value) { // half away from zero
    const mpq_class doubled = 2 * abs(value);
    mpz_class result;
    const mpz_class numerator = doubled.get_num() + doubled.get_den();
    const mpz_class denominator = 2 * doubled.get_den();
    mpz_fdiv_q(result.get_mpz_t(), numerator.get_mpz_t(), denominator.get_mpz_t());
    return value < 0 ? mpz_class(-result) : result;
}

mpz_class power(unsigned base, unsigned exponent) {
    mpz_class result;
    mpz_ui_pow_ui(result.get_mpz_t(), base, exponent);
    return result;
}

mpq_class price_of_yes(const mpz_class& yes, const mpz_class& no) {
    if (yes == 0 && no == 0) return mpq_class(1, 2);
    mpq_class price(no, mpz_class(yes + no));
    price.canonicalize();
    return price;
}

} // namespace

std::optional<mpq_class> decimal(const std::optional<std::string>& text) {
    if (!text || text->empty() || text->find_first_not_of("0123456789.-") != text->npos) return std::nullopt;
    if (text->find('-', 1) != text->npos) return std::nullopt;
    std::string digits = *text;
    const std::size_t point = digits.find('.');
    const std::size_t decimals = point == digits.npos ? 0 : digits.size() - point - 1;
    if (point != digits.npos) digits.erase(point, 1);
    mpq_class value(mpz_class(digits, 10), power(10, static_cast<unsigned>(decimals)));
    value.canonicalize();
    return value;
}

std::optional<mpz_class> stroops(const std::optional<mpq_class>& value) {
    if (!value) return std::nullopt;
    const mpz_class result = rounded(*value * power(10, 7));
    const mpz_class limit = power(2, 127);
    if (result >= limit || result < -limit) return std::nullopt;
    return result;
}

std::optional<mpz_class> unsigned_stroops(const std::optional<mpq_class>& value) {
    if (!value) return std::nullopt;
    const mpz_class result = rounded(*value * power(10, 7));
    if (result >= power(2, 128) || result < 0) return std::nullopt;
    return result;
}

std::string shown_stroops(const mpz_class& stroops) {
    std::string digits = mpz_class(abs(stroops)).get_str();
    if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
    digits.insert(digits.size() - 7, ".");
    return (stroops < 0 ? "-" : "") + digits;
}

Expected error_only(const std::string& reason) {
    Expected expected;
    expected.errors = {reason};
    return expected;
}

Expected judge_odds(const std::optional<std::string>& yes, const std::optional<std::string>& no,
                    const mpz_class& yes_reserve, const mpz_class& no_reserve, const Thresholds& thresholds) {
    const auto a = unsigned_stroops(decimal(yes));
    const auto b = unsigned_stroops(decimal(no));
    if (!a || !b) return error_only("BAD_VALUE");
    Expected expected;
    expected.odds = {price_of_yes(*a, *b), price_of_yes(yes_reserve, no_reserve)};
    expected.database = shown_stroops(*a) + "," + shown_stroops(*b);
    expected.chain = yes_reserve.get_str() + "," + no_reserve.get_str();
    const mpq_class difference = abs(expected.odds->first - expected.odds->second);
    const bool one_sided = (*a == 0 && *b == 0) != (yes_reserve == 0 && no_reserve == 0);
    expected.mismatch = one_sided || difference > thresholds.odds;
    expected.match = !expected.mismatch;
    // Fixed point with 18 decimals: where a price has more, the last one decides nothing.
    const mpq_class unit(mpz_class(1), power(10, 18));
    const auto exact = [&](const mpq_class& price) { return mpq_class(price / unit).get_den() == 1; };
    const bool rounds = !exact(expected.odds->first) || !exact(expected.odds->second);
    if (!one_sided && rounds && abs(difference - thresholds.odds) <= 2 * unit)
        expected.match = expected.mismatch = true;
    return expected;
}

namespace {

/// nullopt if it is not a number, YES or NO.
std::optional<mpz_class> number_of_outcome(std::string word) {
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (word == "yes" || word == "true") return 1;
    if (word == "no" || word == "false") return 0;
    const auto value = decimal(word);
    return value && value->get_den() == 1 ? std::optional(value->get_num()) : std::nullopt;
}

std::string status_name(std::uint32_t status) {
    static const char* const names[] = {"open", "closed", "resolved", "disputed", "cancelled", "initializing"};
    return status < std::size(names) ? names[status] : std::to_string(status);
}

} // namespace

bool readable_outcome(const std::optional<std::string>& row) {
    return !row || number_of_outcome(*row);
}

Expected judge_outcome(const std::optional<std::string>& row, const ChainMarket& chain) {
    if (!readable_outcome(row)) return error_only("BAD_VALUE");
    Expected expected;
    const bool resolved = chain.status == 2;
    expected.database = row ? number_of_outcome(*row)->get_str() : "null";
    expected.chain = resolved && chain.outcome ? std::to_string(*chain.outcome) : "null";
    expected.chain_status = std::to_string(chain.status) + " " + status_name(chain.status);
    expected.mismatch = expected.database != expected.chain;
    expected.match = !expected.mismatch;
    return expected;
}

Expected judge_balance(const std::optional<std::string>& row, const mpz_class& chain, const Thresholds& thresholds) {
    const auto balance = stroops(decimal(row));
    if (!balance) return error_only("BAD_VALUE");
    const mpz_class surplus = chain - *balance;
    const mpz_class difference = abs(surplus);
    Expected expected;
    expected.mismatch = difference > thresholds.balance;
    expected.match = !expected.mismatch;
    expected.database = shown_stroops(*balance);
    expected.chain = shown_stroops(chain);
    expected.surplus = surplus;
    return expected;
}

} // namespace chaos
