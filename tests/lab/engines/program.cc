// Building programs of the engines' language, the one that is measured among them, and printing
// them.

#include "program.h"

#include <ostream>
#include <sstream>
#include <utility>

namespace som::lab {
namespace {

void Print(const Expression& expression, std::ostream& out) {
  const auto binary = [&](const char* sign) {
    out << '(';
    Print(*expression.left, out);
    out << sign;
    Print(*expression.right, out);
    out << ')';
  };
  switch (expression.kind) {
    case Expression::Kind::kConstant:
      out << expression.constant;
      break;
    case Expression::Kind::kVariable:
      out << 'v' << expression.variable;
      break;
    case Expression::Kind::kAdd:
      binary(" + ");
      break;
    case Expression::Kind::kSubtract:
      binary(" - ");
      break;
    case Expression::Kind::kDiffer:
      binary(" <> ");
      break;
  }
}

void Print(const std::vector<Statement>& statements, const std::string& indent, std::ostream& out) {
  for (const Statement& statement : statements) {
    if (statement.kind == Statement::Kind::kAssign) {
      out << indent << 'v' << statement.variable << " := ";
      Print(statement.value, out);
      out << '\n';
    } else {
      out << indent << "while ";
      Print(statement.value, out);
      out << " {\n";
      Print(statement.body, indent + "  ", out);
      out << indent << "}\n";
    }
  }
}

}  // namespace

Expression Constant(Word value) {
  Expression result;
  result.constant = value;
  return result;
}

Expression Variable(std::size_t variable) {
  Expression result;
  result.kind = Expression::Kind::kVariable;
  result.variable = variable;
  return result;
}

Expression Binary(Expression::Kind kind, Expression left, Expression right) {
  Expression result;
  result.kind = kind;
  result.left = std::make_unique<Expression>(std::move(left));
  result.right = std::make_unique<Expression>(std::move(right));
  return result;
}

Statement Assign(std::size_t variable, Expression value) {
  Statement result;
  result.variable = variable;
  result.value = std::move(value);
  return result;
}

Statement While(Expression condition, std::vector<Statement> body) {
  Statement result;
  result.kind = Statement::Kind::kWhile;
  result.value = std::move(condition);
  result.body = std::move(body);
  return result;
}

Program LoopProgram() {
  enum : std::size_t { kRounds, kStep, kCount, kTotal, kVariables };
  std::vector<Statement> body;
  body.push_back(Assign(kTotal, Binary(Expression::Kind::kAdd, Variable(kTotal), Variable(kStep))));
  body.push_back(
      Assign(kCount, Binary(Expression::Kind::kSubtract, Variable(kCount), Constant(1))));
  Program program;
  program.arguments = kStep + 1;
  program.variables = kVariables;
  program.body.push_back(Assign(kCount, Variable(kRounds)));
  program.body.push_back(Assign(kTotal, Constant(0)));
  program.body.push_back(
      While(Binary(Expression::Kind::kDiffer, Variable(kCount), Constant(0)), std::move(body)));
  program.result = Variable(kTotal);
  return program;
}

std::string ToText(const Program& program) {
  std::ostringstream out;
  out << "arguments: " << program.arguments << ", variables: " << program.variables << '\n';
  Print(program.body, "", out);
  out << "return ";
  Print(program.result, out);
  out << '\n';
  return out.str();
}

}  // namespace som::lab
