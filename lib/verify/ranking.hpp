// The order of mismatches in the result, and lists that keep the worst of whatever comes, in whatever order.
#pragma once

#include "verify/exemption.hpp"
#include "verify/finding.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace verify {

/// A difference that an exemption accepts.
struct Exempted {
    Mismatch mismatch; // what it would be without
    std::string reason;
    Day expires{};
};

/// By the checks' order, then the worst first: a side that is absent (no liquidity on one side only, no outcome), which
/// no difference measures; then the largest difference; then the id: those that are not numbers by their bytes, then
/// numbers by their value. What is still equal goes by address and title.
bool ranks_before(const Mismatch& a, const Mismatch& b);
bool ranks_before(const Exempted& a, const Exempted& b);

/// Negative, 0, positive: ids in the order of ranks_before.
int compare_ids(std::string_view a, std::string_view b);

/// Roughly what it takes in memory.
std::size_t bytes_of(const Mismatch& mismatch);
std::size_t bytes_of(const Exempted& exempted);

/// Keeps the worst `most` of each check, of all checks together at most `limit` bytes. Over the limit the check whose
/// list takes the most room loses its least bad, a CRITICAL check only if no other has any. Each check's list is the
/// beginning of what a list without bounds would be: nothing follows what was left out.
template <class Item>
class WorstList {
  public:
    struct Before {
        using is_transparent = void;
        bool operator()(const Item& a, const Item& b) const { return ranks_before(a, b); }
        bool operator()(const Item& a, Check b) const { return check_of(a) < b; }
        bool operator()(Check a, const Item& b) const { return a < check_of(b); }
    };
    using Items = std::multiset<Item, Before>;

    WorstList(std::size_t most, std::size_t limit) : most_(most), limit_(limit) {}

    /// False if anything had to be left out, this one or another.
    bool add(Item item) {
        const Check check = check_of(item);
        Part& part = parts_[check];
        if (most_ == 0 || (part.cut && !ranks_before(item, *part.cut))) return false;
        bool whole = true;
        if (part.count == most_) {
            whole = false;
            if (!ranks_before(item, *last_of(check))) return whole;
            take_last(check);
        }
        ++part.count;
        part.bytes += bytes_of(item);
        bytes_ += bytes_of(item);
        items_.insert(std::move(item));
        for (; bytes_ > limit_; whole = false) {
            const Check loser = heaviest();
            Item cut = take_last(loser);
            parts_[loser].cut = std::move(cut);
        }
        return whole;
    }

    /// In the order of ranks_before.
    const Items& items() const { return items_; }

  private:
    struct Part {
        std::size_t count = 0;
        std::size_t bytes = 0;
        std::optional<Item> cut; // the worst for which there was no room
    };

    static Check check_of(const Mismatch& mismatch) { return mismatch.check(); }
    static Check check_of(const Exempted& exempted) { return exempted.mismatch.check(); }

    typename Items::iterator last_of(Check check) { return std::prev(items_.upper_bound(check)); }

    Item take_last(Check check) {
        auto node = items_.extract(last_of(check));
        Part& part = parts_[check];
        --part.count;
        part.bytes -= bytes_of(node.value());
        bytes_ -= bytes_of(node.value());
        return std::move(node.value());
    }

    /// Of two that are as heavy the later one.
    Check heaviest() const {
        const auto weight = [](const auto& of) {
            return std::tuple(of.second.count > 0 && !of.first.critical(), of.second.bytes, of.first.place());
        };
        return std::max_element(parts_.begin(), parts_.end(),
                                [&weight](const auto& a, const auto& b) { return weight(a) < weight(b); })
            ->first;
    }

    std::size_t most_;
    std::size_t limit_;
    Items items_;
    std::size_t bytes_ = 0;
    PerCheck<Part> parts_;
};

} // namespace verify
