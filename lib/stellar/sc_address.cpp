// SCAddress: the addresses inside contract values. Declared in scval.hpp.
#include "stellar/ids.hpp"
#include "stellar/scval.hpp"

namespace stellar {

ScAddress to_sc_address(const Address& address) {
    const auto kind = address.kind == Address::Kind::account ? ScAddress::Kind::account : ScAddress::Kind::contract;
    return {kind, address.id};
}

ScAddress contract_address(const Hash& contract_id) {
    return {ScAddress::Kind::contract, contract_id};
}

void write_sc_address(XdrWriter& writer, const ScAddress& address) {
    writer.u32(static_cast<std::uint32_t>(address.kind));
    switch (address.kind) {
    case ScAddress::Kind::account:
        return write_account_id(writer, address.id);
    case ScAddress::Kind::claimable_balance:
        writer.u32(0); // ClaimableBalanceIDType v0
        break;
    case ScAddress::Kind::muxed_account:
    case ScAddress::Kind::muxed_contract:
        writer.u64(address.mux_id); // in front here, behind in a strkey
        break;
    case ScAddress::Kind::contract:
    case ScAddress::Kind::liquidity_pool:
        break;
    }
    writer.fixed(bytes_of(address.id));
}

ScAddress read_sc_address(XdrReader& reader) {
    ScAddress address;
    address.kind = ScAddress::Kind{reader.u32()};
    switch (address.kind) {
    case ScAddress::Kind::account:
        address.id = read_account_id(reader);
        return address;
    case ScAddress::Kind::claimable_balance:
        if (reader.u32() != 0) reader.fail("unknown claimable balance id type");
        break;
    case ScAddress::Kind::muxed_account:
    case ScAddress::Kind::muxed_contract:
        address.mux_id = reader.u64();
        break;
    case ScAddress::Kind::contract:
    case ScAddress::Kind::liquidity_pool:
        break;
    default:
        reader.fail("unknown address type");
        return {};
    }
    address.id = read_hash(reader);
    return address;
}

std::string to_strkey(const ScAddress& address) {
    const std::string id(bytes_of(address.id));
    std::string mux_id;
    XdrWriter(mux_id).u64(address.mux_id);
    switch (address.kind) {
    case ScAddress::Kind::account:
        return encode_strkey(StrKeyKind::account, id);
    case ScAddress::Kind::contract:
        return encode_strkey(StrKeyKind::contract, id);
    case ScAddress::Kind::muxed_account:
        return encode_strkey(StrKeyKind::muxed_account, id + mux_id);
    case ScAddress::Kind::claimable_balance:
        return encode_strkey(StrKeyKind::claimable_balance, '\0' + id);
    case ScAddress::Kind::liquidity_pool:
        return encode_strkey(StrKeyKind::liquidity_pool, id);
    case ScAddress::Kind::muxed_contract:
        break;
    }
    return encode_strkey(StrKeyKind::muxed_contract, id + mux_id);
}

} // namespace stellar
