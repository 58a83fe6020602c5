// From bytecodes and the feedback of send sites to a graph: abstract interpretation of a method, of
// a closure's code or of a loop that is running, with inlining and scalar replacement on the way.
//
// Building speculates forwards: at the head of a loop, variables are taken to keep the type that
// they enter with, and objects that are not allocated yet to stay so. Where the end of the loop's
// body shows otherwise, that is noted and the graph is built anew.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vm/code/method.h"
#include "vm/jit/ir.h"

namespace som {

class VM;

namespace jit {

struct BytecodeGraph;
class CodeOrigins;
class CompileRecord;

struct BuildOptions {
  bool inlining = true;
  bool polymorphic_inlining = true;
  bool block_inlining = true;
  bool scalar_replacement = true;
  bool types = true;  // loop variables are taken to keep their types
  bool doubles = true;
  bool peeling = true;           // first rounds of loops are built apart where that helps
  bool stress_inlining = false;  // inline whatever can be
};

// A bytecode, and in front of it the sends that its method was inlined at, outermost first.
using InlinePath = std::vector<std::pair<const Method*, uint32_t>>;

// What to compile.
struct BuildRequest {
  Method* method = nullptr;
  // A loop that is running: offset of the bytecode where it is entered, the frame, and the top of
  // its operand stack; types are taken from the values there. Otherwise null.
  int64_t loop_entry = -1;
  const Value* base = nullptr;
  const Value* sp = nullptr;
  BuildOptions options;
  // The control flow of a method from an offset, with the loops that have the given heads peeled;
  // lives as long as the building takes.
  std::function<const BytecodeGraph&(const Method&, uint32_t entry,
                                     const std::vector<uint32_t>& peeled)>
      bytecodes;
  // How often code left for the interpreter at a bytecode because a guess had been wrong.
  std::function<uint32_t(const Method*, uint32_t)> failures;
  // Whether code of `method` did so: what is moved in front of a loop of the library for one
  // caller's sake is no matter of the others.
  std::function<bool(const Method*, uint32_t)> has_left_at;
  // Whether closures of several codes were evaluated at a bytecode.
  std::function<bool(const Method*, uint32_t)> meets_closures;
  // The class that a send of many classes has settled on where it is inlined like this; kNoClass:
  // none.
  std::function<uint32_t(const InlinePath&)> settled_class;
  // Whether a loop of the method was found to count beyond the usual.
  std::function<bool(const Method*)> counts_far;
  // Size in bytes of the last code that is entered at the method's start, or 0.
  std::function<size_t(Method*)> code_bytes;
  // Receives a line for each inlining decision; may be empty.
  std::function<void(const std::string&)> log;
  CompileRecord* record = nullptr;  // is told of nodes, activations and decisions; may be null
  CodeOrigins* origins = nullptr;   // is told of nodes and activations; may be null
};

struct BuildResult {
  std::unique_ptr<Graph> graph;  // null: given up
  std::string reason;
  uint32_t rounds = 0;  // how often it was built
  uint32_t inlined = 0;
};

BuildResult BuildGraph(VM& vm, const BuildRequest& request);

}  // namespace jit
}  // namespace som
