// The one place that includes cpp-httplib.
//
// Debian's cpp-httplib is a shared library built with TLS and compression, and its classes have another layout with
// these macros than without: leaving them out (its .pc file names them) corrupts memory in every httplib::Client.
#pragma once

#ifndef CPPHTTPLIB_OPENSSL_SUPPORT
#define CPPHTTPLIB_OPENSSL_SUPPORT
#endif
#ifndef CPPHTTPLIB_ZLIB_SUPPORT
#define CPPHTTPLIB_ZLIB_SUPPORT
#endif
#ifndef CPPHTTPLIB_BROTLI_SUPPORT
#define CPPHTTPLIB_BROTLI_SUPPORT
#endif

#include <httplib.h>
