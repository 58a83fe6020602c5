// Shared by the compiler's tests: source text in, tokens, descriptions, listings or messages out.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ast.h"
#include "compiler/bytecode.h"
#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/disassembler.h"
#include "compiler/parser.h"
#include "compiler/source.h"
#include "compiler/verifier.h"

namespace som {

inline std::string PrintDiagnostics(const Diagnostics& diagnostics) {
  std::ostringstream out;
  diagnostics.Print(out);
  return out.str();
}

// "line:column message" of each error, as parsing and compiling `text` reports them.
inline std::vector<std::string> ErrorsOf(std::string text, const InheritedFields& inherited = {}) {
  Diagnostics diagnostics;
  const auto parsed = ParseClass("Test.som", std::move(text), &diagnostics);
  if (parsed != nullptr) CompileClass(*parsed, inherited, {}, &diagnostics);
  std::vector<std::string> errors;
  for (const Diagnostic& entry : diagnostics.entries()) {
    errors.push_back(std::to_string(entry.line) + ":" + std::to_string(entry.column) + " " +
                     entry.message);
  }
  return errors;
}

// A class compiled from `members`, the text between the outermost brackets. Every method is
// verified.
struct CompiledClass {
  std::unique_ptr<ParsedClass> parsed;
  std::unique_ptr<ClassDescription> description;

  const MethodDescription& Method(std::string_view selector) const {
    for (const MethodDescription& method : description->instance_methods) {
      if (method.selector == selector) return method;
    }
    ADD_FAILURE() << "no method " << selector;
    static const MethodDescription kNone;
    return kNone;
  }
  const CodeDescription& Code(std::string_view selector, size_t unit = 0) const {
    return Method(selector).units.at(unit);
  }
};

inline CompiledClass CompileMembers(std::string_view members, const CompileOptions& options = {}) {
  CompiledClass result;
  Diagnostics diagnostics;
  result.parsed = ParseClass("Test.som", "Test = (\n" + std::string(members) + "\n)", &diagnostics);
  if (result.parsed != nullptr) {
    result.description = CompileClass(*result.parsed, {}, options, &diagnostics);
  }
  if (result.description == nullptr) {
    ADD_FAILURE() << PrintDiagnostics(diagnostics);
    result.description = std::make_unique<ClassDescription>();
  }
  for (const MethodDescription& method : result.description->instance_methods) {
    const auto fields = static_cast<uint32_t>(result.description->instance_fields.size());
    EXPECT_EQ(VerifyMethod(method, fields), "") << method.selector;
  }
  return result;
}

// The instructions of a unit, one string each: name and operands as the listing shows them, jump
// targets as the number of the instruction they lead to.
inline std::vector<std::string> Instructions(const CodeDescription& code) {
  std::vector<uint32_t> offsets;
  for (InstructionIterator i(code.code); !i.done(); i.Next()) offsets.push_back(i->offset);
  std::vector<std::string> result;
  for (InstructionIterator i(code.code); !i.done(); i.Next()) {
    std::string text(NameOf(i->opcode));
    const auto number = [&](int64_t value) { text += " " + std::to_string(value); };
    switch (i->format()) {
      case OperandFormat::kNone:
        break;
      case OperandFormat::kSlot:
      case OperandFormat::kInt:
        number(i->SignedUnit(0));
        break;
      case OperandFormat::kField:
      case OperandFormat::kCount:
        number(i->Unit(0));
        break;
      case OperandFormat::kContext:
        number(i->Unit(0));
        number(i->Unit(1));
        break;
      case OperandFormat::kSlots:
        number(i->SignedUnit(0));
        number(i->Unit(1));
        break;
      case OperandFormat::kLiteral:
        text += " " + LiteralSource(code.literals[i->Index()]);
        break;
      case OperandFormat::kSite:
        text += " #" + code.sites[i->Index()].selector;
        break;
      case OperandFormat::kGlobal:
        text += " " + code.globals[i->Index()];
        break;
      case OperandFormat::kBlock:
        number(code.blocks[i->Index()].unit);
        break;
      case OperandFormat::kLoopBegin:
        number(i->SignedUnit(0));
        break;
      case OperandFormat::kLoopNext:
        number(i->SignedUnit(0));
        number(i->SignedUnit(1));
        break;
      case OperandFormat::kJump:
      case OperandFormat::kJumpInlined:
        break;
    }
    if (i->HasJump()) {
      const auto target = std::lower_bound(offsets.begin(), offsets.end(), i->JumpTarget());
      text += " @" + std::to_string(target - offsets.begin());
    }
    result.push_back(text);
  }
  return result;
}

}  // namespace som
