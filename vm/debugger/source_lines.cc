// See source_lines.h.
#include "vm/debugger/source_lines.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/compile.h"
#include "compiler/concat.h"
#include "compiler/diagnostics.h"

namespace som {

namespace {

namespace fs = std::filesystem;

std::unique_ptr<ParsedClass> Parse(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!(file && text << file.rdbuf())) return nullptr;
  Diagnostics diagnostics;
  return ParseClass(path, std::move(text).str(), &diagnostics);
}

bool IsFile(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

std::string CanonicalPath(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::canonical(path, error);
  return error ? path : canonical.string();
}

std::optional<std::string> SourceLines::FindFile(const std::string& name) const {
  constexpr std::string_view kExtension = ".som";
  if (IsFile(name)) return name;
  std::string file = name.ends_with(kExtension) ? name : Concat(name, kExtension);
  if (IsFile(file)) return file;
  for (const std::string& entry : class_path_) {
    std::string path = Concat(entry, "/", file);
    if (IsFile(path)) return path;
  }
  return std::nullopt;
}

std::optional<uint32_t> SourceLines::LineFor(const std::string& path, uint32_t line) {
  const std::unique_ptr<ParsedClass> parsed = Parse(path);
  if (parsed == nullptr) return std::nullopt;
  const std::vector<StatementLine> lines = StatementLines(*parsed);
  const auto next =
      std::lower_bound(lines.begin(), lines.end(), line,
                       [](const StatementLine& a, uint32_t wanted) { return a.line < wanted; });
  if (next == lines.end()) return std::nullopt;
  // Behind the last statement of a method, there is nothing of it to stop at.
  const bool is_behind = std::any_of(lines.begin(), lines.end(), [&](const StatementLine& other) {
    return other.method_begin <= line && line <= other.method_end &&
           other.method_end < next->method_begin;
  });
  return is_behind ? std::nullopt : std::optional<uint32_t>(next->line);
}

std::vector<uint32_t> SourceLines::LinesOf(const std::string& path) {
  std::vector<uint32_t> lines;
  const std::unique_ptr<ParsedClass> parsed = Parse(path);
  if (parsed == nullptr) return lines;
  for (const StatementLine& statement : StatementLines(*parsed)) {
    if (lines.empty() || lines.back() != statement.line) lines.push_back(statement.line);
  }
  return lines;
}

std::optional<std::vector<std::string>> SourceLines::SelectorsOf(const std::string& path,
                                                                 bool class_side) {
  const std::unique_ptr<ParsedClass> parsed = Parse(path);
  if (parsed == nullptr) return std::nullopt;
  std::vector<std::string> selectors;
  const size_t count = parsed->method_count(class_side);
  selectors.reserve(count);
  for (size_t i = 0; i < count; ++i) selectors.emplace_back(parsed->method(class_side, i).selector);
  return selectors;
}

}  // namespace som
