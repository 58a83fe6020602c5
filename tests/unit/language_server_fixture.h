// Shared by the tests of the language server: a workspace of texts, without files, and cursors in
// them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "vm/language_server/navigation.h"
#include "vm/language_server/workspace.h"

namespace som::lsp {

// Classes are texts in the folder /w unless their names have a path. `$` in the text of At() is the
// cursor.
class LanguageServerTest : public ::testing::Test {
 protected:
  const File& Add(std::string_view path, std::string text) {
    const std::string uri = UriOf(path);
    workspace_.Open(uri, std::move(text));
    return *workspace_.Find(uri);
  }

  // A library that is enough for most tests.
  void AddLibrary() {
    Add("Object",
        "Object = nil ( class = primitive println = primitive = other = primitive "
        "at: index put: value = ( ^ nil ) )");
    Add("Class", "Class = ( | meta | name = primitive new = primitive )");
    Add("Integer", "Integer = ( + other = primitive abs = primitive )");
    Add("String", "String = ( length = primitive )");
    Add("Symbol", "Symbol = String ( )");
    Add("Array", "Array = ( at: index = primitive ---- new: size = primitive )");
    Add("Block1", "Block1 = ( value = primitive )");
  }

  static std::string UriOf(std::string_view path) {
    return (path.starts_with('/') ? "file://" : "file:///w/") + std::string(path) + ".som";
  }

  // Adds a text with a cursor in it.
  struct Cursor {
    const File* file;
    uint32_t offset;
  };
  Cursor At(std::string_view path, std::string text) {
    const size_t cursor = text.find('$');
    EXPECT_NE(cursor, std::string::npos) << text;
    text.erase(cursor, 1);
    return {&Add(path, text), static_cast<uint32_t>(cursor)};
  }

  // "Class 12-15 text" of each.
  static std::vector<std::string> Show(const std::vector<Location>& locations) {
    std::vector<std::string> shown;
    for (const Location& location : locations) {
      shown.push_back(ClassNameOf(*location.file) + " " + std::to_string(location.span.begin) +
                      " " + std::string(location.file->index->TextOfSpan(location.span)));
    }
    return shown;
  }

  Workspace workspace_;
};

}  // namespace som::lsp
