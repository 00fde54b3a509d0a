#include "fakes/mail_server.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fakes {

MailServer::MailServer(const std::string& mode, const std::optional<Certificate>& given) : mode_(mode) {
    char name[] = "/tmp/stellar-sync-mail-XXXXXX";
    if (!mkdtemp(name)) throw std::runtime_error("test set-up: no temporary directory");
    directory_ = name;
    const std::string command =
        fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                    "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout {0}/key.pem -out "
                    "{0}/certificate.pem 2>{0}/openssl.log",
                    directory_);
    if (std::system(command.c_str()) != 0) throw std::runtime_error("test set-up: no certificate from openssl");
    const std::string certificate = given ? given->file : ca_file();
    const std::string key = given ? given->key_file : directory_ + "/key.pem";
    const std::string output = directory_ + "/mails";
    child_ = fork();
    if (child_ == 0) {
        dup2(open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), STDOUT_FILENO);
        dup2(open((directory_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), STDERR_FILENO);
        // The distribution's Python, which has the distribution's aiosmtpd; it looks for its library by its first word,
        // and a bare "python3" is another one where PATH says so.
        execl("/usr/bin/python3", "/usr/bin/python3", MAIL_SERVER, mode_.c_str(), certificate.c_str(), key.c_str(),
              nullptr);
        _exit(127);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (lines().empty()) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("test set-up: no mail server");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    port_ = lines().front();
}

MailServer::~MailServer() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    std::filesystem::remove_all(directory_);
}

std::string MailServer::url(const std::string& login_text) const {
    return fmt::format("{}://{}{}127.0.0.1:{}", mode_ == "smtps" ? "smtps" : "smtp", login_text,
                       login_text.empty() ? "" : "@", port_);
}

std::vector<std::string> MailServer::lines() const {
    std::vector<std::string> found;
    std::ifstream file(directory_ + "/mails");
    for (std::string line; std::getline(file, line) && !file.eof();) found.push_back(line); // whole ones
    return found;
}

std::vector<std::string> MailServer::mails() const {
    std::vector<std::string> found = lines();
    found.erase(found.begin());
    return found;
}

} // namespace fakes
