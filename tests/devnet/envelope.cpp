#include "devnet/envelope.hpp"

#include "stellar/ids.hpp"
#include "stellar/scval.hpp"
#include "stellar/xdr.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace devnet {
namespace {

using stellar::XdrReader;

constexpr std::uint32_t envelope_type_tx = 2;
constexpr std::uint32_t invoke_host_function = 24;
constexpr std::size_t max_operations = 100;
constexpr std::size_t max_signatures = 20;

// The names of the Go SDK, which the server prints.
constexpr std::array<std::string_view, 27> operation_types{"CreateAccount",
                                                           "Payment",
                                                           "PathPaymentStrictReceive",
                                                           "ManageSellOffer",
                                                           "CreatePassiveSellOffer",
                                                           "SetOptions",
                                                           "ChangeTrust",
                                                           "AllowTrust",
                                                           "AccountMerge",
                                                           "Inflation",
                                                           "ManageData",
                                                           "BumpSequence",
                                                           "ManageBuyOffer",
                                                           "PathPaymentStrictSend",
                                                           "CreateClaimableBalance",
                                                           "ClaimClaimableBalance",
                                                           "BeginSponsoringFutureReserves",
                                                           "EndSponsoringFutureReserves",
                                                           "RevokeSponsorship",
                                                           "Clawback",
                                                           "ClawbackClaimableBalance",
                                                           "SetTrustLineFlags",
                                                           "LiquidityPoolDeposit",
                                                           "LiquidityPoolWithdraw",
                                                           "InvokeHostFunction",
                                                           "ExtendFootprintTtl",
                                                           "RestoreFootprint"};

void skip_muxed_account(XdrReader& reader) {
    const std::uint32_t type = reader.u32();
    if (type == 0x100) {
        reader.u64();
    } else if (type != 0) {
        reader.fail("unknown account type");
    }
    reader.fixed(32);
}

void skip_preconditions(XdrReader& reader) {
    const std::uint32_t type = reader.u32();
    if (type == 1) {
        reader.u64();
        reader.u64();
    } else if (type != 0) {
        reader.fail("unknown preconditions");
    }
}

/// Whether there is a memo.
bool skip_memo(XdrReader& reader) {
    const std::uint32_t type = reader.u32();
    switch (type) {
    case 0:
        break;
    case 1:
        reader.opaque(28);
        break;
    case 2:
        reader.u64();
        break;
    case 3:
    case 4:
        reader.fixed(32);
        break;
    default:
        reader.fail("unknown memo type");
    }
    return type != 0;
}

/// Of the operation's type, but for InvokeHostFunction.
std::string unsupported_operation(std::uint32_t type) {
    if (type == 25 || type == 26) {
        return "To perform a SimulateTransaction for ExtendFootprintTtl or RestoreFootprint operations, "
               "SorobanTransactionData must be provided";
    }
    // With a small t: validateAuthMode (simulate_transaction.go) meets the operation before the switch that writes
    // "Transaction contains unsupported operation type".
    return "transaction contains unsupported operation type: OperationType" + std::string(operation_types[type]);
}

ContractCall read_call(XdrReader& reader) {
    ContractCall call;
    if (reader.u32() != 0) reader.fail("no contract call"); // HOST_FUNCTION_TYPE_INVOKE_CONTRACT
    const stellar::ScAddress contract = stellar::read_sc_address(reader);
    if (reader.ok() && contract.kind != stellar::ScAddress::Kind::contract) reader.fail("no contract address");
    call.contract = contract.id;
    call.function = std::string(reader.opaque(32));
    const std::uint32_t arguments = reader.count(4);
    for (std::uint32_t i = 0; i < arguments && reader.ok(); ++i) call.arguments.push_back(stellar::read_scval(reader));
    if (reader.u32() != 0) reader.fail("authorization");
    return call;
}

void skip_signatures(XdrReader& reader) {
    const std::uint32_t signatures = reader.count(8, max_signatures);
    for (std::uint32_t i = 0; i < signatures && reader.ok(); ++i) {
        reader.fixed(4);
        reader.opaque(64);
    }
}

} // namespace

base::Result<ContractCall> decode_call_envelope(std::string_view envelope) {
    const auto undecodable = [] { return base::fail("Could not unmarshal transaction"); };
    XdrReader reader(envelope);
    if (reader.u32() != envelope_type_tx) return undecodable();
    skip_muxed_account(reader);
    reader.u32(); // fee
    reader.u64(); // sequence number
    skip_preconditions(reader);
    const bool memo = skip_memo(reader);
    const std::uint32_t operations = reader.count(8, max_operations);
    if (!reader.ok()) return undecodable();
    // The other operations are not decoded, so the bytes behind may be anything.
    if (operations != 1) return base::fail("Transaction contains more than one operation");
    if (reader.boolean()) skip_muxed_account(reader);
    const std::uint32_t type = reader.u32();
    if (!reader.ok() || type >= operation_types.size()) return undecodable();
    const bool invokes = type == invoke_host_function;
    ContractCall call;
    if (invokes) {
        call = read_call(reader);
        if (reader.u32() != 0) reader.fail("unknown extension");
        skip_signatures(reader);
        reader.finish();
        if (!reader.ok()) return undecodable();
    }
    if (memo) return base::fail("Transaction contains a memo. Soroban transactions do not support memos.");
    if (!invokes) return base::fail(unsupported_operation(type));
    return call;
}

} // namespace devnet
