#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace base {

Hash sha256(std::string_view bytes) {
    Hash hash;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    return hash;
}

Hash hmac_sha256(std::string_view key, std::string_view bytes) {
    Hash hash;
    unsigned size = 0;
    const unsigned char* done =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data(), &size);
    if (done == nullptr || size != hash.size()) throw std::runtime_error("OpenSSL gives no HMAC-SHA-256");
    return hash;
}

std::string digest_library_version() {
    return OpenSSL_version(OPENSSL_VERSION);
}

} // namespace base
