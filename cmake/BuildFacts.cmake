# Says in a C++ file what is built, for `som --version`. Run as a script at every build:
#   cmake -DSOURCE=DIRECTORY -DHOW="Clang 19.1.7, Release" -DOUTPUT=build_facts.cc -P cmake/BuildFacts.cmake
# It defines BuildFacts of vm/cli/build_facts.h, and writes the file only if that has changed, so that nothing else is built again.

cmake_minimum_required(VERSION 3.25)

set(commit "")
# Sources that are no checkout of their own may lie in another one.
if(EXISTS "${SOURCE}/.git")
  execute_process(COMMAND git -C "${SOURCE}" describe --always --abbrev=12 --dirty=-changed --exclude=*
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
set(facts "${HOW}")
if(commit)
  set(facts "commit ${commit}, ${HOW}")
endif()

set(text "// Made by cmake/BuildFacts.cmake.
#include \"vm/cli/build_facts.h\"

namespace som {

std::string_view BuildFacts() { return \"${facts}\"; }

}  // namespace som
")
set(known "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" known)
endif()
if(NOT known STREQUAL text)
  file(WRITE "${OUTPUT}" "${text}")
endif()
