// The language that the reference engines execute, as the tree a parser would make of it. It has
// 64-bit integers that wrap, arguments, locals, addition, subtraction, comparison and `while`:
// enough to compare techniques of execution, with nothing of a virtual machine around them.

#ifndef SOM_TESTS_LAB_ENGINES_PROGRAM_H_
#define SOM_TESTS_LAB_ENGINES_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace som::lab {

// Unsigned, so that overflow wraps in all engines alike.
using Word = std::uint64_t;

struct Expression {
  enum class Kind : std::uint8_t { kConstant, kVariable, kAdd, kSubtract, kDiffer };

  Kind kind = Kind::kConstant;
  Word constant = 0;         // kConstant
  std::size_t variable = 0;  // kVariable
  std::unique_ptr<Expression> left;
  std::unique_ptr<Expression> right;

  // True for what has no operands.
  bool IsLeaf() const { return kind == Kind::kConstant || kind == Kind::kVariable; }
};

struct Statement {
  enum class Kind : std::uint8_t { kAssign, kWhile };

  Kind kind = Kind::kAssign;
  std::size_t variable = 0;     // kAssign: what is assigned to
  Expression value;             // kAssign: the value; kWhile: the condition, true when not 0
  std::vector<Statement> body;  // kWhile
};

// A function. Variables are numbered: arguments first, then the locals, which are 0 in the
// beginning. Bodies are never empty.
struct Program {
  std::size_t arguments = 0;
  std::size_t variables = 0;
  std::vector<Statement> body;
  Expression result;
};

Expression Constant(Word value);
Expression Variable(std::size_t variable);
Expression Binary(Expression::Kind kind, Expression left, Expression right);
Statement Assign(std::size_t variable, Expression value);
Statement While(Expression condition, std::vector<Statement> body);

// The program that is measured:
//
//     function (rounds, step)
//       count := rounds; total := 0;
//       while count <> 0 { total := total + step; count := count - 1 }
//       return total
Program LoopProgram();

// A program that ends, drawn from `seed`: the same seed gives the same program on every machine.
Program RandomProgram(std::uint64_t seed);

// `program` as text, for messages about engines that disagree on it.
std::string ToText(const Program& program);

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_ENGINES_PROGRAM_H_
