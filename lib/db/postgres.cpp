#include "db/postgres.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>

namespace db {
namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// Every keyword, with the values that `text` sets; null if it cannot be parsed.
Options parse_options(const char* text) {
    char* message = nullptr;
    Options options(PQconninfoParse(text, &message), &PQconninfoFree);
    PQfreemem(message); // it repeats parts of the text
    return options;
}

// The server's message, detail and hint, a line each.
std::string message_of(const pg_result* result) {
    std::string text;
    for (const int field : {PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT}) {
        if (const char* part = PQresultErrorField(result, field)) text.append(part).push_back('\n');
    }
    return text;
}

// What a TCP socket has received since it was opened; nullopt for other sockets, and for kernels before 4.1.
std::optional<std::uint64_t> received_by(int fd) {
    tcp_info info{};
    socklen_t size = sizeof info;
    constexpr std::size_t needed = offsetof(tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || size < needed) return std::nullopt;
    return info.tcpi_bytes_received;
}

std::uint64_t waiting_in(int fd) {
    int bytes = 0;
    return ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

// pg_type.dat
constexpr Oid bpchar_type = 1042;
constexpr Oid varchar_type = 1043;
constexpr Oid text_type = 25;
constexpr std::array<Oid, 14> exact{
    16,  20,  21,   23,   26,   650,  774, // bool to uuid; inet as text has another form
    829, 869, 1082, 1083, 1114, 1184, 2950};
constexpr std::array<Oid, 8> inexact{18, 19, 700, 701, 790, 1186, 1266, 1700}; // "char" to numeric

template <std::size_t N>
bool is_one_of(const std::array<Oid, N>& types, Oid type) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

} // namespace

// ---- Rows

Rows::Rows(pg_result* result) : result_(result) {
    for (int c = 0; c < PQnfields(result); ++c) padded_.push_back(PQftype(result, c) == bpchar_type);
}
void Rows::Clear::operator()(pg_result* result) const {
    PQclear(result);
}
std::size_t Rows::size() const {
    return static_cast<std::size_t>(PQntuples(result_.get()));
}
std::size_t Rows::columns() const {
    return static_cast<std::size_t>(PQnfields(result_.get()));
}

std::string_view Rows::column_name(std::size_t column) const {
    const char* name = PQfname(result_.get(), static_cast<int>(column));
    return name ? name : ""; // a server may send fewer columns than it was asked for
}

std::optional<std::string_view> Rows::value(std::size_t row, std::size_t column) const {
    const int r = static_cast<int>(row);
    const int c = static_cast<int>(column);
    const auto length = static_cast<std::size_t>(PQgetlength(result_.get(), r, c));
    if (length == 0 && PQgetisnull(result_.get(), r, c) != 0) return std::nullopt;
    const std::string_view text(PQgetvalue(result_.get(), r, c), length);
    return padded_[column] ? text.substr(0, text.find_last_not_of(' ') + 1) : text;
}

std::size_t Rows::bytes() const {
    return PQresultMemorySize(result_.get());
}

bool Rows::is_bounded(std::size_t column) const {
    const int c = static_cast<int>(column);
    const Oid type = PQftype(result_.get(), c);
    if (is_one_of(exact, type) || is_one_of(inexact, type)) return true;
    // The modifier of varchar(n) is n + 4; a character takes four bytes at most.
    const int modifier = PQfmod(result_.get(), c);
    return (type == varchar_type || type == bpchar_type) && modifier >= 4 && modifier - 4 <= (64 << 10) / 4;
}

bool Rows::differs_as_text(std::size_t column) const {
    const Oid type = PQftype(result_.get(), static_cast<int>(column));
    return is_one_of(exact, type) || type == text_type || type == varchar_type || type == bpchar_type;
}

// ---- Connection

void Connection::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Connection::Connection(const ConnectionParameters& parameters) {
    for (const char* variable : parameters.ignored_variables) unsetenv(variable); // libpq reads them itself
    // If a keyword comes twice, the last counts. Only start-up parameters that every pooler knows, so no `options`.
    std::vector<const char*> keywords{"fallback_application_name"};
    std::vector<const char*> values{"stellar-sync"};
    for (const auto& [keyword, value] : parameters.keywords) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.insert(keywords.end(), {"client_encoding", nullptr});
    values.insert(values.end(), {"UTF8", nullptr});

    connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!connection_) throw std::bad_alloc();
    PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE); // connection_error() needs the SQLSTATE
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr); // libpq would print to stderr
    if (const char* password = PQpass(connection_.get())) password_ = password;
    if (PQstatus(connection_.get()) == CONNECTION_BAD) break_off();
}

std::optional<base::Descriptor> Connection::descriptor() const {
    if (state_ != State::connecting && state_ != State::working) return std::nullopt;
    const int fd = PQsocket(connection_.get());
    if (fd < 0) return std::nullopt;
    return base::Descriptor{fd, state_ == State::working || !want_write_, want_write_};
}

bool Connection::socket_ready() const {
    pollfd waited{PQsocket(connection_.get()), static_cast<short>(want_write_ ? POLLOUT : POLLIN), 0};
    return poll(&waited, 1, 0) != 0; // libpq finds out about errors
}

void Connection::advance() {
    if (state_ == State::connecting) advance_connecting();
    if (state_ == State::working) advance_working();
}

void Connection::advance_connecting() {
    // PQconnectPoll presumes that the socket is ready.
    while (state_ == State::connecting && socket_ready()) {
        int progress = PGRES_POLLING_FAILED;
        const bool bounded = metered(most_greeting_bytes, [&] { progress = PQconnectPoll(connection_.get()); });
        if (!bounded) return;
        switch (progress) {
        case PGRES_POLLING_READING:
            want_write_ = false;
            break;
        case PGRES_POLLING_WRITING:
            want_write_ = true;
            break;
        case PGRES_POLLING_OK:
            settle();
            break;
        default:
            break_off();
        }
    }
}

void Connection::settle() {
    // FETCH FIRST ... WITH TIES came with PostgreSQL 13.
    if (const int version = PQserverVersion(connection_.get()); version < 130000) {
        answer_.emplace(base::Fail{
            DatabaseError{ErrorKind::settings, "",
                          fmt::format("PostgreSQL 13 or newer is needed, and the server is {}", version / 10000)}});
        return break_off();
    }
    if (PQsetnonblocking(connection_.get(), 1) != 0 || PQenterPipelineMode(connection_.get()) != 1) return break_off();
    state_ = State::ready;
    want_write_ = false;
}

void Connection::run(const std::vector<Statement>& transaction) {
    state_ = State::working;
    statements_.clear();
    finished_ = 0;
    received_ = 0;
    received_before_ = received_by(PQsocket(connection_.get())).value_or(0);
    for (const auto& [sql, parameters, kept] : transaction) {
        statements_.push_back(kept);
        std::vector<const char*> values;
        for (const auto& parameter : parameters) values.push_back(parameter.c_str());
        if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                              nullptr, nullptr, 0) != 1) {
            return break_off();
        }
    }
    if (PQpipelineSync(connection_.get()) != 1) return break_off();
    advance_working();
}

void Connection::advance_working() {
    const int flushed = PQflush(connection_.get());
    want_write_ = flushed == 1;
    // The status shows a failure to write or to read; results that came before it are taken first.
    consume_input();
    collect_results();
    if (state_ == State::working && (flushed < 0 || PQstatus(connection_.get()) == CONNECTION_BAD)) break_off();
}

/// Calls `read`, which reads from the socket. Breaks the connection and returns false if more than `most` bytes have
/// come since run(), or since the socket was opened. Without this limit a server that sends without end, or a page of
/// rows that is larger than anybody expected, would fill the memory: libpq gives an answer only when it is complete.
template <class Read>
bool Connection::metered(std::uint64_t most, Read read) {
    const std::uint64_t before = waiting_in(PQsocket(connection_.get()));
    read();
    const int fd = PQsocket(connection_.get()); // while connecting it may be another one
    if (const auto now = received_by(fd)) {
        received_ = *now - std::min(*now, received_before_);
    } else {
        // How much came in the meantime is unknown; libpq reads 8 KiB at least.
        const std::uint64_t after = waiting_in(fd);
        received_ += std::max(before - std::min(before, after), std::min<std::uint64_t>(before, 8 << 10));
    }
    if (received_ <= most || (answer_ && !*answer_)) return true;
    answer_.emplace(base::Fail{
        state_ == State::connecting
            ? DatabaseError{ErrorKind::unreachable, "",
                            fmt::format("the server sent more than {} KiB before it accepted the connection",
                                        most >> 10)}
            : DatabaseError{ErrorKind::too_large, "", fmt::format("the answer is longer than {} MiB", most >> 20)}});
    break_off();
    return false;
}

void Connection::consume_input() {
    metered(most_answer_bytes, [this] { PQconsumeInput(connection_.get()); });
    // Nobody listens to notifications; libpq would keep them as long as the connection.
    while (PGnotify* unwanted = PQnotifies(connection_.get())) PQfreemem(unwanted);
}

void Connection::collect_results() {
    while (state_ == State::working && PQisBusy(connection_.get()) == 0) {
        if (pg_result* result = PQgetResult(connection_.get())) {
            take_result(result);
        } else if (PQstatus(connection_.get()) == CONNECTION_BAD) {
            return;
        } else {
            ++finished_;
        }
    }
}

void Connection::take_result(pg_result* result) {
    Rows rows(result);
    const auto kept = finished_ < statements_.size() ? statements_[finished_] : Statement::Kept::nothing;
    const ExecStatusType status = PQresultStatus(result);
    switch (status) {
    case PGRES_COMMAND_OK:
    case PGRES_PIPELINE_ABORTED:
        return;
    case PGRES_TUPLES_OK:
        if (kept == Statement::Kept::rows && !answer_) answer_.emplace(std::move(rows));
        if (kept == Statement::Kept::watermark && answer_ && *answer_) (*answer_)->set_watermark(std::move(rows));
        return;
    case PGRES_PIPELINE_SYNC:
        return pipeline_ended();
    case PGRES_FATAL_ERROR:
        break;
    default: // COPY, an empty query, ...: libpq would go on giving the same result for ever
        if (!answer_ || *answer_)
            answer_.emplace(base::Fail{DatabaseError{
                ErrorKind::lost, "",
                fmt::format("the server broke the protocol: it answered a SELECT with {}", PQresStatus(status))}});
        return break_off();
    }
    if (answer_ && !*answer_) return; // the first error is the cause
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    auto error = connection_error(state ? message_of(result) : PQresultErrorMessage(result), password_, true);
    if (state) {
        error.sqlstate = state;
        error.kind = classify(error.sqlstate, error.text, true);
    }
    // ERROR ends the statement, FATAL and PANIC end the connection. The SQLSTATE does not tell: RAISE may use any.
    const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    error.of_statement = state && severity && std::string_view(severity) == "ERROR" && error.sqlstate != "08P01";
    error.of_watermark = kept == Statement::Kept::watermark;
    answer_.emplace(base::Fail{std::move(error)});
}

void Connection::pipeline_ended() {
    if (PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) {
        rolling_back_ = false;
        state_ = State::ready;
    } else if (rolling_back_) {
        break_off();
    } else {
        rolling_back_ = true;
        run({{"ROLLBACK", {}}});
    }
}

void Connection::break_off() {
    state_ = State::broken;
    if (!answer_) {
        const bool connected = !statements_.empty();
        answer_.emplace(base::Fail{connection_error(PQerrorMessage(connection_.get()), password_, connected)});
    }
}

std::optional<base::Result<Rows, DatabaseError>> Connection::take_answer() {
    if (state_ == State::working) return std::nullopt;
    return std::exchange(answer_, std::nullopt);
}

bool Connection::sql_ascii() const {
    const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
    return encoding && std::string_view(encoding) == "SQL_ASCII";
}

Transport Connection::transport() const {
    const char* tls = PQsslInUse(connection_.get()) != 0 ? PQsslAttribute(connection_.get(), "protocol") : nullptr;
    const char* address = PQhostaddr(connection_.get()); // empty for a Unix socket
    const std::string_view host(address ? address : "");
    return {tls ? tls : "", host.empty() || host.starts_with("127.") || host == "::1"};
}

// ---- libpq's knowledge

bool libpq_knows(std::string_view keyword) {
    const Options options = parse_options("");
    for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
        if (keyword == option->keyword) return true;
    }
    return false;
}

std::optional<std::vector<std::pair<std::string, std::string>>> libpq_parse(const std::string& url) {
    const Options options = parse_options(url.c_str());
    if (!options) return std::nullopt;
    std::vector<std::pair<std::string, std::string>> set;
    for (const PQconninfoOption* option = options.get(); option->keyword; ++option) {
        if (option->val) set.emplace_back(option->keyword, option->val);
    }
    return set;
}

std::string libpq_version() {
    const int version = PQlibVersion(); // 150018: since version 10 two parts
    return fmt::format("{}.{}", version / 10000, version % 10000);
}

} // namespace db
