// A declared check as a value: what a [[check]] table of the configuration says, and the reader of such tables. The
// language is README's "Declared checks".
#pragma once

#include "base/result.hpp"
#include "verify/pattern.hpp"
#include "verify/verifier.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace verify {

inline constexpr std::size_t most_declarations = 32;
inline constexpr std::size_t most_comparisons = 32;
inline constexpr int most_decimals = 38; // 10^38 is the largest power of ten in 128 bits

/// What is read on chain for a row.
struct Read {
    enum class Source : std::uint8_t { persistent, temporary, instance, executable, balance, call };
    Source source{};
    std::optional<Pattern> key{};     // persistent, temporary; of an instance: one entry, nullopt is the whole map
    Operand holder{};                 // balance
    std::string function{};           // call
    std::vector<Pattern> arguments{}; // call

    /// An entry that only its own changes modify: its lastModifiedLedgerSeq dates a difference.
    bool dated() const { return source <= Source::temporary || source == Source::balance; }
    /// "persistent Stream(u64 5)".
    std::string text(const Row& row) const;
};

inline constexpr std::array<std::string_view, 6> source_names{"persistent", "temporary", "instance",
                                                              "executable", "balance",   "call"};

/// One step of a path into a value.
struct Step {
    enum class To : std::uint8_t { field, element, entry };
    To to{};
    std::string name{};      // field
    std::uint32_t index = 0; // element
    Pattern key{};           // entry; field: the name as a symbol
};

/// One line of `compare`.
struct Comparison {
    enum class Kind : std::uint8_t { number, boolean, text, address, bytes, variant, exists };
    enum class Relation : std::uint8_t { equal, at_least, at_most };
    struct Within {
        bool percent = false;
        base::u128 amount = 0; // of 10^-decimals; of 10^-9 percent: at most 2^64 - 1
    };

    std::string path; // as written: ".flags.disputed", "count .whitelist", "exists"
    bool count = false;
    std::vector<Step> steps{};
    Kind kind{};
    int decimals = 0;      // number
    bool optional = false; // Void is NULL
    Relation relation{};
    Operand column{};
    /// A word of the database and the variants that it stands for; empty: it stands for itself.
    std::vector<std::pair<std::string, std::vector<std::string>>> map{};
    std::optional<Within> within{};
    std::optional<std::string> absent{}; // what an absent value counts as, in the column's spelling
    bool absent_null = false;            // an absent value counts as NULL
    bool unless_null = false;

    bool whole_value() const { return !count && steps.empty(); }
};

inline constexpr std::array<std::string_view, 6> kind_names{"number", "bool", "text", "address", "bytes", "variant"};

struct Declaration {
    std::string name;
    std::string rows; // without the trailing ;
    std::vector<std::string>
        columns; // that `rows` has to return: id, title (optional), then those that are named below
    Priority priority = Priority::normal;
    Operand contract; // the C... address or its column; not of a balance
    Operand asset;    // of a balance: native, CODE:ISSUER, C..., or its column
    Read read;
    std::vector<Comparison> comparisons;
    std::vector<std::uint32_t> absent_errors; // of a call

    const Comparison* exists() const; // nullptr: there is no such line
};

/// Columns that a declaration names, each once.
class ColumnList {
  public:
    Operand column(std::string_view name);
    std::vector<std::string> take() && { return std::move(names_); }

  private:
    std::vector<std::string> names_{"id", "title"};
};

// ---- the configuration's side

/// A [[check]] table as a file has it.
struct DeclarationTable {
    struct Key {
        std::string name;
        std::vector<std::string> values; // one, or an array's; numbers as they are written
        bool array = false;
        std::size_t line = 0; // of the key; of the first line of its text if that begins below the key
    };
    std::string file;
    std::size_t line = 0;
    std::vector<Key> keys;
};

/// What is wrong with a declaration.
struct DeclarationFault {
    std::string file;
    std::size_t line = 0;
    std::string check;      // its name; empty if it has none
    std::string key;        // "read"; empty: the table itself
    std::size_t within = 0; // the line of `compare`, from 1; 0: another key
    std::size_t column = 0; // the first character at fault, from 1; 0: the key as a whole
    std::string text;
    std::string suggestion{}; // "did you mean u64?"; may be empty

    /// "check streams: compare, line 2, column 5: ...; did you mean number?"
    std::string sentence() const;
};

/// All declarations, or all that is wrong. `settings` are the names of the program's plain settings, which may have
/// come to stand below a table by mistake.
base::Result<std::vector<Declaration>, std::vector<DeclarationFault>>
parse_declarations(std::span<const DeclarationTable> tables, std::span<const std::string> settings);

} // namespace verify
