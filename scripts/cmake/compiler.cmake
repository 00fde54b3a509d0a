# Warnings, hardening and sanitizers, in one interface target that every target links.
add_library(stellar_sync_flags INTERFACE)

target_compile_options(stellar_sync_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(STELLAR_SYNC_WERROR)
    target_compile_options(stellar_sync_flags INTERFACE -Werror)
endif()

# Hardening: _FORTIFY_SOURCE needs optimisation, and the sanitizers replace the rest.
if(NOT STELLAR_SYNC_SANITIZE)
    target_compile_options(stellar_sync_flags INTERFACE -fstack-protector-strong -fstack-clash-protection)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64")
        target_compile_options(stellar_sync_flags INTERFACE -fcf-protection)
    endif()
    target_compile_options(stellar_sync_flags INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE
                                                        -D_FORTIFY_SOURCE=2>)
    target_compile_definitions(stellar_sync_flags INTERFACE _GLIBCXX_ASSERTIONS)
    target_link_options(stellar_sync_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

if(STELLAR_SYNC_SANITIZE)
    set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(stellar_sync_flags INTERFACE ${sanitizers})
    target_link_options(stellar_sync_flags INTERFACE ${sanitizers})
endif()
