#include "verify/ranking.hpp"

#include <tuple>

namespace verify {
namespace {

/// An id as an integer, however long; leading zeros do not count.
struct Integer {
    bool is_one = false;
    bool negative = false;
    std::string_view digits;
};

Integer integer_of(std::string_view id) {
    Integer out{false, id.starts_with('-'), id};
    if (out.negative) out.digits.remove_prefix(1);
    out.is_one = !out.digits.empty() && out.digits.find_first_not_of("0123456789") == std::string_view::npos;
    out.digits.remove_prefix(std::min(out.digits.find_first_not_of('0'), out.digits.size()));
    out.negative = out.negative && !out.digits.empty();
    return out;
}

int compare_sizes(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    return a.compare(b);
}

} // namespace

int compare_ids(std::string_view a, std::string_view b) {
    const Integer x = integer_of(a);
    const Integer y = integer_of(b);
    if (x.is_one != y.is_one) return x.is_one ? 1 : -1;
    if (x.is_one && x.negative != y.negative) return x.negative ? -1 : 1;
    const int by_value = x.is_one ? compare_sizes(x.digits, y.digits) * (x.negative ? -1 : 1) : 0;
    return by_value != 0 ? by_value : a.compare(b);
}

bool ranks_before(const Mismatch& a, const Mismatch& b) {
    if (a.check() != b.check()) return a.check() < b.check();
    const bool absent = a.difference.absent;
    if (absent != b.difference.absent) return absent;
    const base::u128 x = absent ? 0 : a.difference.size;
    const base::u128 y = absent ? 0 : b.difference.size;
    if (x != y) return x > y;
    const int ids = compare_ids(a.id, b.id);
    return ids != 0 ? ids < 0 : std::tie(a.address, a.title) < std::tie(b.address, b.title);
}

bool ranks_before(const Exempted& a, const Exempted& b) {
    return ranks_before(a.mismatch, b.mismatch);
}

std::size_t bytes_of(const Mismatch& mismatch) {
    return sizeof(Mismatch) + mismatch.id.size() + mismatch.address.size() + mismatch.title.size();
}

std::size_t bytes_of(const Exempted& exempted) {
    return sizeof(Exempted) - sizeof(Mismatch) + bytes_of(exempted.mismatch) + exempted.reason.size();
}

} // namespace verify
