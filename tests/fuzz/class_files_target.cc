// Class files found along the class path, system classes among them.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/fuzz/machine.h"
#include "tests/fuzz/targets.h"
#include "vm/loading/universe.h"
#include "vm/vm.h"

namespace som::fuzz {

namespace {

constexpr std::string_view kMark = "=== ";

const std::filesystem::path& Directory() {
  struct Temporary {
    Temporary() {
      std::string pattern = (std::filesystem::temp_directory_path() / "som-fuzz-XXXXXX").string();
      if (mkdtemp(pattern.data()) == nullptr) std::abort();
      path = pattern;
    }
    ~Temporary() {
      std::error_code error;
      std::filesystem::remove_all(path, error);
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    std::filesystem::path path;
  };
  static const Temporary directory;
  return directory.path;
}

void WriteFiles(std::string_view input) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(Directory()))
    std::filesystem::remove(entry.path(), error);
  size_t begin = input.find(kMark);
  while (begin != std::string_view::npos) {
    const size_t end_of_line = std::min(input.find('\n', begin), input.size());
    const size_t next = input.find(kMark, end_of_line);
    std::string name;
    for (const char c : input.substr(begin + kMark.size(), end_of_line - begin - kMark.size())) {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
    }
    if (!name.empty() && name.size() < 100) {
      std::ofstream out(Directory() / (name + ".som"), std::ios::binary);
      out << input.substr(end_of_line, std::min(next, input.size()) - end_of_line);
    }
    begin = next;
  }
}

}  // namespace

void FuzzClassFiles(std::string_view input) {
  WriteFiles(input);
  Options options = InterpretedOptions();
  options.strict = input.size() % 2 == 1;
  options.class_path.insert(options.class_path.begin(), Directory().string());
  WithMachine(options, [](VM& vm) { return RunProgram(vm, "Main", {"argument"}); });
}

}  // namespace som::fuzz
