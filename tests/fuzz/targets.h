// The fuzz targets: each takes any bytes, feeds them to a part of the VM, and aborts if that breaks
// a promise. What the VM promises to be an error (of the source, of the program) is none here.
//
// One executable holds all: under libFuzzer (fuzzer_main.cc, built by scripts/fuzz) or with files
// to replay (replay_main.cc, in every build).
#pragma once

#include <string_view>

namespace som::fuzz {

// Lexer, parser, diagnostics.
void FuzzSyntax(std::string_view input);
// Everything from text to linked methods, without running them: emitter, verifier, disassembler,
// linker.
void FuzzCode(std::string_view input);
// A whole program as `som -` would run it, interpreted and compiled, under limits of steps, time
// and memory.
void FuzzProgram(std::string_view input);
// Class files on a class path: "=== Name" in front of the text of each; the class Main is the
// program.
void FuzzClassFiles(std::string_view input);
// Numbers as text and back: integers of any size, doubles.
void FuzzNumbers(std::string_view input);
// Lines of input of the shell.
void FuzzShell(std::string_view input);
// A text in an editor: everything that the language server tells of it.
void FuzzEditor(std::string_view input);

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};

inline constexpr Target kTargets[] = {
    {"syntax", FuzzSyntax},          {"code", FuzzCode},       {"program", FuzzProgram},
    {"class_files", FuzzClassFiles}, {"numbers", FuzzNumbers}, {"shell", FuzzShell},
    {"editor", FuzzEditor},
};

// Null if there is none of that name.
inline const Target* TargetNamed(std::string_view name) {
  for (const Target& target : kTargets) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

}  // namespace som::fuzz
