// A file descriptor that the one loop waits for besides the RPC transfers: the database's socket, the signals.
#pragma once

namespace base {

struct Descriptor {
    int fd = -1;
    bool want_read = false;
    bool want_write = false;
};

} // namespace base
