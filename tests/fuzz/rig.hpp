// What the fuzz targets share. Each target is one file that defines fuzz_one(); rig.cpp hands it what libFuzzer makes
// up.
#pragma once

#include <string_view>

/// One input, whatever bytes it has. Fails by crashing, by a sanitizer, or by require().
void fuzz_one(std::string_view input);

/// Ends the process, so that the fuzzer keeps the input, where `holds` is false; `claim` says what should have held.
void require(bool holds, std::string_view claim);

/// Takes the first byte off; 0 where there is none. What a target does with an input is chosen by it.
unsigned char take_byte(std::string_view& input);
/// Takes a piece off: two bytes of length, big-endian, and as many bytes, or what is left.
std::string_view take_piece(std::string_view& input);
