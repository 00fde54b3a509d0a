#include "fakes/pgbouncer.hpp"

#include "fakes/postgres_server.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace fakes {
namespace {

constexpr const char* program = "/usr/sbin/pgbouncer";

} // namespace

bool PgBouncer::installed() {
    return access(program, X_OK) == 0;
}

PgBouncer::PgBouncer() {
    char name[] = "/tmp/tpb-XXXXXX";
    if (!mkdtemp(name)) throw std::runtime_error("test set-up: no temporary directory");
    directory_ = name;
    std::filesystem::permissions(directory_, std::filesystem::perms::all);
    const auto& server = PostgresServer::shared();
    port_ = 32000 - 1 - static_cast<int>(getpid() % 5000); // below the ports the system hands out
    std::ofstream(directory_ + "/users") << fmt::format("\"app\" \"{}\"\n", PostgresServer::password);
    std::ofstream(directory_ + "/ini") << fmt::format(
        "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n"
        "unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}/users\npool_mode = transaction\n"
        "default_pool_size = 1\nlogfile = {}/log\n",
        server.host(), server.port(), port_, directory_, directory_);
    const std::string ini = directory_ + "/ini";
    child_ = fork();
    if (child_ == 0) {
        if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(126);
        if (geteuid() == 0) { // it refuses to run as root
            execl(program, program, "-q", "-u", "postgres", ini.c_str(), nullptr);
        } else {
            execl(program, program, "-q", ini.c_str(), nullptr);
        }
        _exit(127);
    }
}

PgBouncer::~PgBouncer() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    std::filesystem::remove_all(directory_);
}

std::string PgBouncer::url(const std::string& database, const std::string& credentials) const {
    return fmt::format("postgresql://{}@127.0.0.1:{}/{}?pgbouncer=true", credentials, port_, database);
}

} // namespace fakes
