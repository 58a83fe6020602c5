// What a debugger knows of source files before their classes are loaded: where they are, on which
// lines one can stop, which methods there are. Reads files, runs nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace som {

class ParsedClass;

// A path without `.`, `..` and symbolic links, by which two names of a file are compared; the path
// itself where there is no such file.
std::string CanonicalPath(const std::string& path);

class SourceLines {
 public:
  explicit SourceLines(std::vector<std::string> class_path) : class_path_(std::move(class_path)) {}

  // The file that `name` means: a path, or the name of a class or of its file on the class path.
  std::optional<std::string> FindFile(const std::string& name) const;

  // The line to stop on for whoever asks for `line`: the first one from there on on which a
  // statement begins; nothing where the method around the line has none, or the file has none or
  // cannot be parsed.
  static std::optional<uint32_t> LineFor(const std::string& path, uint32_t line);
  // All such lines, ascending.
  static std::vector<uint32_t> LinesOf(const std::string& path);

  // The selectors of one side of the class in a file, in source order; nothing where the file
  // cannot be parsed.
  static std::optional<std::vector<std::string>> SelectorsOf(const std::string& path,
                                                             bool class_side);

 private:
  std::vector<std::string> class_path_;
};

}  // namespace som
