// The mismatches of a check in the order and in the words in which a person sees them, in every format.
#pragma once

#include "verify/summary.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace report {

using Mismatches = std::vector<const verify::Mismatch*>;

/// The mismatches of a check that the summary lists, in its order. They point into the summary.
Mismatches worst_first(const verify::Summary& summary, verify::Check check);

/// How many mismatches of each check a person is shown: 20 of one check, fewer of each if several have any, at least 3.
verify::PerCheck<std::size_t> rows_for_a_person(const verify::Summary& summary);

/// Mismatches of one check as text: all amounts with the same number of decimals, their digits grouped.
std::vector<verify::Shown> shown(const Mismatches& list);

/// "archived, not confirmed by a recheck": what is unusual about a mismatch, behind `note` if there is one.
std::string remarks(const verify::Mismatch& mismatch, std::string_view note = {});

/// "read at ledger 51,234,567, last changed in ledger 51,230,000, not confirmed by a recheck"; empty if nothing is
/// known. `age` of the last change, if given, stands behind it.
std::string sighting(const verify::Mismatch& mismatch, std::string_view age = {});

} // namespace report
