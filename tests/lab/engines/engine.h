// What a technique of execution is to the laboratory: a function that compiles a program to an
// executable form, and that form. One file beside this one holds each technique; none uses another.

#ifndef SOM_TESTS_LAB_ENGINES_ENGINE_H_
#define SOM_TESTS_LAB_ENGINES_ENGINE_H_

#include <array>
#include <cstddef>
#include <memory>

#include "program.h"

namespace som::lab {

inline constexpr std::size_t kMostVariables = 8;
// How deeply the operations of an expression may be nested; also how many values a stack must hold
// beside the one in work.
inline constexpr std::size_t kDeepestExpression = 8;
inline constexpr std::size_t kStackSize = 2 * kDeepestExpression;

// The variables of a call; behind them, places for values that an engine has to put aside.
using Frame = std::array<Word, kMostVariables + kDeepestExpression>;

// A program in an engine's form. It may refer to the tree it was made of.
class Executable {
 public:
  Executable() = default;
  Executable(const Executable&) = delete;
  Executable& operator=(const Executable&) = delete;
  virtual ~Executable() = default;

  // Runs the program on `frame`, which holds the arguments and zeros; returns its result.
  virtual Word Run(Frame& frame) const = 0;
};

using Compile = std::unique_ptr<Executable> (*)(const Program& program);

std::unique_ptr<Executable> CompileAstWalker(const Program& program);
std::unique_ptr<Executable> CompileBytecodeSwitch(const Program& program);
std::unique_ptr<Executable> CompileBytecodeGoto(const Program& program);
std::unique_ptr<Executable> CompileClosures(const Program& program);
std::unique_ptr<Executable> CompileClosureContinuations(const Program& program);
std::unique_ptr<Executable> CompileClosureStackContinuations(const Program& program);
std::unique_ptr<Executable> CompileBytecodeClosures(const Program& program);
std::unique_ptr<Executable> CompileStackClosures(const Program& program);
std::unique_ptr<Executable> CompileTapeClosures(const Program& program);
std::unique_ptr<Executable> CompileRegisterClosures(const Program& program);
std::unique_ptr<Executable> CompileTapeContinuations(const Program& program);

// The loop of LoopProgram in C++, compiled without and with optimisation.
Word NativeLoopPlain(Word rounds, Word step);
Word NativeLoopOptimised(Word rounds, Word step);

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_ENGINES_ENGINE_H_
