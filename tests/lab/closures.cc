// Closure generation: each node of the syntax tree is compiled once to a closure that holds the
// closures of its parts; no node is looked at while the program runs.

#include <functional>
#include <utility>

#include "engine.h"

namespace som::lab {
namespace {

using Closure = std::function<std::int64_t(Frame&)>;

Closure Constant(std::int64_t value) {
  return [value](Frame& /*frame*/) { return value; };
}

Closure Read(Variable variable) {
  return [variable](Frame& frame) { return frame[variable]; };
}

Closure Assign(Variable variable, Closure value) {
  return
      [variable, value = std::move(value)](Frame& frame) { return frame[variable] = value(frame); };
}

Closure Add(Closure left, Closure right) {
  return [left = std::move(left), right = std::move(right)](Frame& frame) {
    const std::int64_t value = left(frame);
    return value + right(frame);
  };
}

Closure Subtract(Closure left, Closure right) {
  return [left = std::move(left), right = std::move(right)](Frame& frame) {
    const std::int64_t value = left(frame);
    return value - right(frame);
  };
}

Closure Differ(Closure left, Closure right) {
  return [left = std::move(left), right = std::move(right)](Frame& frame) -> std::int64_t {
    const std::int64_t value = left(frame);
    return value != right(frame) ? 1 : 0;
  };
}

Closure Sequence(Closure first, Closure second) {
  return [first = std::move(first), second = std::move(second)](Frame& frame) {
    first(frame);
    return second(frame);
  };
}

Closure While(Closure condition, Closure body) {
  return [condition = std::move(condition), body = std::move(body)](Frame& frame) -> std::int64_t {
    while (condition(frame) != 0) {
      body(frame);
    }
    return 0;
  };
}

class Closures final : public Engine {
 public:
  void Run(Frame& frame) const override { program_(frame); }

 private:
  Closure program_ = While(Differ(Read(kCount), Constant(0)),
                           Sequence(Assign(kTotal, Add(Read(kTotal), Read(kStep))),
                                    Assign(kCount, Subtract(Read(kCount), Constant(1)))));
};

}  // namespace

std::unique_ptr<Engine> MakeClosures() { return std::make_unique<Closures>(); }

}  // namespace som::lab
