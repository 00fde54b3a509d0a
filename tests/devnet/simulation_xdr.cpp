// What stands around the result in a simulated answer, of the right shape; no reader here looks at the numbers.
#include "devnet/contracts.hpp"

#include "stellar/ids.hpp"
#include "stellar/xdr.hpp"

namespace devnet {

std::string transaction_data(const Simulation& simulation, std::int64_t resource_fee) {
    std::string data;
    stellar::XdrWriter writer(data);
    writer.u32(0); // no archived entries to restore
    writer.u32(static_cast<std::uint32_t>(simulation.keys.size()));
    for (const std::string& key : simulation.keys) data += key; // read only
    writer.u32(0);                                              // read and write
    writer.u32(1'500'000);                                      // instructions
    writer.u32(0);                                              // bytes read from disk
    writer.u32(0);                                              // bytes written
    writer.i64(resource_fee);
    return data;
}

std::string call_event(const ContractCall& call) {
    std::string event;
    stellar::XdrWriter writer(event);
    writer.boolean(false); // in a successful contract call: not for fn_call, which stands before it
    writer.u32(0);         // extension
    writer.boolean(false); // no contract: the host emits it
    writer.u32(2);         // DIAGNOSTIC
    writer.u32(0);         // body version
    writer.u32(3);         // topics
    stellar::write_scval(writer, stellar::symbol("fn_call"));
    stellar::write_scval(writer, stellar::bytes(stellar::bytes_of(call.contract)));
    stellar::write_scval(writer, stellar::symbol(call.function));
    stellar::write_scval(writer, call.arguments.size() == 1 ? call.arguments.front() : stellar::vec(call.arguments));
    return event;
}

} // namespace devnet
