// See class_path.h.
#include "vm/loading/class_path.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

namespace som {

namespace {

constexpr std::string_view kExtension = ".som";
constexpr std::string_view kRootFile = "/Object.som";

// ../share/som/core-lib beside an installed executable, else the library of the source tree it was
// built from.
std::optional<std::string> FindCoreLibrary(const std::string& source_library) {
  std::error_code error;
  std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    std::filesystem::path installed =
        executable.parent_path().parent_path() / "share" / "som" / "core-lib";
    if (std::filesystem::is_directory(installed, error)) return installed.string();
  }
  if (std::filesystem::is_directory(source_library, error)) return source_library;
  return std::nullopt;
}

// Whether there is a file of that type. Every start asks, so without std::filesystem's paths.
bool IsA(mode_t type, const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IFMT) == type;
}

bool EndsWithExtension(const std::string& program) {
  return program.size() > kExtension.size() &&
         std::string_view(program).substr(program.size() - kExtension.size()) == kExtension;
}

}  // namespace

std::string ProgramClassName(const std::string& program) {
  size_t slash = program.rfind('/');
  std::string name = slash == std::string::npos ? program : program.substr(slash + 1);
  if (EndsWithExtension(name)) name.resize(name.size() - kExtension.size());
  return name;
}

std::string ProgramDirectory(const std::string& program) {
  size_t slash = program.rfind('/');
  if (slash != std::string::npos) return slash == 0 ? "/" : program.substr(0, slash);
  std::error_code error;
  std::string file = EndsWithExtension(program) ? program : program + std::string(kExtension);
  return std::filesystem::is_regular_file(file, error) ? "." : "";
}

std::vector<std::string> MakeClassPath(const std::string& program_directory,
                                       const std::optional<std::string>& class_path,
                                       const std::string& source_library, bool sandbox) {
  std::vector<std::string> result;
  auto add = [&result](std::string entry) {
    if (!entry.empty() && std::find(result.begin(), result.end(), entry) == result.end())
      result.push_back(std::move(entry));
  };
  add(program_directory);
  if (class_path.has_value()) {
    size_t begin = 0;
    while (begin <= class_path->size()) {
      size_t end = std::min(class_path->find(':', begin), class_path->size());
      add(class_path->substr(begin, end - begin));
      begin = end + 1;
    }
  } else if (std::optional<std::string> library = FindCoreLibrary(source_library)) {
    add(*library);
  }
  if (!sandbox) add(".");
  add(OptionalClasses(result));
  return result;
}

std::string OptionalClasses(const std::vector<std::string>& class_path) {
  const auto library = std::find_if(
      class_path.begin(), class_path.end(),
      [](const std::string& entry) { return IsA(S_IFREG, entry + std::string(kRootFile)); });
  if (library == class_path.end()) return "";
  std::string optional = *library + std::string(kOptionalClasses);
  return IsA(S_IFDIR, optional) ? optional : "";
}

bool IsOnClassPath(const std::string& path, const std::vector<std::string>& class_path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path directory = fs::canonical(path, error).parent_path();
  if (error) return false;
  return std::any_of(class_path.begin(), class_path.end(), [&](const std::string& entry) {
    return fs::canonical(entry, error) == directory && !error;
  });
}

std::vector<std::string> ClassesOnPath(const std::vector<std::string>& class_path) {
  std::set<std::string> names;
  for (const std::string& entry : class_path) {
    std::error_code error;
    for (std::filesystem::directory_iterator it(entry, error), end; !error && it != end;
         it.increment(error)) {
      const std::string file = it->path().filename().string();
      if (EndsWithExtension(file)) names.insert(ProgramClassName(file));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace som
