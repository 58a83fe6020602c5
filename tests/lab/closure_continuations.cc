// Closure-continuations: each operation is a closure that knows what comes after it and ends by a
// tail call to it; values travel in a register. The specialised forms (variable op variable,
// variable op constant) are those a compiler to closures picks from the syntax.
//
// Without guaranteed tail calls (gcc 12) the loop's back edge returns to a driver loop, so the
// stack does not grow with the rounds; the other calls are tail calls as far as the optimiser goes.

#include <vector>

#include "engine.h"

#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::musttail)
#define SOM_LAB_MUSTTAIL [[clang::musttail]]
#endif
#endif

namespace som::lab {
namespace {

struct Step {
  using Code = const Step* (*)(const Step* step, Frame& frame, std::int64_t value);

  Code code = nullptr;
  const Step* next = nullptr;
  const Step* otherwise = nullptr;
  Variable left = kCount;
  Variable right = kCount;
  std::int64_t constant = 0;
};

#ifdef SOM_LAB_MUSTTAIL
#define SOM_LAB_CONTINUE(step, frame, value) \
  SOM_LAB_MUSTTAIL return (step)->code(step, frame, value)
#define SOM_LAB_LOOP(step, frame, value) SOM_LAB_CONTINUE(step, frame, value)
#else
#define SOM_LAB_CONTINUE(step, frame, value) return (step)->code(step, frame, value)
#define SOM_LAB_LOOP(step, frame, value) \
  static_cast<void>(frame);              \
  static_cast<void>(value);              \
  return step
#endif

const Step* AddVariables(const Step* step, Frame& frame, std::int64_t /*value*/) {
  const std::int64_t sum = frame[step->left] + frame[step->right];
  SOM_LAB_CONTINUE(step->next, frame, sum);
}

const Step* SubtractConstant(const Step* step, Frame& frame, std::int64_t /*value*/) {
  const std::int64_t difference = frame[step->left] - step->constant;
  SOM_LAB_CONTINUE(step->next, frame, difference);
}

const Step* Assign(const Step* step, Frame& frame, std::int64_t value) {
  frame[step->left] = value;
  SOM_LAB_CONTINUE(step->next, frame, value);
}

const Step* AssignAndRepeat(const Step* step, Frame& frame, std::int64_t value) {
  frame[step->left] = value;
  SOM_LAB_LOOP(step->next, frame, value);
}

const Step* IfVariableDiffers(const Step* step, Frame& frame, std::int64_t value) {
  if (frame[step->left] != step->constant) {
    SOM_LAB_CONTINUE(step->next, frame, value);
  }
  SOM_LAB_CONTINUE(step->otherwise, frame, value);
}

const Step* Finish(const Step* /*step*/, Frame& /*frame*/, std::int64_t /*value*/) {
  return nullptr;
}

#undef SOM_LAB_CONTINUE
#undef SOM_LAB_LOOP

class ClosureContinuations final : public Engine {
 public:
  ClosureContinuations() : steps_(6) {
    Step* test = &steps_[0];
    Step* add = &steps_[1];
    Step* assign_total = &steps_[2];
    Step* subtract = &steps_[3];
    Step* assign_count = &steps_[4];
    Step* finish = &steps_[5];
    *test = {IfVariableDiffers, add, finish, kCount, kCount, 0};
    *add = {AddVariables, assign_total, nullptr, kTotal, kStep, 0};
    *assign_total = {Assign, subtract, nullptr, kTotal, kTotal, 0};
    *subtract = {SubtractConstant, assign_count, nullptr, kCount, kCount, 1};
    *assign_count = {AssignAndRepeat, test, nullptr, kCount, kCount, 0};
    *finish = {Finish, nullptr, nullptr, kCount, kCount, 0};
  }

  void Run(Frame& frame) const override {
    const Step* step = &steps_[0];
    while (step != nullptr) {
      step = step->code(step, frame, 0);
    }
  }

 private:
  std::vector<Step> steps_;
};

}  // namespace

std::unique_ptr<Engine> MakeClosureContinuations() {
  return std::make_unique<ClosureContinuations>();
}

}  // namespace som::lab
