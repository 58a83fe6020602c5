// The little program every reference engine runs, and the interface they share. The engines show
// what a technique costs without a virtual machine around it: no objects, no sends, 64-bit integers
// only.
//
// The program, over three variables of a frame:
//
//     while (count != 0) { total = total + step; count = count - 1; }
//
// Each engine builds its own form of it once (tree, closures, bytecodes) and then runs that form on
// frames; building is not part of the measured time.

#ifndef SOM_TESTS_LAB_ENGINE_H_
#define SOM_TESTS_LAB_ENGINE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace som::lab {

enum Variable : std::size_t { kCount, kTotal, kStep, kVariables };

using Frame = std::array<std::int64_t, kVariables>;

// A technique of execution with the program built in its form.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  // Runs the program on `frame` until its count is zero.
  virtual void Run(Frame& frame) const = 0;
};

std::unique_ptr<Engine> MakeAstWalker();
std::unique_ptr<Engine> MakeClosures();
std::unique_ptr<Engine> MakeClosureContinuations();
std::unique_ptr<Engine> MakeBytecodeSwitch();
std::unique_ptr<Engine> MakeBytecodeGoto();

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_ENGINE_H_
