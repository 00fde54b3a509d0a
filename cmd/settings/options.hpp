// What stellar-sync was given: command line, environment, configuration file. Every setting is declared once, in
// settings_table.cpp; options.cpp alone includes CLI11.
#pragma once

#include "alert/send_alerts.hpp"
#include "base/clock.hpp"
#include "base/errors.hpp"
#include "base/event.hpp"
#include "base/retry_budget.hpp"
#include "base/secret.hpp"
#include "db/connection_url.hpp"
#include "db/inspection.hpp"
#include "metrics/send_metrics.hpp"
#include "sync/preparation.hpp"
#include "verify/claim.hpp"
#include "verify/compare.hpp"
#include "verify/exemption.hpp"
#include "verify/summary.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cmd {

enum class Command { run, doctor, explain };

/// What the first argument may be, in the order of the help.
struct CommandName {
    Command command{};
    std::string_view name;
    std::string_view summary; // in a list of all
    std::string_view purpose; // a sentence, on top of its own help
};
inline constexpr std::array commands{
    CommandName{Command::run, "run", "one verification cycle: odds, outcomes and balances",
                "Verifies the database against the chain once; writes to neither."},
    CommandName{Command::doctor, "doctor", "prove that a cycle could run; change and alert nothing",
                "Tries every part that a cycle needs, and says of each what was found and what to do."},
    CommandName{Command::explain, "explain", "all that leads to one item's verdict: --market ID or --user ID",
                "Checks one market or user as run does, and shows what led to the verdict."},
};

enum class Output { text, json, html, none };

/// What is for terminals: on them, everywhere, nowhere.
enum class When { automatic, always, never };

// What each part of the program needs, and no more; `run` hands them out. The defaults are in the table.

struct DatabaseOptions {
    db::ConnectionParameters connection;
    db::CustomSql custom_sql;
};

struct RpcOptions {
    std::vector<base::Secret> urls;
    std::string passphrase; // of the network; empty: whatever the first endpoint says
    base::Duration max_ledger_age{};
    unsigned max_in_flight = 0;
    double max_per_second = 0; // 0: no limit
    std::string ca_file;       // empty: the system's
    bool allow_http = false;
};

/// For every RPC call and every SQL statement.
struct CallOptions {
    base::Duration timeout{};
    base::RetryPolicy retry;
};

struct JudgementOptions {
    verify::Thresholds thresholds;
    unsigned confirm_attempts = 0;
    base::Duration confirm_delay{};
    std::string exemptions_file; // empty: none
    std::vector<verify::Exemption> exemptions;
};

struct LogOptions {
    std::optional<base::LogFormat> format; // none: text on a terminal, else json
    base::Level least = base::Level::info;
};

struct ConsoleOptions {
    When colour = When::automatic;
    When progress = When::automatic;
};

struct ResultOptions {
    std::optional<Output> output; // none: text on a terminal, else json
    std::size_t max_reported = 0;
    verify::FailOn fail_on;
};

/// Where a setting's value comes from, the later outranking the earlier.
enum class Origin { nowhere, fallback, file, environment, flag };

/// A setting as it was found, for people to see.
struct ShownSetting {
    std::string name;  // the one that gave the value: "DATABASE_URL" or "DATABASE_URL_FILE"
    std::string value; // harmless, secrets masked; empty where there is none
    Origin origin{};
};

/// Something that is not looked at, though somebody may think so.
struct ConfigWarning {
    std::string setting; // "SYNC_ODDS_TRESHOLD"
    std::string text;
};

struct Options {
    Command command{};
    DatabaseOptions database;
    RpcOptions rpc;
    CallOptions calls;
    base::Duration cycle_timeout{};
    verify::Target target; // the AMM contract only if it is set; the token is found out by the cycle
    cycle::TokenSettings token;
    JudgementOptions judgement;
    cycle::WatermarkSettings watermark;
    cycle::Selection selection;
    metrics::MetricsSettings metrics; // but for the shard
    ResultOptions result;
    LogOptions log;
    ConsoleOptions console;
    std::vector<ShownSetting> shown; // every setting, in the order of the help
    std::vector<ConfigWarning> warnings;
    alert::AlertSettings alerts;
    bool dry_run = false;    // tell nobody outside
    bool test_alert = false; // of `doctor`: through every channel
};

/// Nothing is to be run: --help, --version, or a command line that cannot be understood.
struct Exit {
    base::ExitCode code{};
    std::string out; // for standard output
    std::string err; // for standard error
};

struct ConfigFault {
    std::string setting;  // "SYNC_ODDS_THRESHOLD", "--market", or the configuration file's key
    std::string value;    // harmless, secrets masked; empty where none was given
    std::string expected; // what would be right
};

/// Everything that is wrong, in one go, and the options as far as they are known.
struct Faults {
    std::vector<ConfigFault> list;
    Options options;
};

using ParseOutcome = std::variant<Options, Exit, Faults>;

/// Environment variables; injected, so that tests need not change the process's own.
class Environment {
  public:
    explicit Environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}
    static Environment of_process();

    std::optional<std::string> operator()(const std::string& name) const {
        const auto found = variables_.find(name);
        return found == variables_.end() ? std::nullopt : std::optional(found->second);
    }
    const std::map<std::string, std::string>& variables() const { return variables_; }

  private:
    std::map<std::string, std::string> variables_;
};

/// Reads the files that are named, and contacts nothing.
ParseOutcome parse_options(int argc, const char* const* argv, const Environment& environment);

/// The process's environment.
std::optional<std::string> process_environment(const std::string& name);

/// CONFIG_ERROR.
base::Event config_error_event(const ConfigFault& fault);
/// CONFIG_WARNING.
base::Event config_warning_event(const ConfigWarning& warning);

} // namespace cmd
