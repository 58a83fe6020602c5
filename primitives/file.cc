// Primitives of File, which programs write files with. Reading is System>>loadFile: in
// system_streams.cc.
#include <cstdio>
#include <string>
#include <string_view>

#include "primitives/primitive.h"

namespace som::primitives {

namespace {

// Writes the first argument, in the mode of fopen, to the file that the second one names;
// whether all of it was written.
Value Write(VM& vm, Value* arguments, const char* mode) {
  for (const int i : {1, 2}) {
    if (!IsString(arguments[i])) return FailType(vm, "String_", arguments[i]);
  }
  const std::string_view text = As<String>(arguments[1])->View();
  const std::string path(As<String>(arguments[2])->View());
  if (path.find('\0') != std::string::npos) return False();
  FILE* file = std::fopen(path.c_str(), mode);
  if (file == nullptr) return False();
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  // What is buffered may fail to be written as late as here.
  return Bool(std::fclose(file) == 0 && is_written);
}

}  // namespace

Value FileWriteTo(VM& vm, Value* arguments) { return Write(vm, arguments, "wb"); }

Value FileAppendTo(VM& vm, Value* arguments) { return Write(vm, arguments, "ab"); }

}  // namespace som::primitives
