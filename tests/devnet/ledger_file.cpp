#include "devnet/ledger_file.hpp"

#include "devnet/record_fields.hpp"
#include "stellar/base64.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <utility>

namespace devnet {
namespace {

namespace dom = simdjson::dom;

/// Applies records to one ledger.
class Loader {
  public:
    explicit Loader(Ledger& ledger) : ledger_(ledger) {}

    void apply(dom::element record);

  private:
    struct Change {
        bool remove = false;
        EntryState state;
    };
    using Apply = void (Loader::*)(dom::element content, const Change& change);
    struct Kind {
        std::string_view name;
        Apply apply;
        bool entries;  // lastModified and remove may stand beside
        bool lifetime; // archived and liveUntil too
    };

    void network(dom::element content, const Change&);
    void node(dom::element content, const Change&);
    void asset(dom::element content, const Change&);
    void token(dom::element content, const Change&);
    void amm(dom::element content, const Change&);
    void usdc(dom::element content, const Change& change);
    void trust_line(dom::element content, const Change& change);
    void account(dom::element content, const Change& change);
    void contract_balance(dom::element content, const Change& change);
    void pool(dom::element content, const Change& change);
    void market(dom::element content, const Change& change);
    void shared_market(dom::element content, const Change& change);
    void entry(dom::element content, const Change& change);

    void set_clock(RecordFields& record);
    static Change change_of(RecordFields& record, const Kind& kind);
    const stellar::Asset& parsed_asset(std::string_view text);

    static const std::array<Kind, 13> kinds;

    Ledger& ledger_;
    // A million trust lines of one asset parse it once.
    std::string asset_text_;
    stellar::Asset asset_;
};

const std::array<Loader::Kind, 13> Loader::kinds{{
    {"trustLine", &Loader::trust_line, true, false},
    {"contractBalance", &Loader::contract_balance, true, true},
    {"account", &Loader::account, true, false},
    {"pool", &Loader::pool, true, true},
    {"market", &Loader::market, true, true},
    {"sharedMarket", &Loader::shared_market, true, true},
    {"entry", &Loader::entry, true, true},
    {"usdc", &Loader::usdc, true, true},
    {"network", &Loader::network, false, false},
    {"node", &Loader::node, false, false},
    {"asset", &Loader::asset, false, false},
    {"token", &Loader::token, false, false},
    {"amm", &Loader::amm, false, false},
}};

std::string text_of(dom::element content, std::string_view name) {
    if (!content.is_string()) throw std::invalid_argument(std::string(name) + " is not a string");
    return std::string(std::string_view(content));
}

std::string decoded(RecordFields& fields, std::string_view key) {
    std::string bytes;
    if (!stellar::append_decoded_base64(bytes, fields.needed_text(key))) {
        throw std::invalid_argument("entry: " + std::string(key) + " is no base64");
    }
    return bytes;
}

void Loader::apply(dom::element value) {
    RecordFields record(value, "the record");
    const Kind* kind = nullptr;
    std::optional<dom::element> content;
    for (const Kind& candidate : kinds) {
        const auto found = record.take(candidate.name);
        if (!found) continue;
        if (kind != nullptr) throw std::invalid_argument("the record is of two kinds");
        kind = &candidate;
        content = found;
    }
    if (kind == nullptr) return set_clock(record);
    const Change change = change_of(record, *kind);
    record.finish();
    (this->*kind->apply)(*content, change);
}

Loader::Change Loader::change_of(RecordFields& record, const Kind& kind) {
    Change change;
    if (!kind.entries) return change;
    change.remove = record.flag("remove");
    change.state.last_modified = record.number32("lastModified");
    if (!kind.lifetime) return change;
    change.state.live_until = record.number32("liveUntil");
    if (record.flag("archived")) change.state.live_until = 0;
    return change;
}

void Loader::set_clock(RecordFields& record) {
    const auto ledger = record.number32("ledger");
    const auto close_ms = record.number32("closeMs");
    record.finish();
    if (!ledger && !close_ms) throw std::invalid_argument("the record is of no known kind");
    if (ledger) ledger_.set_latest(*ledger);
    if (ledger || close_ms) ledger_.set_close_interval(std::chrono::milliseconds(close_ms.value_or(0)));
}

const stellar::Asset& Loader::parsed_asset(std::string_view text) {
    if (text == asset_text_ && !text.empty()) return asset_;
    if (text == "native") {
        asset_ = {};
    } else {
        auto parsed = stellar::parse_asset(text);
        if (!parsed) throw std::invalid_argument(parsed.error());
        asset_ = *std::move(parsed);
    }
    asset_text_ = text;
    return asset_;
}

void Loader::network(dom::element content, const Change&) {
    ledger_.set_passphrase(text_of(content, "network"));
}

void Loader::node(dom::element content, const Change&) {
    RecordFields fields(content, "node");
    const auto passphrase = fields.text("passphrase");
    const auto age = fields.number32("ageMs");
    fields.finish();
    if (passphrase) ledger_.report_passphrase(std::string(*passphrase));
    if (age) ledger_.set_age(std::chrono::milliseconds(*age));
}

void Loader::asset(dom::element content, const Change&) {
    ledger_.deploy_asset(parsed_asset(text_of(content, "asset")));
}

void Loader::token(dom::element content, const Change&) {
    ledger_.deploy_token(contract_of(text_of(content, "token")));
}

void Loader::amm(dom::element content, const Change&) {
    ledger_.deploy_amm(contract_of(text_of(content, "amm")));
}

void Loader::usdc(dom::element content, const Change& change) {
    RecordFields fields(content, "usdc");
    const Hash contract = contract_of(fields.needed_text("contract"));
    const auto token = fields.text("token");
    fields.finish();
    if (change.remove) return ledger_.remove_usdc(contract);
    ledger_.set_usdc(contract, token ? contract_of(*token) : ledger_.default_token(), change.state);
}

void Loader::trust_line(dom::element content, const Change& change) {
    RecordFields fields(content, "trustLine");
    const std::string_view account = fields.needed_text("account");
    const stellar::Asset& asset = parsed_asset(fields.needed_text("asset"));
    if (asset.native()) throw std::invalid_argument("trustLine: XLM needs none");
    if (change.remove) {
        fields.finish();
        return ledger_.remove_trust_line(account, asset);
    }
    const std::int64_t balance = fields.needed_stroops("balance");
    TrustLineState line;
    line.flags = fields.number32("flags").value_or(line.flags);
    if (const auto limit = fields.amount("limit")) line.limit = static_cast<std::int64_t>(*limit);
    if (const auto selling = fields.amount("selling")) line.selling_liabilities = static_cast<std::int64_t>(*selling);
    fields.finish();
    ledger_.set_trust_line(account, asset, balance, line, change.state);
}

void Loader::account(dom::element content, const Change& change) {
    RecordFields fields(content, "account");
    const std::string_view account = fields.needed_text("account");
    if (change.remove) {
        fields.finish();
        return ledger_.remove_account(account);
    }
    const std::int64_t balance = fields.needed_stroops("balance");
    fields.finish();
    ledger_.set_account(account, balance, change.state);
}

void Loader::contract_balance(dom::element content, const Change& change) {
    RecordFields fields(content, "contractBalance");
    const auto token = fields.text("token");
    const Hash contract = token ? contract_of(*token) : ledger_.default_token();
    const std::string_view holder = fields.needed_text("holder");
    if (change.remove) {
        fields.finish();
        return ledger_.remove_contract_balance(contract, holder);
    }
    const base::i128 amount = fields.needed_amount("amount");
    fields.finish();
    ledger_.set_contract_balance(contract, holder, amount, change.state);
}

void Loader::pool(dom::element content, const Change& change) {
    RecordFields fields(content, "pool");
    const std::string_view market_id = fields.needed_text("marketId");
    if (change.remove) {
        fields.finish();
        return ledger_.remove_pool(market_id);
    }
    const base::u128 yes = fields.needed_u128("yes");
    const base::u128 no = fields.needed_u128("no");
    fields.finish();
    ledger_.set_pool(market_id, yes, no, change.state);
}

void Loader::market(dom::element content, const Change& change) {
    RecordFields fields(content, "market");
    const std::string_view contract = fields.needed_text("contract");
    if (change.remove) {
        fields.finish();
        return ledger_.remove_market(contract);
    }
    const auto status = fields.number32("status");
    const auto outcome = fields.number32("outcome");
    const auto market_id = fields.take("marketId");
    fields.finish();
    if (market_id && !market_id->is_null() && !market_id->is_string()) {
        throw std::invalid_argument("market: marketId is neither a string nor null");
    }
    if (status) {
        ledger_.set_market(contract, *status, outcome, change.state);
    } else if (outcome || market_id) {
        throw std::invalid_argument("market: status is missing");
    } else {
        ledger_.deploy_market(contract_of(contract));
    }
    if (!market_id) return;
    ledger_.set_market_id(
        contract, market_id->is_null() ? std::nullopt : std::optional(market_id_of(std::string_view(*market_id))),
        change.state);
}

void Loader::shared_market(dom::element content, const Change& change) {
    RecordFields fields(content, "sharedMarket");
    const Hash contract = contract_of(fields.needed_text("contract"));
    const std::string_view market_id = fields.needed_text("marketId");
    if (change.remove) {
        fields.finish();
        return ledger_.remove_shared_market(contract, market_id);
    }
    const auto status = fields.number32("status");
    const auto outcome = fields.number32("outcome");
    fields.finish();
    if (!status) throw std::invalid_argument("sharedMarket: status is missing");
    if (!ledger_.deployed(contract)) ledger_.deploy_shared_market(contract);
    ledger_.set_shared_market(contract, market_id, *status, outcome, change.state);
}

void Loader::entry(dom::element content, const Change& change) {
    RecordFields fields(content, "entry");
    const std::string key = decoded(fields, "key");
    if (change.remove) {
        fields.finish();
        ledger_.remove(key);
        return;
    }
    const std::string data = decoded(fields, "xdr");
    fields.finish();
    ledger_.set_raw(key, data, change.state);
}

} // namespace

void load_records(Ledger& ledger, std::string_view lines, std::string_view source) {
    Loader loader(ledger);
    dom::parser parser;
    ledger.reserve(ledger.size() + static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) + 1);
    std::size_t number = 0;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        try {
            dom::element record;
            if (const auto error = parser.parse(line.data(), line.size()).get(record)) {
                throw std::invalid_argument(std::string("no JSON: ") + simdjson::error_message(error));
            }
            loader.apply(record);
        } catch (const std::invalid_argument& error) {
            throw std::runtime_error(std::string(source) + ", line " + std::to_string(number) + ": " + error.what());
        }
    }
}

void load_ledger_file(Ledger& ledger, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file.seekg(0, std::ios::end)) {
        text.resize(static_cast<std::size_t>(std::max<std::streamoff>(file.tellg(), 0)));
        file.seekg(0);
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
    }
    if (!file) throw std::runtime_error(path + ": cannot be read");
    load_records(ledger, text, path);
}

} // namespace devnet
