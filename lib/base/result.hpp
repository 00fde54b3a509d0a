// A value, or the reason why there is none: for what is expected to go wrong (a bad address, an undecodable entry).
// Exceptions are kept for "the cycle cannot go on" (base/errors.hpp).
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace base {

template <class E>
struct Fail {
    E error;
};

template <class E>
Fail(E) -> Fail<E>;

/// `return base::fail("why");` from a function that returns Result<T>.
inline Fail<std::string> fail(std::string why) {
    return {std::move(why)};
}

template <class T, class E = std::string>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Fail<E> failure) : content_(std::in_place_index<1>, std::move(failure.error)) {}

    explicit operator bool() const { return content_.index() == 0; }
    T& operator*() & { return *std::get_if<0>(&content_); }
    const T& operator*() const& { return *std::get_if<0>(&content_); }
    T&& operator*() && { return std::move(*std::get_if<0>(&content_)); }
    T* operator->() { return std::get_if<0>(&content_); }
    const T* operator->() const { return std::get_if<0>(&content_); }
    /// Only where the result is a failure.
    const E& error() const { return *std::get_if<1>(&content_); }

  private:
    std::variant<T, E> content_;
};

} // namespace base
