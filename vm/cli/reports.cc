// See reports.h.
#include "vm/cli/reports.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "compiler/concat.h"
#include "vm/loading/universe.h"
#include "vm/support/output.h"

namespace som {

bool WriteFile(const std::string& file, const std::string& text) {
  errno = 0;
  std::ofstream out(file);
  out << text << std::flush;
  if (!out) WriteError(Concat("som: cannot write '", file, "': ", std::strerror(errno), "\n"));
  return !out.fail();
}

bool WriteReport(const std::string& file, const std::string& report) {
  if (!file.empty()) return WriteFile(file, report + "\n");
  WriteError(report + "\n");
  return true;
}

int FinishOutput(int status) {
  if (FlushOut()) return status;
  WriteError(Concat("som: cannot write standard output: ", std::strerror(OutError()), "\n"));
  return status == kExitSuccess ? kExitFailure : status;
}

}  // namespace som
