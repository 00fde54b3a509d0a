// Declared checks: the two small languages take any text, and say where it is wrong; a line that is read is compared
// with any contract value, and has one verdict. A view of a value agrees with the decoder. An input is a text, a column
// and a value.
#include "fuzz/rig.hpp"
#include "stellar/scval_view.hpp"
#include "verify/declaration_grammar.hpp"
#include "verify/declared_verdict.hpp"

#include <algorithm>

namespace {

/// The same text in three columns of four, and NULL in the fourth.
class OneRow final : public verify::Values {
  public:
    explicit OneRow(std::string_view text) : text_(text) {}
    std::optional<std::string_view> value(std::size_t, std::size_t column) const override {
        return column % 4 == 3 ? std::nullopt : std::optional(text_);
    }

  private:
    std::string_view text_;
};

template <class T>
bool is_sound(const verify::Parsed<T>& parsed, std::string_view text) {
    if (parsed) return true;
    require(parsed.error().column >= 1 && parsed.error().column <= text.size() + 1,
            "a fault is in the text or behind it");
    require(!parsed.error().text.empty(), "a fault says what is wrong");
    return false;
}

void check_read(std::string_view text, const OneRow& page) {
    verify::ColumnList columns;
    const auto read = verify::parse_read(text, columns);
    if (!is_sound(read, text) || !read->key) return;
    std::string xdr;
    const verify::Row row(page, 0);
    require(!read->text(row).empty(), "whatever the row, it can be shown");
    if (!read->key->append(xdr, row)) return;
    require(xdr.size() <= verify::most_key_bytes, "a key has a limit");
    require(stellar::decode_scval(xdr).operator bool(), "a key is a value");
}

void check_value(std::string_view xdr) {
    stellar::XdrReader reader(xdr);
    const std::string_view taken = stellar::take_scval(reader);
    reader.finish();
    const auto decoded = stellar::decode_scval(xdr);
    require(reader.ok() || !decoded, "what the decoder takes is walked");
    require(!reader.ok() || decoded || decoded.error() == "values are nested too deep", "and what is walked is sound");
    require(!reader.ok() || taken == xdr, "a value is taken as a whole");
}

void check_compare(std::string_view line, std::string_view xdr, const OneRow& page) {
    verify::Declaration declaration;
    verify::ColumnList columns;
    auto comparison = verify::parse_comparison(line, columns);
    if (!is_sound(comparison, line)) return;
    declaration.comparisons.push_back(*std::move(comparison));
    stellar::XdrReader reader(xdr);
    const std::string_view taken = stellar::take_scval(reader);
    const auto found = reader.ok() ? std::optional(stellar::ScView(taken)) : std::nullopt;
    const auto verdict = verify::verdict_of(declaration, verify::Row(page, 0), found);
    require(verdict.differences.size() + verdict.not_compared.size() <= 1, "a line has one verdict");
    for (const auto& difference : verdict.differences) {
        require(!difference.size || !verify::signed_size(declaration, difference).empty(), "a size can be shown");
    }
    for (const auto& failure : verdict.not_compared) require(!failure.why.text.empty(), "an error says why");
}

} // namespace

void fuzz_one(std::string_view input) {
    const std::string_view language = take_piece(input);
    const OneRow page(take_piece(input));
    check_read(language, page);
    check_value(input);
    check_compare(language, input, page);
}
