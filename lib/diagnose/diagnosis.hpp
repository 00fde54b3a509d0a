// Whether a cycle could run: the steps that a cycle takes before and at its first row, each tried whatever became of
// the others, and some that only a person would ask about. Changes nothing and alerts nobody.
#pragma once

#include "diagnose/attempt.hpp"
#include "diagnose/checklist.hpp"
#include "sync/chain_reads.hpp"
#include "sync/loop.hpp"
#include "sync/preparation.hpp"
#include "sync/row_stream.hpp"
#include "verify/claim.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace diagnose {

struct Settings {
    cycle::Selection selection;
    std::string schema;
    db::CustomSql custom_sql;
    verify::Target target; // the token is found out here
    cycle::TokenSettings token;
    cycle::WatermarkSettings watermark;
};

class Diagnosis {
  public:
    /// Both outlive this.
    Diagnosis(Settings settings, diagnose::Checklist& list, const base::Clock& clock);

    /// Connection, role, tables, rows, index: database_points.cpp. Each part has a loop, and so a deadline, of its own.
    void examine_database(cycle::Loop& loop);
    /// After the database. Indexer, contracts, and one row of each check read in both ways: contract_points.cpp. The
    /// loop's dispatcher must be serving.
    void examine_contracts(cycle::Loop& loop);
    /// The same points, where there is no endpoint to ask.
    void skip_contracts();

  private:
    /// A row of a check that makes a claim.
    struct Sample {
        std::shared_ptr<const db::Rows> rows; // the claim's views point into them
        verify::Claim claim;
    };
    using Answer = std::variant<verify::ChainValue, verify::Unverifiable, net::GivenUp>;

    std::optional<db::Rows> ask(std::string what, db::Query query);
    void examine_role();
    void examine_table(db::Table table);
    void examine_index(db::Table table, const db::Relation& relation);
    void count_rows(verify::Check check, const db::Source& source);

    void examine_contract(const std::string& what, const stellar::Hash& contract, const std::string& setting);
    void examine_market_contract();
    void examine_token();
    diagnose::Point token_point(const verify::Token& token) const;
    void examine_watermark();
    void examine_sample(verify::Check check);
    std::optional<std::vector<Sample>> find_samples(verify::Check check, const db::Source& source);
    void judge_market(const std::vector<Sample>& samples);
    void judge_call(const Sample& sample, const Answer& simulated, bool needed);
    void judge_storage(const Sample& sample, const Answer& stored);
    void judge_value(const Sample& sample);
    void no_time_for(std::string what);
    std::optional<Answer> look(const Sample& sample, verify::ReadMode mode);

    bool need(bool verify::Needs::*what) const; // one of the checks

    Settings settings_;
    cycle::Loop* loop_ = nullptr; // of the part that is examined
    diagnose::Checklist& list_;
    Attempt attempt_;
    bool connected_ = false;
    std::map<db::Table, db::Source> sources_;
    bool token_known_ = false;
};

} // namespace diagnose
