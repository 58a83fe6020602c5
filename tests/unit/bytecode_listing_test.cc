// Compiles each program in tests/bytecode and compares its listing with the expected one beside it.
// After a deliberate change of the code or the listing: SOM_UPDATE_LISTINGS=1 writes the expected
// files anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDirectory = "tests/bytecode";

std::string ReadFile(const fs::path& path) {
  const std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string ListingOf(const fs::path& path) {
  Diagnostics diagnostics;
  const auto parsed = ParseClass(path.string(), ReadFile(path), &diagnostics);
  const auto description =
      parsed == nullptr ? nullptr : CompileClass(*parsed, {}, {}, &diagnostics);
  return description == nullptr ? PrintDiagnostics(diagnostics) : Disassemble(*description);
}

TEST(BytecodeListing, EveryProgram) {
  ASSERT_TRUE(fs::is_directory(kDirectory)) << "run from the root of the source tree";
  int count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(kDirectory)) {
    if (entry.path().extension() != ".som") continue;
    ++count;
    fs::path expected = entry.path();
    expected.replace_extension(".expected");
    const std::string listing = ListingOf(entry.path());
    if (std::getenv("SOM_UPDATE_LISTINGS") != nullptr) {
      std::ofstream(expected, std::ios::binary) << listing;
    }
    EXPECT_EQ(listing, ReadFile(expected)) << entry.path();
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace som
