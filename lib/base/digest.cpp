#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace base {

Hash sha256(std::string_view bytes) {
    Hash hash;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    return hash;
}

std::string digest_library_version() {
    return OpenSSL_version(OPENSSL_VERSION);
}

} // namespace base
