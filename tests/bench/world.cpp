#include "bench/world.hpp"

#include "stellar/asset.hpp"
#include "stellar/ids.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <iterator>

namespace bench {
namespace {

enum Stream : std::uint64_t { user_ids, wallets, balances, drift, market_ids, contracts, liquidity, amm };

/// SplitMix64's finalizer over a counter: numbers without a pattern that a table or a compressor could profit from.
std::uint64_t number_of(Stream stream, std::uint64_t index, std::uint64_t word = 0) {
    std::uint64_t z = (static_cast<std::uint64_t>(stream) << 56) + (index << 3) + word + 1;
    z *= 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

stellar::Hash hash_of(Stream stream, std::uint64_t index) {
    stellar::Hash hash{};
    for (std::size_t i = 0; i < hash.size(); ++i) {
        hash[i] = static_cast<std::uint8_t>(number_of(stream, index, i / 8) >> (i % 8 * 8));
    }
    return hash;
}

std::string strkey(stellar::StrKeyKind kind, const stellar::Hash& hash) {
    return stellar::encode_strkey(kind, stellar::bytes_of(hash));
}

class Lines {
  public:
    explicit Lines(std::FILE* out) : out_(out) {}
    ~Lines() { write(); }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    template <class... Arguments>
    void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
        if (text_.size() > 60'000) write();
    }

  private:
    void write() {
        // Where the reader is gone, SIGPIPE ends the program.
        static_cast<void>(std::fwrite(text_.data(), 1, text_.size(), out_));
        text_.clear();
    }

    std::FILE* out_;
    std::string text_;
};

} // namespace

User user(std::uint64_t number) {
    const std::uint64_t high = number_of(user_ids, number, 0);
    const std::uint64_t low = number_of(user_ids, number, 1);
    User made;
    made.id = fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xfff,
                          low >> 52, low & 0xffff'ffff'ffff);
    const auto kind = number % 10 == 9 ? stellar::StrKeyKind::contract : stellar::StrKeyKind::account;
    made.wallet = strkey(kind, hash_of(wallets, number));
    made.balance = static_cast<std::int64_t>(number_of(balances, number) % 100'000'000'000); // below 10,000 USDC
    return made;
}

Market market(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    Market made;
    made.id = "cm";
    for (std::uint64_t word = 0; word < 2; ++word) {
        std::uint64_t rest = number_of(market_ids, number, word);
        for (int i = 0; i < 11; ++i, rest /= digits.size()) made.id += digits[rest % digits.size()];
    }
    made.contract = strkey(stellar::StrKeyKind::contract, hash_of(contracts, number));
    made.open = number % 10 < 7;
    made.yes = static_cast<std::int64_t>(10'000'000'000 + number_of(liquidity, number, 0) % 1'000'000'000'000);
    made.no = static_cast<std::int64_t>(10'000'000'000 + number_of(liquidity, number, 1) % 1'000'000'000'000);
    made.outcome = static_cast<std::uint32_t>(number_of(liquidity, number, 2) % 2);
    return made;
}

bool drifts(std::uint64_t user, std::uint64_t drifting) {
    return number_of(drift, user) % 1'000'000 < drifting;
}

std::uint64_t drifting_users(std::uint64_t users, std::uint64_t drifting) {
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < users; ++i) count += drifts(i, drifting) ? 1 : 0;
    return count;
}

std::uint64_t open_markets(std::uint64_t markets) {
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < markets; ++i) count += i % 10 < 7 ? 1 : 0;
    return count;
}

std::string amm_contract() {
    return strkey(stellar::StrKeyKind::contract, hash_of(amm, 0));
}

void write_users(std::FILE* out, std::uint64_t users, std::uint64_t drifting) {
    Lines lines(out);
    for (std::uint64_t i = 0; i < users; ++i) {
        const User row = user(i);
        const std::int64_t balance = row.balance + (drifts(i, drifting) ? 10'000'000 : 0);
        lines.add("{}\tuser{}\t{}\t{}\n", row.id, i, row.wallet, verify::format_stroops(base::i128{balance}));
    }
}

void write_markets(std::FILE* out, std::uint64_t markets) {
    Lines lines(out);
    for (std::uint64_t i = 0; i < markets; ++i) {
        const Market row = market(i);
        const std::string outcome = row.open ? "\\N" : fmt::to_string(row.outcome);
        lines.add("{}\t{}\tWill it rain on day {}?\tweather\t{}\t{}\t{}\t{}\n", row.id, row.contract, i,
                  row.open ? "OPEN" : "RESOLVED", verify::format_stroops(base::i128{row.yes}),
                  verify::format_stroops(base::i128{row.no}), outcome);
    }
}

void fill(devnet::Ledger& ledger, const WorldSize& size) {
    const auto usdc = *stellar::circle_usdc(ledger.passphrase());
    ledger.reserve(size.users + 3 * size.markets + 2);
    ledger.deploy_amm(devnet::contract_of(amm_contract()), ledger.deploy_asset(usdc));
    for (std::uint64_t i = 0; i < size.users; ++i) {
        const User holder = user(i);
        if (holder.wallet.front() == 'G') {
            ledger.set_trust_line(holder.wallet, usdc, holder.balance);
        } else {
            ledger.set_contract_balance(holder.wallet, holder.balance);
        }
    }
    for (std::uint64_t i = 0; i < size.markets; ++i) {
        const Market there = market(i);
        if (there.open) {
            ledger.set_pool(there.contract, static_cast<base::u128>(there.yes), static_cast<base::u128>(there.no));
        } else {
            ledger.set_market(there.contract, 2, there.outcome);
        }
    }
}

} // namespace bench
