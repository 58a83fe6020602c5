// Primitives of System for output, input and stack traces.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "primitives/primitive.h"
#include "vm/observation/hints.h"
#include "vm/observation/stack_trace.h"
#include "vm/support/output.h"

namespace som::primitives {

namespace {

template <typename Write>
Value Print(VM& vm, Value* arguments, Write write) {
  if (!IsString(arguments[1])) return FailType(vm, "String_", arguments[1]);
  write(As<String>(arguments[1])->View());
  return arguments[0];
}

// The content of a file; nothing if it cannot be read or is larger than a String may be.
std::optional<std::string> ReadFile(VM& vm, const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::nullopt;
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (file == nullptr) return std::nullopt;
  std::string content;
  char chunk[size_t{64} << 10];
  while (const size_t count = std::fread(chunk, 1, sizeof chunk, file.get())) {
    content.append(chunk, count);
    if (!CanMakeString(vm.heap(), content.size())) return std::nullopt;
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return content;
}

}  // namespace

Value SystemPrintString(VM& vm, Value* arguments) { return Print(vm, arguments, WriteOut); }

Value SystemPrintNewline(VM&, Value* arguments) {
  WriteOut("\n");
  return arguments[0];
}

Value SystemErrorPrint(VM& vm, Value* arguments) { return Print(vm, arguments, WriteError); }

Value SystemErrorPrintln(VM& vm, Value* arguments) {
  return Print(vm, arguments, [](std::string_view text) { WriteError(std::string(text) + "\n"); });
}

Value SystemPrintStackTrace(VM& vm, Value* arguments) {
  WriteOut(StackTraceText(vm, TraceOf::kPlace));
  return arguments[0];
}

// Without the activation of error: that asked for it.
Value SystemErrorPrintStackTrace(VM& vm, Value* arguments) {
  const bool is_in_error = IsInError(vm);
  WriteError(StackTraceText(vm, is_in_error ? TraceOf::kErrorMethod : TraceOf::kPlace));
  if (is_in_error) WriteError(ErrorHints(vm));
  return arguments[0];
}

Value SystemReadLine(VM& vm, Value*) {
  const std::optional<std::string> line =
      ReadLine([&vm](size_t bytes) { return CanMakeString(vm.heap(), bytes); });
  if (!line.has_value()) return Nil();
  if (!CanMakeString(vm.heap(), line->size())) return FailOutOfMemory(vm);
  return MakeString(vm.heap(), *line);
}

// The whole file, path relative to the current directory; nil if it cannot be read.
Value SystemLoadFile(VM& vm, Value* arguments) {
  if (!IsString(arguments[1])) return FailType(vm, "String_", arguments[1]);
  const std::string path(As<String>(arguments[1])->View());
  if (path.find('\0') != std::string::npos) return Nil();
  const std::optional<std::string> content = ReadFile(vm, path);
  return content ? MakeString(vm.heap(), *content) : Nil();
}

}  // namespace som::primitives
