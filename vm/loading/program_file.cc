// See program_file.h.
#include "vm/loading/program_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "compiler/concat.h"
#include "compiler/similar_names.h"
#include "vm/loading/class_path.h"

namespace som {

namespace {

namespace fs = std::filesystem;

// Why the file, which exists, cannot be read; nothing if it can.
std::optional<std::string> ProblemWithFile(const std::string& path) {
  std::error_code error;
  const char* reason = nullptr;
  if (fs::is_directory(path, error)) {
    reason = "is a directory";
  } else if (access(path.c_str(), R_OK) != 0) {
    reason = std::strerror(errno);
  }
  if (reason == nullptr) return std::nullopt;
  return Concat("cannot read '", path, "': ", reason);
}

}  // namespace

std::optional<std::string> ProblemWithProgram(const std::string& program,
                                              const std::vector<std::string>& class_path) {
  const std::string name = ProgramClassName(program);
  std::error_code error;
  // What cannot be read is passed by, as the class loader does.
  std::optional<std::string> first;
  for (const std::string& entry : class_path) {
    const std::string path = Concat(entry, "/", name, ".som");
    if (!fs::exists(path, error)) continue;
    const std::optional<std::string> problem = ProblemWithFile(path);
    if (!problem.has_value()) return std::nullopt;
    if (!first.has_value()) first = problem;
  }
  if (first.has_value()) return first;
  // Not in a place where classes are found: a directory, or a file without the extension.
  if (fs::exists(program, error)) {
    if (fs::is_directory(program, error)) return ProblemWithFile(program);
    return Concat("cannot run '", program, "': the name of a class's file ends in .som");
  }
  const bool is_file = program != name;
  std::string text = is_file ? Concat("cannot read '", program, "': ", std::strerror(ENOENT))
                             : Concat("there is no class '", name, "'");
  text.append(Concat("; searched for ", name, ".som in"));
  for (const std::string& entry : class_path) text.append(Concat("\n  ", entry));
  const std::vector<std::string> like = NamesLike(name, ClassesOnPath(class_path));
  for (const std::string& other : like)
    text.append(Concat(other == like.front() ? "\nDid you mean " : ", ", other));
  if (!like.empty()) text += "?";
  return text;
}

}  // namespace som
