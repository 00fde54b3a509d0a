// take_scval() stands beside the decoder, in scval_codec.cpp.
#include "stellar/scval_view.hpp"

namespace stellar {
ScView::ScView(std::string_view xdr) {
    XdrReader reader(xdr);
    type_ = ScValType{reader.u32()};
    content_ = reader.rest();
    switch (type_) {
    case ScValType::bytes:
    case ScValType::string:
    case ScValType::symbol:
        content_ = reader.opaque();
        break;
    case ScValType::vec:
    case ScValType::map:
        *this = container(type_, reader);
        break;
    default:
        break;
    }
}

ScView ScView::container(ScValType type, XdrReader& reader) {
    if (!reader.optional()) return {};
    ScView view;
    view.type_ = type;
    view.count_ = reader.u32();
    view.content_ = reader.rest();
    return view;
}

std::optional<ScView> ScView::element(std::uint32_t index) const {
    if (type_ != ScValType::vec || index >= count_) return std::nullopt;
    XdrReader reader(content_);
    for (std::uint32_t i = 0; i < index; ++i) take_scval(reader);
    return ScView(take_scval(reader));
}

std::optional<ScView> ScView::entry(std::string_view key) const {
    XdrReader reader(content_);
    for (std::uint32_t i = 0; type_ == ScValType::map && i < count_; ++i) {
        const bool found = take_scval(reader) == key;
        const std::string_view value = take_scval(reader);
        if (found) return ScView(value);
    }
    return std::nullopt;
}

InstanceView view_instance(const ScView& instance) {
    XdrReader reader(instance.content());
    InstanceView view;
    view.executable = ScInstance::Executable{reader.u32()};
    if (view.executable == ScInstance::Executable::wasm) view.wasm_hash = reader.fixed(sizeof(Hash));
    if (view.executable == ScInstance::Executable::external_ref) {
        read_sc_address(reader);
        reader.opaque();
    }
    view.storage = ScView::container(ScValType::map, reader);
    return view;
}

} // namespace stellar
