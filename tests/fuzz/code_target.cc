// Everything from text to linked methods: what compiles is verified under several ways of
// compiling, can be listed, and can be linked.
#include <memory>
#include <sstream>

#include "compiler/compile.h"
#include "compiler/concat.h"
#include "compiler/disassembler.h"
#include "compiler/verifier.h"
#include "tests/fuzz/machine.h"
#include "tests/fuzz/targets.h"
#include "vm/loading/class_loader.h"
#include "vm/support/check.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som::fuzz {

namespace {

void CheckMethods(const std::vector<MethodDescription>& methods, size_t field_count) {
  for (const MethodDescription& method : methods) {
    const std::string violation = VerifyMethod(method, static_cast<uint32_t>(field_count));
    if (violation.empty()) continue;
    WriteError(Concat(violation, "\n"));
    Check(false, "code that the verifier rejects");
  }
}

bool Compiles(const ParsedClass& parsed, const CompileOptions& options) {
  const InheritedFields inherited = {{"inherited"}, {}};
  Diagnostics diagnostics;
  const std::unique_ptr<ClassDescription> description =
      CompileClass(parsed, inherited, options, &diagnostics);
  Check((description == nullptr) == !diagnostics.empty(), "a class and errors, or neither");
  if (description == nullptr) return false;
  CheckMethods(description->instance_methods, 1 + parsed.instance_fields().size());
  CheckMethods(description->class_methods, parsed.class_fields().size());
  Disassemble(*description);
  return true;
}

}  // namespace

void FuzzCode(std::string_view input) {
  Diagnostics diagnostics;
  const std::unique_ptr<ParsedClass> parsed =
      ParseClass("input", std::string(input), &diagnostics, false);
  if (parsed == nullptr) return;
  CompileOptions options;
  const bool compiles = Compiles(*parsed, options);
  options.inline_loops = false;
  Check(Compiles(*parsed, options) == compiles, "inlining decides whether a class compiles");
  options.inline_control = false;
  options.literal_words_are_globals = true;
  Check(Compiles(*parsed, options) == compiles, "inlining decides whether a class compiles");
  if (!compiles) return;
  // Its superclass, if it names one, comes from the library.
  WithMachine(InterpretedOptions(), [&](VM& vm) {
    if (vm.loader().LoadSystemClasses()) vm.loader().DefineText(std::string(input), "input");
    vm.unwind = {};
    return 0;
  });
}

}  // namespace som::fuzz
