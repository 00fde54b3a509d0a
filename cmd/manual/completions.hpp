// What a shell may propose behind `stellar-sync`, made from the tables of commands, flags and settings.
#pragma once

#include <string>

namespace cmd {

/// A file to be sourced by bash 4.1 or later; bash-completion loads it by its name, stellar-sync.
std::string bash_completion();
/// A function that zsh loads by itself where it lies in fpath as _stellar-sync.
std::string zsh_completion();
/// A file of fish, stellar-sync.fish.
std::string fish_completion();

} // namespace cmd
