// See program_file.h.
#include "vm/loading/program_file.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/concat.h"
#include "vm/loading/class_path.h"

namespace som {

namespace {

namespace fs = std::filesystem;

constexpr size_t kNamesShown = 3;

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

// Insertions, deletions and replacements that lead from one name to the other, whatever the case of
// the letters (Levenshtein).
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t k = 0; k < b.size(); ++k) {
      const bool same = std::tolower(static_cast<unsigned char>(a[i])) ==
                        std::tolower(static_cast<unsigned char>(b[k]));
      const size_t replaced = diagonal + (same ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({replaced, row[k] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

// Classes on the class path whose names are like `name`, the likest first.
std::vector<std::string> NamesLike(const std::string& name,
                                   const std::vector<std::string>& class_path) {
  std::set<std::pair<size_t, std::string>> found;
  for (const std::string& entry : class_path) {
    std::error_code error;
    for (fs::directory_iterator it(entry, error), end; !error && it != end; it.increment(error)) {
      if (it->path().extension() != ".som") continue;
      const std::string other = it->path().stem().string();
      const size_t distance = Distance(name, other);
      if (distance <= std::max<size_t>(1, name.size() / 3)) found.emplace(distance, other);
    }
  }
  std::vector<std::string> names;
  for (const auto& [distance, other] : found) {
    if (names.size() < kNamesShown) names.push_back(other);
  }
  return names;
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
  const std::vector<std::string> like = NamesLike(name, class_path);
  for (const std::string& other : like)
    text.append(Concat(other == like.front() ? "\nDid you mean " : ", ", other));
  if (!like.empty()) text += "?";
  return text;
}

}  // namespace som
