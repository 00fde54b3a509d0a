# The Debian package (cpack -G DEB), and the files that a package has besides the program. The package's dependencies are
# computed from the libraries that the program links.
include(GNUInstallDirs)

# Off for a prefix such as ~/.local, which has no systemd, no /etc and no Debian changelog.
option(STELLAR_SYNC_SYSTEM_FILES "Install the systemd units and /etc/stellar-sync, as the Debian package does" OFF)

install(FILES scripts/packaging/stellar-sync.toml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
# Not in the documents' directory, which slim container images leave out.
install(PROGRAMS scripts/smoke scripts/install-crontab DESTINATION ${CMAKE_INSTALL_DATADIR}/stellar-sync)
install(FILES scripts/sql/readonly-role.sql DESTINATION ${CMAKE_INSTALL_DATADIR}/stellar-sync)
# README and the pages that it links to, in the same directories, so that their links work.
foreach(page README.md CHANGELOG.md SECURITY.md cmd/README.md cmd/settings/README.md lib/README.md lib/alert/README.md
        lib/db/README.md lib/metrics/README.md lib/sync/README.md lib/verify/README.md k8s/README.md
        k8s/monitoring/README.md scripts/README.md tests/README.md tests/bench/README.md)
    get_filename_component(directory ${page} DIRECTORY)
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${directory})
endforeach()
install(FILES scripts/packaging/deb/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(STELLAR_SYNC_SYSTEM_FILES)
    install(FILES scripts/packaging/systemd/stellar-sync.service scripts/packaging/systemd/stellar-sync.timer
            DESTINATION lib/systemd/system)
    install(FILES scripts/packaging/stellar-sync.toml DESTINATION /etc/stellar-sync)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/stellar-sync.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    # gzip -n writes no time stamp, so the same sources give the same bytes.
    add_custom_command(OUTPUT changelog.gz
        COMMAND gzip -9 -n -c ${CMAKE_CURRENT_SOURCE_DIR}/scripts/packaging/deb/changelog > changelog.gz
        DEPENDS scripts/packaging/deb/changelog VERBATIM)
    add_custom_command(OUTPUT stellar-sync.1.gz COMMAND gzip -9 -n -c stellar-sync.1 > stellar-sync.1.gz
                       DEPENDS stellar-sync.1 VERBATIM)
    add_custom_target(stellar-sync-compressed ALL DEPENDS changelog.gz stellar-sync.1.gz)
    set(zsh_functions vendor-completions) # in Debian, site-functions belong to the administrator
else()
    set(zsh_functions site-functions)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "the stellar-sync authors <maintainers@stellar-sync.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "verifies a prediction market's database against Stellar")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"One run is one verification cycle: the odds of open markets, the outcomes of
resolved ones and the users' USDC balances, as PostgreSQL has them, against
what the Soroban contracts on the Stellar network hold. It says exactly what
differs and exits with a status code; it never writes to the database and
never submits a transaction.
.
A systemd timer that starts a cycle every five minutes is included, and not
enabled.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_SOURCE_DIR}/scripts/packaging/deb/conffiles
    ${CMAKE_CURRENT_SOURCE_DIR}/scripts/packaging/deb/postinst
    ${CMAKE_CURRENT_SOURCE_DIR}/scripts/packaging/deb/prerm
    ${CMAKE_CURRENT_SOURCE_DIR}/scripts/packaging/deb/postrm)
include(CPack)
