# Compiler and linker flags of the project's own code. The interface target som_options carries them
# and every target of ours links it; som_dispatch_options() adds what only the dispatch loops need,
# som_quick_link() takes the slow part out of linking a test.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(SOM_CCACHE NAMES ccache)
mark_as_advanced(SOM_CCACHE)
if(SOM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SOM_CCACHE}")
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(SOM_CLANG TRUE)
else()
  set(SOM_CLANG FALSE)
endif()

add_library(som_options INTERFACE)
target_include_directories(som_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(som_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Werror
  # Heap objects derive from their header; the layouts are pinned by asserting offsets of such types,
  # which every supported compiler defines.
  -Wno-invalid-offsetof)
# Debug builds also check what the standard library is asked for: indexes, empty containers, null pointers.
target_compile_definitions(som_options INTERFACE
  "$<$<CONFIG:Debug>:SOM_DEBUG;_GLIBCXX_ASSERTIONS>")

# A fixed load address makes the handler tables plain constants, and calls and jumps through them
# need no GOT. Nor is every symbol bound at the start (-z now): that is 4 % more instructions for
# a short program.
if(NOT APPLE)
  target_compile_options(som_options INTERFACE -fno-pie)
  target_link_options(som_options INTERFACE -no-pie)
endif()

# --- hardening ---------------------------------------------------------------------------------------

# What costs nothing that can be measured; docs/reliability.md has what each of the usual flags costs.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT SOM_SANITIZE AND NOT APPLE)
  target_compile_options(som_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-clash-protection -Wformat -Wformat-security)
endif()

# --- optimisation ---------------------------------------------------------------------------------

# clang 19 merges computed-goto dispatch into one shared indirect jump once a function has more than
# a handful of handlers, unless tail duplication may look at blocks with that many predecessors.
# With LTO the code is generated at link time, so the linker needs the option as well.
set(SOM_TAIL_DUP -mllvm -tail-dup-pred-size=1000)
set(SOM_TAIL_DUP_LTO -Wl,-mllvm,-tail-dup-pred-size=1000)

set(SOM_LTO_ACTIVE FALSE)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT SOM_SANITIZE AND NOT SOM_LTO STREQUAL "off")
  set(SOM_LTO_ACTIVE TRUE)
endif()

if(SOM_CLANG AND NOT APPLE)
  # Each clang brings its own lld; an older system linker could not read its LTO objects.
  string(REGEX MATCH "^[0-9]+" clang_major "${CMAKE_CXX_COMPILER_VERSION}")
  find_program(SOM_LLD NAMES ld.lld-${clang_major} ld.lld)
  mark_as_advanced(SOM_LLD)
  if(SOM_LLD)
    target_link_options(som_options INTERFACE "--ld-path=${SOM_LLD}")
  elseif(SOM_LTO_ACTIVE)
    message(WARNING "lld not found: link-time optimisation is off (scripts/bootstrap installs it)")
    set(SOM_LTO_ACTIVE FALSE)
  endif()
endif()

if(SOM_LTO_ACTIVE)
  if(SOM_CLANG)
    target_compile_options(som_options INTERFACE -flto=${SOM_LTO})
    target_link_options(som_options INTERFACE -flto=${SOM_LTO} -O3 ${SOM_TAIL_DUP_LTO})
  else()
    target_compile_options(som_options INTERFACE -flto=auto -fno-fat-lto-objects)
    target_link_options(som_options INTERFACE -flto=auto -O3)
  endif()
endif()

# Unit tests need no whole-program optimisation, only a link that does not take as long as the VM's.
function(som_quick_link target)
  if(SOM_LTO_ACTIVE AND SOM_CLANG)
    target_link_options(${target} PRIVATE -Wl,--lto-O0)
  elseif(SOM_LTO_ACTIVE)
    target_link_options(${target} PRIVATE -O1)
  endif()
endfunction()

if(SOM_SANITIZE)
  target_compile_definitions(som_options INTERFACE SOM_SANITIZE)
  target_compile_options(som_options INTERFACE
    -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(SOM_CLANG)
    # Compiled methods carry no type hash in front of their first instruction, where this check looks.
    target_compile_options(som_options INTERFACE -fno-sanitize=function)
    # The fake stack that finds uses after return needs dynamic allocas, which functions with the
    # handlers' calling convention cannot have.
    target_compile_options(som_options INTERFACE -fsanitize-address-use-after-return=never)
  endif()
  target_link_options(som_options INTERFACE -fsanitize=address,undefined)
endif()

if(SOM_FUZZ)
  target_compile_options(som_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(SOM_COVERAGE)
  # Optimised little: the counts belong to lines.
  target_compile_options(som_options INTERFACE -O1 -fprofile-instr-generate -fcoverage-mapping
    # Counts are kept in the file itself: scripts/coverage.
    -mllvm -runtime-counter-relocation)
  target_link_options(som_options INTERFACE -fprofile-instr-generate)
endif()

# Flags for the files that hold a dispatch loop or its handlers.
function(som_dispatch_options)
  foreach(file IN LISTS ARGN)
    set(flags "")
    if(SOM_CLANG)
      list(APPEND flags ${SOM_TAIL_DUP})
    else()
      # Both passes would merge what the handlers deliberately replicate.
      list(APPEND flags -fno-gcse -fno-crossjumping)
    endif()
    if(CMAKE_BUILD_TYPE STREQUAL "Debug")
      # Unoptimised, one activation of the loop takes several times the C++ stack.
      list(APPEND flags -O1)
    endif()
    set_property(SOURCE "${file}" APPEND PROPERTY COMPILE_OPTIONS ${flags})
    set_property(SOURCE "${file}" PROPERTY SKIP_PRECOMPILE_HEADERS ON)
  endforeach()
endfunction()
