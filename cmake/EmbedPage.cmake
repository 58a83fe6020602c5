# Makes a C++ file of a page that the VM writes. Run as a script:
#   cmake -DPAGE=vm/jit/page -DHEADER=vm/jit/page_template.h -DNAMESPACE=som::jit -DPREFIX=Page -DOUTPUT=page_template.cc
#     -P cmake/EmbedPage.cmake
# It defines the functions PREFIXBeforeData and PREFIXBehindData of HEADER. In page.html, page.css takes the place of
# `@STYLE@`, the scripts one behind the other in the order of their names that of `@SCRIPT@`. `@DATA@` is where the VM
# puts the data. SHARED is a script of another page that comes first, or empty. Each file becomes a literal of its own: compilers need not accept ones of more than 64 KB.

cmake_minimum_required(VERSION 3.25)

# Cuts `text` at `mark`, which occurs in it once.
function(cut text mark before behind)
  string(FIND "${text}" "${mark}" place)
  string(LENGTH "${mark}" length)
  math(EXPR next "${place} + ${length}")
  string(SUBSTRING "${text}" 0 ${place} head)
  string(SUBSTRING "${text}" ${next} -1 tail)
  set(${before} "${head}" PARENT_SCOPE)
  set(${behind} "${tail}" PARENT_SCOPE)
endfunction()

file(READ "${PAGE}/page.html" page)
file(READ "${PAGE}/page.css" style)
cut("${page}" "@STYLE@" head rest)
cut("${rest}" "@DATA@" middle rest)
cut("${rest}" "@SCRIPT@" behind end)

set(before_data "")
foreach(text head style middle)
  string(APPEND before_data "    R\"page(${${text}})page\",\n")
endforeach()
set(behind_data "    R\"page(${behind})page\",\n")
file(GLOB scripts "${PAGE}/*.js")
list(SORT scripts)
if(SHARED)
  list(PREPEND scripts "${SHARED}")
endif()
foreach(file IN LISTS scripts)
  file(READ "${file}" text)
  string(APPEND behind_data "    R\"page(${text})page\",\n")
endforeach()
string(APPEND behind_data "    R\"page(${end})page\",\n")

file(WRITE "${OUTPUT}" "// Made by cmake/EmbedPage.cmake.
#include \"${HEADER}\"

namespace ${NAMESPACE} {

namespace {

constexpr std::string_view kBeforeData[] = {
${before_data}};

constexpr std::string_view kBehindData[] = {
${behind_data}};

}  // namespace

absl::Span<const std::string_view> ${PREFIX}BeforeData() { return kBeforeData; }
absl::Span<const std::string_view> ${PREFIX}BehindData() { return kBehindData; }

}  // namespace ${NAMESPACE}
")
