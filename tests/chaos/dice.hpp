// All that is random about a seed: the same numbers with every compiler and library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>

namespace chaos {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t number() { return engine_(); }
    /// 0 to limit - 1.
    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    std::uint32_t small(std::uint32_t limit) { return static_cast<std::uint32_t>(below(limit)); }
    std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
    bool percent(unsigned chance) { return below(100) < chance; }

    template <class T>
    const T& pick(const T* first, std::size_t count) {
        return first[below(count)];
    }
    template <class Range>
    const auto& pick(const Range& range) {
        return pick(std::data(range), std::size(range));
    }
    template <class T>
    T one_of(std::initializer_list<T> values) {
        return *(values.begin() + below(values.size()));
    }

  private:
    std::mt19937_64 engine_;
};

} // namespace chaos
