// The ledger file: JSON Lines, one record a line, applied from top to bottom; empty lines are skipped. The same records
// change a running devnet (POST /devnet/records). An unknown member, a wrong type, an address that does not decode are
// refused, with the line; the records above it stay applied.
//
//   {"network":"Test SDF Network ; September 2015"}   the passphrase; before the first asset. Default: the test network
//   {"ledger":1000,"closeMs":5000}                    the latest ledger, and how often one closes (0 or absent: by
//   hand)
//   {"node":{"passphrase":"...","ageMs":90000}}       what the node says wrongly: another network, an older close time
//   {"asset":"USDC:G..."}                             deploys its Stellar Asset Contract; "native" is XLM. The first
//                                                     one is the default token
//   {"token":"C..."}                                  deploys a SEP-41 example token
//   {"amm":"C..."}                                    deploys the AMM contract; the first one has the pools
//   {"usdc":{"contract":"C...","token":"C..."}}       the token that this AMM or market contract holds; token absent:
//   the
//                                                     default token
//   {"trustLine":{"account":"G...","asset":"USDC:G...","balance":"12.3450000"}}
//                                                     also limit, selling (decimal text) and flags (number, default 1)
//   {"account":{"account":"G...","balance":"100"}}    an ACCOUNT entry, XLM
//   {"contractBalance":{"token":"C...","holder":"C...","amount":"12.3450000"}}
//                                                     token absent: the default token
//   {"pool":{"marketId":"64 hex digits or C...","yes":"3000","no":"7000"}}     u128, the contract's raw units
//                                                     C...: under the market_id that this contract holds, or under its
//                                                     address's own bytes if it holds none; a contract that is not
//                                                     there is deployed, with an open market
//   {"market":{"contract":"C...","status":2,"outcome":1,"marketId":"64 hex digits"}}
//                                                     deploys it; outcome absent: none. marketId absent: the one it
//                                                     has, or one made from the address; null: the contract holds none;
//                                                     give it before the pool. status absent, too: only deployed (never
//                                                     initialized)
//   {"sharedMarket":{"contract":"C...","marketId":"64 hex digits","status":2,"outcome":1}}
//   {"entry":{"key":"base64 LedgerKey","xdr":"base64 LedgerEntryData"}}        anything, sound or not
//
// Amounts are decimal text with at most 7 decimals; balance and amount may instead be balanceRaw and amountRaw, an
// integer in stroops as text. Beside the record's own member may stand:
//   "lastModified":998    the entries' last modified ledger; default: the latest
//   "archived":true       contract data only: archived, answered with liveUntilLedgerSeq 0
//   "liveUntil":5000      contract data only: the last ledger in which the entries are live
//   "remove":true         the entries are taken away (only what names them is needed then)
#pragma once

#include "devnet/ledger.hpp"

#include <string>
#include <string_view>

namespace devnet {

/// Throws std::runtime_error "<source>, line <n>: <what is wrong>".
void load_records(Ledger& ledger, std::string_view lines, std::string_view source);

/// Throws std::runtime_error, also where the file cannot be read.
void load_ledger_file(Ledger& ledger, const std::string& path);

} // namespace devnet
