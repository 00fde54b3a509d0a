// A value of any type, kept in place: std::any without an allocation, for types of known and moderate size.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace base {

/// Holds a copyable value of at most `Capacity` bytes, or nothing.
template <std::size_t Capacity>
class InlineAny {
    template <class T>
    static constexpr bool fits = sizeof(T) <= Capacity && alignof(T) <= alignof(std::max_align_t) &&
                                 std::is_nothrow_move_constructible_v<T>&& std::is_copy_constructible_v<T>;

  public:
    InlineAny() = default;
    template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, InlineAny> && fits<std::remove_cvref_t<T>>) InlineAny(T&& value)
        : type_(&type_of<std::remove_cvref_t<T>>) { // NOLINT: as std::any
        ::new (static_cast<void*>(bytes_)) std::remove_cvref_t<T>(std::forward<T>(value));
    }
    InlineAny(const InlineAny& other) : type_(other.type_) {
        if (type_ != nullptr) type_->copy(bytes_, other.bytes_);
    }
    InlineAny(InlineAny&& other) noexcept : type_(other.type_) {
        if (type_ != nullptr) type_->move(bytes_, other.bytes_);
    }
    InlineAny& operator=(InlineAny other) noexcept {
        if (type_ != nullptr) type_->destroy(bytes_);
        type_ = other.type_;
        if (type_ != nullptr) type_->move(bytes_, other.bytes_);
        return *this;
    }
    ~InlineAny() {
        if (type_ != nullptr) type_->destroy(bytes_);
    }

    /// nullptr if the value is not a T.
    template <class T>
    const T* get_if() const {
        return type_ == &type_of<T> ? std::launder(reinterpret_cast<const T*>(bytes_)) : nullptr;
    }
    template <class T>
    T* get_if() {
        return const_cast<T*>(std::as_const(*this).template get_if<T>());
    }
    /// Precondition: the value is a T.
    template <class T>
    const T& get() const {
        return *get_if<T>();
    }

  private:
    struct Type {
        void (*copy)(void* to, const void* from);
        void (*move)(void* to, void* from);
        void (*destroy)(void* value);
    };
    template <class T>
    static constexpr Type type_of{
        [](void* to, const void* from) { ::new (to) T(*static_cast<const T*>(from)); },
        [](void* to, void* from) { ::new (to) T(std::move(*static_cast<T*>(from))); },
        [](void* value) { static_cast<T*>(value)->~T(); },
    };

    const Type* type_ = nullptr;
    alignas(std::max_align_t) std::byte bytes_[Capacity];
};

} // namespace base
