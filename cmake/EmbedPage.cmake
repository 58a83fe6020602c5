# Puts the page of --jit-page together, and makes a C++ file of it. Run as a script:
#   cmake -DPAGE=vm/jit/page -DOUTPUT=page_template.cc -P cmake/EmbedPage.cmake
# page.html has `@STYLE@` where page.css goes, and `@SCRIPT@` where the scripts go one behind the other, in the order
# of their names. What else it has stays.

cmake_minimum_required(VERSION 3.25)

file(READ "${PAGE}/page.html" page)
file(READ "${PAGE}/page.css" style)
file(GLOB scripts "${PAGE}/*.js")
list(SORT scripts)
set(script "")
foreach(file IN LISTS scripts)
  file(READ "${file}" text)
  string(APPEND script "${text}\n")
endforeach()
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")

file(WRITE "${OUTPUT}" "// Made by cmake/EmbedPage.cmake.
#include \"vm/jit/page_template.h\"

namespace som::jit {

const std::string_view kPageTemplate = R\"page(${page})page\";

}  // namespace som::jit
")
