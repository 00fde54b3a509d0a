// Google Benchmark over what the program does for every item: StrKey, keys, requests, answers, entries, amounts,
// comparison. Each goes over a thousand different users, so that no branch and no cache learns one by heart.
#include "bench/world.hpp"
#include "checks.hpp"
#include "devnet/rpc.hpp"
#include "net/key_groups.hpp"
#include "net/rpc.hpp"
#include "stellar/base64.hpp"
#include "stellar/strkey.hpp"
#include "verify/amount.hpp"
#include "verify/claim.hpp"
#include "verify/compare.hpp"
#include "verify/reading.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace {

constexpr std::size_t users = 1000;
constexpr std::size_t batch = net::max_keys_per_call;

/// The users with what is known of them at each step.
struct Samples {
    verify::Target target;
    devnet::Ledger ledger;
    std::vector<bench::User> rows;
    std::vector<std::string> balances; // as PostgreSQL writes them
    std::vector<verify::Claim> claims;
    std::vector<std::string> keys;
    std::vector<std::string> entries;
    std::vector<verify::ChainValue> values;
    net::KeyGroups groups; // the first 200
    std::string request;
    std::string answer;

    Samples() {
        const auto usdc = *stellar::circle_usdc(ledger.passphrase());
        target.token = {stellar::asset_contract_id(usdc, ledger.passphrase()), usdc};
        bench::fill(ledger, {users, 0});
        const devnet::LedgerView view(ledger);
        verify::Keys asked;
        for (std::size_t i = 0; i < users; ++i) {
            rows.push_back(bench::user(i));
            balances.push_back(verify::format_stroops(base::i128{rows[i].balance}));
        }
        for (std::size_t i = 0; i < users; ++i) {
            claims.push_back(*verify::claim_balance({rows[i].id, rows[i].wallet, balances[i]}, target));
            asked.clear();
            verify::keys_of(claims[i], target, asked);
            keys.push_back(asked[0]);
            entries.emplace_back(view.find(keys[i])->data);
        }
        for (std::size_t i = 0; i < users; ++i) values.push_back(std::get<verify::ChainValue>(read(i)));
        for (std::size_t i = 0; i < batch; ++i) {
            const std::string_view key = keys[i];
            groups.add({&key, 1}, batch);
        }
        request = net::get_ledger_entries_request(7, groups, 0, batch);
        answer = answered(request);
    }

    verify::Reading read(std::size_t i) const {
        const verify::Stored stored{keys[i], entries[i], 1000, false};
        return verify::read_storage(claims[i], target, {&stored, 1}, 1000);
    }

  private:
    std::string answered(const std::string& body) {
        simdjson::dom::parser parser;
        const auto parsed = devnet::parse_rpc_body(parser, body);
        const devnet::RpcSettings settings;
        const devnet::Distortion undistorted;
        devnet::CallRecord record;
        std::string out;
        devnet::RpcCall(ledger, settings, undistorted).answer(out, parsed->requests.front(), record);
        return out;
    }
};

const Samples& samples() {
    static const auto made = std::make_unique<const Samples>();
    return *made;
}

/// `work(i)` for one user after the other; it returns how many bytes it has gone over.
template <class Work>
void for_each_user(benchmark::State& state, Work work) {
    samples();
    std::size_t i = 0;
    std::int64_t bytes = 0;
    for ([[maybe_unused]] auto _ : state) {
        bytes += static_cast<std::int64_t>(work(i));
        if (++i == users) i = 0;
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(bytes);
}

void strkey_decode(benchmark::State& state) {
    for_each_user(state, [&s = samples()](std::size_t i) {
        benchmark::DoNotOptimize(stellar::parse_wallet(s.rows[i].wallet));
        return s.rows[i].wallet.size();
    });
}

void amount_parse(benchmark::State& state) {
    for_each_user(state, [&s = samples()](std::size_t i) {
        benchmark::DoNotOptimize(verify::parse_stroops(s.balances[i]));
        return s.balances[i].size();
    });
}

void row_to_claim(benchmark::State& state) {
    for_each_user(state, [&s = samples()](std::size_t i) {
        benchmark::DoNotOptimize(verify::claim_balance({s.rows[i].id, s.rows[i].wallet, s.balances[i]}, s.target));
        return s.rows[i].id.size() + s.rows[i].wallet.size() + s.balances[i].size();
    });
}

void key_encode(benchmark::State& state) {
    verify::Keys keys;
    for_each_user(state, [&s = samples(), &keys](std::size_t i) {
        keys.clear();
        verify::keys_of(s.claims[i], s.target, keys);
        benchmark::DoNotOptimize(keys[0].data());
        return keys[0].size();
    });
}

void entry_decode(benchmark::State& state) {
    for_each_user(state, [&s = samples()](std::size_t i) {
        benchmark::DoNotOptimize(s.read(i));
        return s.entries[i].size();
    });
}

void compare(benchmark::State& state) {
    for_each_user(state, [&s = samples()](std::size_t i) {
        benchmark::DoNotOptimize(verify::compare(s.claims[i], s.values[i], {}));
        return sizeof(verify::BalanceClaim);
    });
}

/// A whole batch at a time; items are keys.
template <class Work>
void for_batches(benchmark::State& state, Work work) {
    samples();
    std::int64_t bytes = 0;
    for ([[maybe_unused]] auto _ : state) bytes += static_cast<std::int64_t>(work());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
    state.SetBytesProcessed(bytes);
}

void batch_of_keys(benchmark::State& state) {
    for_batches(state, [&s = samples()] {
        net::KeyGroups groups;
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < batch; ++i) {
            const std::string_view key = s.keys[i];
            groups.add({&key, 1}, batch);
            bytes += key.size();
        }
        benchmark::DoNotOptimize(groups.keys());
        return bytes;
    });
}

void request_build(benchmark::State& state) {
    for_batches(state, [&s = samples()] {
        const std::string request = net::get_ledger_entries_request(7, s.groups, 0, batch);
        benchmark::DoNotOptimize(request.data());
        return request.size();
    });
}

void answer_parse(benchmark::State& state) {
    net::AnswerReader reader;
    std::string body = samples().answer;
    for_batches(state, [&s = samples(), &reader, &body] {
        const auto answer = reader.ledger_entries(7, body, s.groups, 0, batch);
        if (!std::holds_alternative<net::LedgerEntries>(answer)) std::abort();
        return body.size();
    });
}

BENCHMARK(strkey_decode);
BENCHMARK(amount_parse);
BENCHMARK(row_to_claim);
BENCHMARK(key_encode);
BENCHMARK(batch_of_keys);
BENCHMARK(request_build);
BENCHMARK(answer_parse);
BENCHMARK(entry_decode);
BENCHMARK(compare);

} // namespace
