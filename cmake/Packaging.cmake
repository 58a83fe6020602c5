# What is installed and where, `uninstall`, and the packages of cpack: a .deb and a tarball that runs from any directory.
# docs/packaging.md describes them.

include(GNUInstallDirs)

# The executable looks for ../share/som/core-lib: the two destinations belong together. Libraries beside it come first.
# Built with that path as well: room left for it would be empty paths, which stand for the current directory.
set_target_properties(som PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/som" BUILD_WITH_INSTALL_RPATH ON)
install(TARGETS som RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT som)
install(DIRECTORY core-lib/ DESTINATION "${CMAKE_INSTALL_DATADIR}/som/core-lib" COMPONENT som
  FILES_MATCHING PATTERN "*.som")
install(FILES docs/som.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT som)
install(FILES scripts/completions/som.bash DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME som
  COMPONENT som)
install(FILES scripts/completions/_som DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" COMPONENT zsh)
# Where Debian's zsh looks for what packages bring.
install(FILES scripts/completions/_som DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions"
  COMPONENT zsh_debian EXCLUDE_FROM_ALL)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright COMPONENT som)

# What other distributions may lack, for the tarball: `cmake --install` leaves it out.
get_target_property(mimalloc_type mimalloc TYPE)
if(mimalloc_type STREQUAL "SHARED_LIBRARY")
  install(IMPORTED_RUNTIME_ARTIFACTS mimalloc LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/som"
    COMPONENT bundled EXCLUDE_FROM_ALL)
endif()

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
    -P ${PROJECT_SOURCE_DIR}/cmake/Uninstall.cmake
  COMMENT "Removing what was installed last")

set(CPACK_PACKAGE_NAME som)
set(CPACK_PACKAGE_VENDOR som)
# Who makes a package sets this. The default is nobody's address and never will be (RFC 2606).
set(SOM_PACKAGE_MAINTAINER "som developers <noreply@som.invalid>" CACHE STRING
  "maintainer of the packages, as Debian writes it: NAME <ADDRESS>")
if(NOT SOM_PACKAGE_MAINTAINER MATCHES "^[^<>]+ <[^<>@ ]+@[^<>@ ]+>$")
  message(FATAL_ERROR "SOM_PACKAGE_MAINTAINER is '${SOM_PACKAGE_MAINTAINER}', not of the form NAME <ADDRESS>")
endif()
set(CPACK_PACKAGE_CONTACT "${SOM_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "virtual machine for SOM, the Simple Object Machine")
set(CPACK_PACKAGE_DESCRIPTION
  "Runs programs in SOM, a minimal Smalltalk for teaching and research, with a shell, a compiler to machine code and a profiler.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR "TGZ;DEB")
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/cmake/PackageKinds.cmake")
string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" system)
set(CPACK_PACKAGE_FILE_NAME "som-${PROJECT_VERSION}-${system}")
set(CPACK_DEBIAN_PACKAGE_NAME som)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION interpreters)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
