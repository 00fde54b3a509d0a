#include "verify/pattern.hpp"

#include "stellar/readable.hpp"
#include "stellar/scval.hpp"
#include "verify/claim.hpp"

#include <fmt/format.h>

namespace verify {

using stellar::ScValType;
using stellar::XdrWriter;

void Pattern::begin_element() {
    if (open_.empty()) return;
    if (open_.back().elements++ > 0) pieces_.back().text += ", ";
}

void Pattern::open(std::string_view name) {
    begin_element();
    Piece& piece = pieces_.back();
    XdrWriter writer(piece.xdr);
    writer.u32(static_cast<std::uint32_t>(ScValType::vec));
    writer.boolean(true);
    open_.push_back({pieces_.size() - 1, piece.xdr.size(), !name.empty()});
    writer.u32(0);
    (piece.text += name) += '(';
    if (!name.empty()) stellar::write_scval(writer, stellar::symbol(name));
}

void Pattern::close() {
    const Vec vec = open_.back();
    open_.pop_back();
    std::string count;
    XdrWriter(count).u32(vec.elements + (vec.named ? 1 : 0));
    pieces_[vec.piece].xdr.replace(vec.count_at, count.size(), count);
    pieces_.back().text += ')';
}

FromColumn<std::monostate> Pattern::add(Type type, std::string_view literal) {
    begin_element();
    std::string xdr;
    auto written = append_scval(xdr, type, literal);
    pieces_.back().xdr += xdr;
    if (written) pieces_.back().text += stellar::readable_value(xdr);
    return written;
}

void Pattern::add(Type type, const Operand& column, bool optional) {
    begin_element();
    pieces_.back().hole = Hole{column, type, optional};
    pieces_.emplace_back();
}

FromColumn<std::monostate> Pattern::append(std::string& out, const Hole& hole, const Row& row) {
    const std::optional<std::string_view> text = hole.column.of(row);
    const std::string& name = hole.column.text;
    if (!text && hole.optional) {
        XdrWriter(out).u32(static_cast<std::uint32_t>(ScValType::void_));
        return std::monostate();
    }
    if (!text) return unverifiable(Reason::bad_value, name + " is NULL: there is nothing to look up");
    auto written = append_scval(out, hole.type, *text);
    if (!written) return unverifiable(written.error().reason, fmt::format("{}: {}", name, written.error().text));
    return written;
}

FromColumn<std::monostate> Pattern::append(std::string& out, const Row& row, std::size_t most) const {
    const std::size_t before = out.size();
    for (const Piece& piece : pieces_) {
        out += piece.xdr;
        if (!piece.hole) continue;
        if (auto written = append(out, *piece.hole, row); !written) return written;
    }
    if (out.size() - before <= most) return std::monostate();
    return unverifiable(Reason::bad_value, "the key is longer than 1 KiB");
}

std::string Pattern::text(const Row& row) const {
    std::string out;
    for (const Piece& piece : pieces_) {
        out += piece.text;
        if (!piece.hole) continue;
        std::string xdr;
        out += append(xdr, *piece.hole, row) ? stellar::readable_value(xdr)
                                             : quoted(piece.hole->column.of(row).value_or("NULL"));
    }
    return out;
}

std::size_t Pattern::fixed_bytes() const {
    std::size_t bytes = 0;
    for (const Piece& piece : pieces_) bytes += piece.xdr.size();
    return bytes;
}

} // namespace verify
