// The XDR of contract values. Declared in scval.hpp and scval_view.hpp.
#include "stellar/ids.hpp"
#include "stellar/scval_view.hpp"

#include <utility>

namespace stellar {
namespace {

constexpr std::size_t max_symbol_size = 32;
// XDR's smallest SCVal (a void) and smallest map row (two of them).
constexpr std::size_t min_value_size = 4;
constexpr std::size_t min_row_size = 8;

ScVal read_value(XdrReader& reader, int depth);

base::u128 read_u128(XdrReader& reader) {
    const base::u128 high = reader.u64();
    return high << 64 | reader.u64();
}

void write_u128(XdrWriter& writer, base::u128 value) {
    writer.u64(static_cast<std::uint64_t>(value >> 64));
    writer.u64(static_cast<std::uint64_t>(value));
}

std::array<std::uint64_t, 4> read_words(XdrReader& reader) {
    std::array<std::uint64_t, 4> words;
    for (std::uint64_t& word : words) word = reader.u64();
    return words;
}

ScError read_error(XdrReader& reader) {
    const std::uint32_t type = reader.u32();
    const std::uint32_t code = reader.u32();
    if (type > 9) reader.fail("unknown error type");
    if (type != 0 && code > 9) reader.fail("unknown error code");
    return {type, code};
}

// Neither reader reserves what the count claims: values nested in each other may all claim the same bytes.

std::optional<ScVec> read_vec(XdrReader& reader, int depth) {
    if (!reader.optional()) return std::nullopt;
    const std::uint32_t count = reader.count(min_value_size);
    ScVec elements;
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) elements.push_back(read_value(reader, depth + 1));
    return elements;
}

std::optional<ScMap> read_map(XdrReader& reader, int depth) {
    if (!reader.optional()) return std::nullopt;
    const std::uint32_t count = reader.count(min_row_size);
    ScMap rows;
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        ScVal key = read_value(reader, depth + 1);
        ScVal value = read_value(reader, depth + 1);
        rows.push_back({std::move(key), std::move(value)});
    }
    return rows;
}

/// The instance without its storage.
ScInstance read_executable(XdrReader& reader) {
    ScInstance instance;
    instance.executable = ScInstance::Executable{reader.u32()};
    switch (instance.executable) {
    case ScInstance::Executable::wasm:
        instance.wasm_hash = read_hash(reader);
        break;
    case ScInstance::Executable::stellar_asset:
        break;
    case ScInstance::Executable::external_ref:
        instance.owner = read_sc_address(reader);
        instance.tag = reader.opaque();
        break;
    default:
        reader.fail("unknown executable type");
    }
    return instance;
}

std::shared_ptr<const ScInstance> read_instance(XdrReader& reader, int depth) {
    auto instance = std::make_shared<ScInstance>(read_executable(reader));
    instance->storage = read_map(reader, depth);
    return instance;
}

/// Takes off what one value has beside the values in it. Returns how many of these follow.
std::uint64_t take_frame(XdrReader& reader) {
    const auto map = [&reader] { return reader.optional() ? std::uint64_t{2} * reader.count(min_row_size) : 0; };
    switch (ScValType{reader.u32()}) {
    case ScValType::boolean:
        reader.boolean();
        return 0;
    case ScValType::void_:
    case ScValType::ledger_key_contract_instance:
        return 0;
    case ScValType::error:
        read_error(reader);
        return 0;
    case ScValType::u32:
    case ScValType::i32:
        reader.u32();
        return 0;
    case ScValType::u64:
    case ScValType::i64:
    case ScValType::timepoint:
    case ScValType::duration:
    case ScValType::ledger_key_nonce:
        reader.u64();
        return 0;
    case ScValType::u128:
    case ScValType::i128:
        reader.fixed(16);
        return 0;
    case ScValType::u256:
    case ScValType::i256:
        reader.fixed(32);
        return 0;
    case ScValType::bytes:
    case ScValType::string:
    case ScValType::executable_tag:
        reader.opaque();
        return 0;
    case ScValType::symbol:
        reader.opaque(max_symbol_size);
        return 0;
    case ScValType::vec:
        return reader.optional() ? reader.count(min_value_size) : 0;
    case ScValType::map:
        return map();
    case ScValType::address:
        read_sc_address(reader);
        return 0;
    case ScValType::contract_instance:
        read_executable(reader);
        return map();
    }
    reader.fail("unknown type of value");
    return 0;
}

/// `depth` values stand around this one.
ScVal read_value(XdrReader& reader, int depth) {
    if (depth > max_scval_depth) {
        reader.fail("values are nested too deep");
        return {};
    }
    const ScValType type{reader.u32()};
    switch (type) {
    case ScValType::boolean:
        return {type, reader.boolean()};
    case ScValType::void_:
    case ScValType::ledger_key_contract_instance:
        return {type, std::monostate{}};
    case ScValType::error:
        return {type, read_error(reader)};
    case ScValType::u32:
        return {type, reader.u32()};
    case ScValType::i32:
        return {type, reader.i32()};
    case ScValType::u64:
    case ScValType::timepoint:
    case ScValType::duration:
        return {type, reader.u64()};
    case ScValType::i64:
    case ScValType::ledger_key_nonce:
        return {type, reader.i64()};
    case ScValType::u128:
        return {type, read_u128(reader)};
    case ScValType::i128:
        return {type, static_cast<base::i128>(read_u128(reader))};
    case ScValType::u256:
    case ScValType::i256:
        return {type, read_words(reader)};
    case ScValType::bytes:
    case ScValType::string:
    case ScValType::executable_tag:
        return {type, std::string(reader.opaque())};
    case ScValType::symbol:
        return {type, std::string(reader.opaque(max_symbol_size))};
    case ScValType::vec:
        return {type, read_vec(reader, depth)};
    case ScValType::map:
        return {type, read_map(reader, depth)};
    case ScValType::address:
        return {type, read_sc_address(reader)};
    case ScValType::contract_instance:
        return {type, read_instance(reader, depth)};
    }
    reader.fail("unknown type of value");
    return {};
}

void write_map(XdrWriter& writer, const std::optional<ScMap>& map) {
    writer.boolean(map.has_value());
    if (!map) return;
    writer.u32(static_cast<std::uint32_t>(map->size()));
    for (const auto& [key, value] : *map) {
        write_scval(writer, key);
        write_scval(writer, value);
    }
}

/// The body of a value, by what the variant holds.
struct BodyWriter {
    XdrWriter& writer;

    void operator()(std::monostate) const {}
    void operator()(bool value) const { writer.boolean(value); }
    void operator()(std::uint32_t value) const { writer.u32(value); }
    void operator()(std::int32_t value) const { writer.i32(value); }
    void operator()(std::uint64_t value) const { writer.u64(value); }
    void operator()(std::int64_t value) const { writer.i64(value); }
    void operator()(base::u128 value) const { write_u128(writer, value); }
    void operator()(base::i128 value) const { write_u128(writer, static_cast<base::u128>(value)); }
    void operator()(const std::array<std::uint64_t, 4>& words) const {
        for (const std::uint64_t word : words) writer.u64(word);
    }
    void operator()(const std::string& content) const { writer.opaque(content); }
    void operator()(const std::optional<ScVec>& elements) const {
        writer.boolean(elements.has_value());
        if (!elements) return;
        writer.u32(static_cast<std::uint32_t>(elements->size()));
        for (const ScVal& element : *elements) write_scval(writer, element);
    }
    void operator()(const std::optional<ScMap>& map) const { write_map(writer, map); }
    void operator()(const ScAddress& address) const { write_sc_address(writer, address); }
    void operator()(const ScError& error) const {
        writer.u32(error.type);
        writer.u32(error.code);
    }
    void operator()(const std::shared_ptr<const ScInstance>& instance) const {
        writer.u32(static_cast<std::uint32_t>(instance->executable));
        if (instance->executable == ScInstance::Executable::wasm) writer.fixed(bytes_of(instance->wasm_hash));
        if (instance->executable == ScInstance::Executable::external_ref) {
            write_sc_address(writer, instance->owner);
            writer.opaque(instance->tag);
        }
        write_map(writer, instance->storage);
    }
};

} // namespace

void write_scval(XdrWriter& writer, const ScVal& value) {
    writer.u32(static_cast<std::uint32_t>(value.type));
    std::visit(BodyWriter{writer}, value.value);
}

std::string_view take_scval(XdrReader& reader) {
    const std::string_view before = reader.rest();
    for (std::uint64_t left = 1; left > 0 && reader.ok(); --left) left += take_frame(reader);
    return before.substr(0, before.size() - reader.rest().size());
}

ScVal read_scval(XdrReader& reader) {
    return read_value(reader, 0);
}

base::Result<ScVal> decode_scval(std::string_view bytes) {
    XdrReader reader(bytes);
    ScVal value = read_scval(reader);
    reader.finish();
    if (!reader.ok()) return base::fail(reader.error());
    return value;
}

std::string encode_scval(const ScVal& value) {
    std::string bytes;
    XdrWriter writer(bytes);
    write_scval(writer, value);
    return bytes;
}

} // namespace stellar
