// Machine code by templates: each bytecode becomes the same few x86-64 instructions wherever it
// occurs. The stack of values is the processor's, variables are in memory; nothing is kept in a
// register from one bytecode to the next. What is gained over direct threading is the dispatch
// alone.

#include <asmjit/x86.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bytecodes.h"

namespace som::lab {
namespace {

using Function = void (*)(std::uint32_t* variables);

// Register of the only argument: the address of the variables.
constexpr asmjit::x86::Gp kVariables = asmjit::x86::rdi;
constexpr asmjit::x86::Gp kFirst = asmjit::x86::rax;
constexpr asmjit::x86::Gp kSecond = asmjit::x86::rcx;

void EmitTemplate(const Instruction& instruction, const std::vector<asmjit::Label>& labels,
                  asmjit::x86::Assembler& out) {
  const auto variable = [&] {
    return asmjit::x86::dword_ptr(
        kVariables, instruction.operand * static_cast<std::int32_t>(sizeof(std::uint32_t)));
  };
  switch (instruction.bytecode) {
    case Bytecode::kPush:
      out.push(asmjit::imm(instruction.operand));
      break;
    case Bytecode::kLoad:
      out.mov(kFirst.r32(), variable());
      out.push(kFirst);
      break;
    case Bytecode::kStore:
      out.pop(kFirst);
      out.mov(variable(), kFirst.r32());
      break;
    case Bytecode::kAdd:
      out.pop(kSecond);
      out.pop(kFirst);
      out.add(kFirst.r32(), kSecond.r32());
      out.push(kFirst);
      break;
    case Bytecode::kMultiply:
      out.pop(kSecond);
      out.pop(kFirst);
      out.imul(kFirst.r32(), kSecond.r32());
      out.push(kFirst);
      break;
    case Bytecode::kLess:
      out.pop(kSecond);
      out.pop(kFirst);
      out.cmp(kFirst.r32(), kSecond.r32());
      out.setb(kFirst.r8());
      out.movzx(kFirst.r32(), kFirst.r8());
      out.push(kFirst);
      break;
    case Bytecode::kJumpIfFalse:
      out.pop(kFirst);
      out.test(kFirst.r32(), kFirst.r32());
      out.jz(labels[static_cast<std::size_t>(instruction.operand)]);
      break;
    case Bytecode::kJump:
      out.jmp(labels[static_cast<std::size_t>(instruction.operand)]);
      break;
    case Bytecode::kHalt:
      out.ret();
      break;
  }
}

}  // namespace

std::uint32_t RunTemplates(std::uint32_t limit) {
  asmjit::JitRuntime runtime;
  asmjit::CodeHolder holder;
  holder.init(runtime.environment());
  asmjit::x86::Assembler out(&holder);
  std::vector<asmjit::Label> labels(kNestedLoop.size());
  for (asmjit::Label& label : labels) {
    label = out.newLabel();
  }
  for (std::size_t i = 0; i < kNestedLoop.size(); ++i) {
    out.bind(labels[i]);
    EmitTemplate(kNestedLoop[i], labels, out);
  }
  Function function = nullptr;
  if (runtime.add(&function, &holder) != asmjit::kErrorOk) {
    std::fprintf(stderr, "nested_loop_ways: no memory for machine code\n");
    std::abort();
  }
  std::array<std::uint32_t, kNestedLoopVariables> variables{limit};
  function(variables.data());
  runtime.release(function);
  return variables[kSum];
}

}  // namespace som::lab
