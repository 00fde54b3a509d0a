#include "cmd/manual/manual.hpp"

#include "cmd/manual/help.hpp"
#include "cmd/settings/options.hpp"
#include "cmd/settings/settings_table.hpp"
#include "report/layout.hpp"

#include <fmt/format.h>

namespace cmd {

namespace {

// Text as roff takes it: hyphens that can be copied, and nothing at a line's start that is a request.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

std::string paragraph(std::string_view text) {
    return roff(report::wrapped(text, 0, 78));
}

std::string bold(std::string_view text) {
    return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
    return "\\fI" + roff(text) + "\\fR";
}

// A paragraph under a head that stands out.
std::string entry(std::string_view head, std::string_view text) {
    return fmt::format(".TP\n{}\n{}", head, paragraph(text));
}

std::string entry(const Setting& setting) {
    std::string text(setting.help);
    if (setting.required) text += "; required";
    text += ".";
    if (!setting.fallback.empty()) text += fmt::format(" Default: {}.", setting.fallback);
    std::string head =
        bold("--" + flag_of(setting.name)) + " " + italic(setting.placeholder) + ", " + bold(setting.name);
    if (setting.secret) head += ", " + bold(file_name_of(setting));
    return entry(head, text);
}

std::string synopsis() {
    std::string out = ".SH SYNOPSIS\n";
    for (const CommandName& command : commands)
        out += fmt::format("{} {} [{}]\n.br\n", bold("stellar-sync"), bold(command.name), italic("options"));
    return out + fmt::format("{} {} | {} | {}\n", bold("stellar-sync"), bold("--help"), bold("--version"),
                             bold("--print-config"));
}

std::string options() {
    std::string out = ".SH OPTIONS\n";
    out += paragraph(
        "Each setting may be given as a flag, as a variable of the environment, or as a key of the file of "
        "--config (the flag without its dashes); the first of these counts. An empty variable counts as not "
        "given. A variable that ends in _FILE names a file that holds the value, and is a flag and a key too.");
    out += ".SS What to check\n";
    for (const PlainFlag& flag : plain_flags())
        out += entry(fmt::format("{}{}{}", bold(fmt::format("--{}", flag.name)), flag.placeholder.empty() ? "" : " ",
                                 flag.placeholder.empty() ? "" : italic(flag.placeholder)),
                     flag.help);
    std::string_view group;
    for (const Setting& setting : settings()) {
        if (setting.group != group) out += fmt::format(".SS {}\n", roff(setting.group));
        group = setting.group;
        out += entry(setting);
    }
    return out;
}

} // namespace

std::string manual_page() {
    // No date: the page is the same whenever it is made.
    std::string out =
        fmt::format(".TH STELLAR\\-SYNC 1 \"\" \"stellar\\-sync {}\" \"User Commands\"\n", STELLAR_SYNC_VERSION);
    out += ".SH NAME\nstellar\\-sync \\- compare a prediction market's database with the Stellar network\n";
    out += synopsis();
    out += ".SH DESCRIPTION\n";
    out += paragraph(
        "The application keeps markets and users in PostgreSQL and the money on the Stellar network, in Soroban "
        "contracts. One verification cycle holds the odds of open markets, the outcomes of resolved ones and "
        "the USDC balances of users against the chain, rechecks what differs, and says what still does. "
        "It never writes to the database and never submits a transaction. The result goes to standard output, "
        "events go to standard error.");
    out += ".SH COMMANDS\n";
    for (const CommandName& command : commands) out += entry(bold(command.name), command.purpose);
    out += options();
    out += ".SH EXIT STATUS\n";
    for (const ExitMeaning& exit : exit_meanings) out += entry(bold(exit.code), exit.meaning);
    out += ".SH ENVIRONMENT\n";
    out += paragraph("Besides the variables under OPTIONS: NO_COLOR turns colours off, TERM=dumb colours and progress; "
                     "SSL_CERT_FILE and CURL_CA_BUNDLE name certificates of authorities where SYNC_CA_FILE does not.");
    out += ".SH EXAMPLES\n";
    out += entry("Verify balances alone:", "") + ".EX\nstellar\\-sync run \\-\\-only balances\n.EE\n";
    out += entry("List what differs, from JSON:", "") + ".EX\nstellar\\-sync run | jq .mismatches\n.EE\n";
    out += entry("Begin a configuration file:", "") +
           ".EX\nstellar\\-sync \\-\\-print\\-config > stellar\\-sync.toml\n.EE\n";
    return out;
}

} // namespace cmd
