// A real PgBouncer in transaction mode (Debian's package) before the throw-away server.
#pragma once

#include <string>
#include <sys/types.h>

namespace fakes {

/// One server connection for all clients, so that whatever a transaction left behind would be the next one's.
class PgBouncer {
  public:
    /// Without it there is nothing to test.
    static bool installed();

    PgBouncer();
    ~PgBouncer();
    PgBouncer(const PgBouncer&) = delete;
    PgBouncer& operator=(const PgBouncer&) = delete;

    /// As Prisma wants it, with pgbouncer=true.
    std::string url(const std::string& database, const std::string& credentials = "app:s3cret%3Ap%40ss") const;

  private:
    std::string directory_;
    int port_ = 0;
    pid_t child_ = -1;
};

} // namespace fakes
