// Feeds files to fuzz targets, in any build:   som_fuzz_replay DIRECTORY...
// A directory holds one for each target, named like it, with the files. Names each file before it
// is fed, so that the last one named is the one that ends the process. What programs print goes
// nowhere.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/targets.h"

int main(int argc, char** argv) {
  std::FILE* report = fdopen(dup(STDOUT_FILENO), "w");
  if (report == nullptr || std::freopen("/dev/null", "w", stdout) == nullptr) return 1;
  size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& target : som::fuzz::kTargets) {
      const std::filesystem::path directory = std::filesystem::path(argv[i]) / target.name;
      if (!std::filesystem::is_directory(directory)) continue;
      std::vector<std::filesystem::path> files;
      for (const auto& entry : std::filesystem::directory_iterator(directory))
        files.push_back(entry.path());
      std::sort(files.begin(), files.end());
      for (const auto& file : files) {
        std::fprintf(report, "%s\n", file.c_str());
        std::fflush(report);
        std::ifstream in(file, std::ios::binary);
        target.run(std::string(std::istreambuf_iterator<char>(in), {}));
        ++count;
      }
    }
  }
  std::fprintf(report, "%zu files replayed\n", count);
  std::fclose(report);
  return count > 0 ? 0 : 1;
}
