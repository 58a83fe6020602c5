// Tree walking: each node of the syntax tree has a virtual method that evaluates it.

#include <utility>

#include "engine.h"

namespace som::lab {
namespace {

class Node {
 public:
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  virtual ~Node() = default;
  virtual std::int64_t Evaluate(Frame& frame) const = 0;
};

using NodePtr = std::unique_ptr<Node>;

class Constant final : public Node {
 public:
  explicit Constant(std::int64_t value) : value_(value) {}
  std::int64_t Evaluate(Frame& /*frame*/) const override { return value_; }

 private:
  std::int64_t value_;
};

class Read final : public Node {
 public:
  explicit Read(Variable variable) : variable_(variable) {}
  std::int64_t Evaluate(Frame& frame) const override { return frame[variable_]; }

 private:
  Variable variable_;
};

class Assign final : public Node {
 public:
  Assign(Variable variable, NodePtr value) : variable_(variable), value_(std::move(value)) {}
  std::int64_t Evaluate(Frame& frame) const override {
    return frame[variable_] = value_->Evaluate(frame);
  }

 private:
  Variable variable_;
  NodePtr value_;
};

template <typename Operation>
class Binary final : public Node {
 public:
  Binary(NodePtr left, NodePtr right) : left_(std::move(left)), right_(std::move(right)) {}
  std::int64_t Evaluate(Frame& frame) const override {
    const std::int64_t left = left_->Evaluate(frame);
    return Operation{}(left, right_->Evaluate(frame));
  }

 private:
  NodePtr left_;
  NodePtr right_;
};

struct Add {
  std::int64_t operator()(std::int64_t a, std::int64_t b) const { return a + b; }
};
struct Subtract {
  std::int64_t operator()(std::int64_t a, std::int64_t b) const { return a - b; }
};
struct Differ {
  std::int64_t operator()(std::int64_t a, std::int64_t b) const { return a != b ? 1 : 0; }
};

class Sequence final : public Node {
 public:
  Sequence(NodePtr first, NodePtr second) : first_(std::move(first)), second_(std::move(second)) {}
  std::int64_t Evaluate(Frame& frame) const override {
    first_->Evaluate(frame);
    return second_->Evaluate(frame);
  }

 private:
  NodePtr first_;
  NodePtr second_;
};

class While final : public Node {
 public:
  While(NodePtr condition, NodePtr body)
      : condition_(std::move(condition)), body_(std::move(body)) {}
  std::int64_t Evaluate(Frame& frame) const override {
    while (condition_->Evaluate(frame) != 0) {
      body_->Evaluate(frame);
    }
    return 0;
  }

 private:
  NodePtr condition_;
  NodePtr body_;
};

NodePtr ReadOf(Variable variable) { return std::make_unique<Read>(variable); }
NodePtr ConstantOf(std::int64_t value) { return std::make_unique<Constant>(value); }

class AstWalker final : public Engine {
 public:
  AstWalker() {
    auto sum = std::make_unique<Binary<Add>>(ReadOf(kTotal), ReadOf(kStep));
    auto less = std::make_unique<Binary<Subtract>>(ReadOf(kCount), ConstantOf(1));
    auto body = std::make_unique<Sequence>(std::make_unique<Assign>(kTotal, std::move(sum)),
                                           std::make_unique<Assign>(kCount, std::move(less)));
    auto condition = std::make_unique<Binary<Differ>>(ReadOf(kCount), ConstantOf(0));
    program_ = std::make_unique<While>(std::move(condition), std::move(body));
  }

  void Run(Frame& frame) const override { program_->Evaluate(frame); }

 private:
  NodePtr program_;
};

}  // namespace

std::unique_ptr<Engine> MakeAstWalker() { return std::make_unique<AstWalker>(); }

}  // namespace som::lab
