#include "fakes/authority.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace fakes {
namespace {

constexpr const char* new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

void openssl(const std::string& directory, const std::string& arguments) {
    const std::string command = fmt::format("cd '{}' && openssl {} 2>>openssl.log", directory, arguments);
    if (std::system(command.c_str()) != 0)
        throw std::runtime_error(fmt::format("test set-up: openssl failed, see {}/openssl.log", directory));
}

} // namespace

Authority::Authority() {
    char name[] = "/tmp/stellar-sync-ca-XXXXXX";
    if (!mkdtemp(name)) throw std::runtime_error("test set-up: no temporary directory");
    directory_ = name;
    openssl(directory_, fmt::format("req -x509 {} -days 2 -subj '/CN=tests' -keyout ca.key -out ca.pem", new_key));
}

Authority::~Authority() {
    std::filesystem::remove_all(directory_);
}

Certificate Authority::issue(const std::string& hosts, int days) {
    const int number = ++issued_;
    openssl(directory_, fmt::format("req {0} -subj '/CN=server {1}' -addext 'subjectAltName={2}' -keyout {1}.key "
                                    "-out {1}.csr",
                                    new_key, number, hosts));
    openssl(directory_, fmt::format("x509 -req -in {0}.csr -CA ca.pem -CAkey ca.key -days {1} -copy_extensions copy "
                                    "-out {0}.pem",
                                    number, days));
    return {fmt::format("{}/{}.pem", directory_, number), fmt::format("{}/{}.key", directory_, number)};
}

} // namespace fakes
