# Third-party libraries, all from the distribution's packages (scripts/bootstrap installs them).
# Abseil and GMP are linked statically where the archives exist: loading two dozen shared objects would
# cost a short program more than running it.

find_package(absl REQUIRED)
find_package(mimalloc REQUIRED)
find_package(Threads REQUIRED)
find_package(asmjit REQUIRED)
find_package(nlohmann_json REQUIRED)

find_path(SOM_CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
if(NOT TARGET CLI11::CLI11)
  add_library(CLI11::CLI11 INTERFACE IMPORTED)
  target_include_directories(CLI11::CLI11 SYSTEM INTERFACE "${SOM_CLI11_INCLUDE_DIR}")
endif()

find_path(SOM_GMP_INCLUDE_DIR gmp.h REQUIRED)
find_library(SOM_GMP_LIBRARY NAMES libgmp.a gmp REQUIRED)
add_library(GMP::GMP UNKNOWN IMPORTED)
set_target_properties(GMP::GMP PROPERTIES
  IMPORTED_LOCATION "${SOM_GMP_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${SOM_GMP_INCLUDE_DIR}")
mark_as_advanced(SOM_CLI11_INCLUDE_DIR SOM_GMP_INCLUDE_DIR SOM_GMP_LIBRARY)

# The shell's line editor. Statically, too: programs that never see a shell should not load it.
find_path(SOM_LIBEDIT_INCLUDE_DIR histedit.h REQUIRED)
find_library(SOM_LIBEDIT_LIBRARY NAMES libedit.a edit REQUIRED)
add_library(Libedit::Libedit UNKNOWN IMPORTED)
set_target_properties(Libedit::Libedit PROPERTIES
  IMPORTED_LOCATION "${SOM_LIBEDIT_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${SOM_LIBEDIT_INCLUDE_DIR}")
if(SOM_LIBEDIT_LIBRARY MATCHES "\\.a$")
  # What the archive needs: BSD's functions for text, what those need, terminal descriptions.
  foreach(name bsd md tinfo)
    find_library(SOM_LIBEDIT_NEEDS_${name} NAMES lib${name}.a ${name} REQUIRED)
    mark_as_advanced(SOM_LIBEDIT_NEEDS_${name})
    set_property(TARGET Libedit::Libedit APPEND PROPERTY INTERFACE_LINK_LIBRARIES
      "${SOM_LIBEDIT_NEEDS_${name}}")
  endforeach()
endif()
mark_as_advanced(SOM_LIBEDIT_INCLUDE_DIR SOM_LIBEDIT_LIBRARY)

# Debian's package describes the shared Abseil libraries but ships the archives beside them.
function(som_prefer_static_abseil)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  list(FILTER targets INCLUDE REGEX "^absl::")
  foreach(target IN LISTS targets)
    get_target_property(configuration ${target} IMPORTED_CONFIGURATIONS)
    if(NOT configuration)
      continue()
    endif()
    list(GET configuration 0 configuration)
    get_target_property(location ${target} IMPORTED_LOCATION_${configuration})
    string(REGEX REPLACE "\\.so[.0-9]*$" ".a" archive "${location}")
    if(location MATCHES "\\.so" AND EXISTS "${archive}")
      set_target_properties(${target} PROPERTIES IMPORTED_LOCATION_${configuration} "${archive}")
    endif()
  endforeach()
endfunction()
som_prefer_static_abseil()

# What all layers may use. Heap and big-integer libraries are linked by vm/ alone.
add_library(som_abseil INTERFACE)
target_link_libraries(som_abseil INTERFACE
  absl::flat_hash_map absl::flat_hash_set absl::inlined_vector absl::span absl::strings
  absl::str_format absl::int128)
