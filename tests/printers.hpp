// How Catch2 prints the types that it does not know, in every test.
#pragma once

#include "base/int128.hpp"
#include "stellar/ledger_entry.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace Catch {

template <>
struct StringMaker<base::u128> {
    static std::string convert(base::u128 value) { return base::to_decimal(value); }
};

template <>
struct StringMaker<base::i128> {
    static std::string convert(base::i128 value) { return base::to_decimal(value); }
};

template <>
struct StringMaker<stellar::EntryFault::Kind> {
    static std::string convert(stellar::EntryFault::Kind kind) {
        switch (kind) {
        case stellar::EntryFault::Kind::undecodable:
            return "undecodable";
        case stellar::EntryFault::Kind::not_the_key:
            return "not_the_key";
        case stellar::EntryFault::Kind::unexpected_type:
            break;
        }
        return "unexpected_type";
    }
};

} // namespace Catch
