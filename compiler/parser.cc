// The recursive-descent parser; see parser.h.
//
// Errors: the first one inside a method makes every function return null or false up to the method,
// where Recover() looks for the next. Functions that can fail answer null or false exactly when an
// error has been reported.
#include "compiler/parser.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/charconv.h"
#include "absl/strings/numbers.h"
#include "compiler/concat.h"
#include "compiler/lexer.h"
#include "compiler/name_notes.h"
#include "compiler/nesting.h"
#include "compiler/parser_tokens.h"
#include "compiler/recovery.h"

namespace som {

namespace {

constexpr size_t kMaxErrors = 25;
constexpr uint32_t kAnyColumn = std::numeric_limits<uint32_t>::max();
constexpr std::string_view kExpression = "an expression";
constexpr std::string_view kMethodOrEnd = "')' or a method";

// Lists while they are read: so few elements that most need no memory of their own.
using Names = absl::InlinedVector<Name, 8>;
using Statements = absl::InlinedVector<Statement, 8>;
using Arguments = absl::InlinedVector<Expression*, 8>;
using Keywords = absl::InlinedVector<std::string_view, 8>;

class Parser : private ParserTokens {
 public:
  // `is_damaged`: the source has errors, and what can be read of it is wanted.
  Parser(const SourceFile& source, Diagnostics* diagnostics, bool is_damaged = false)
      : ParserTokens(source, diagnostics, is_damaged), tree_(std::make_unique<ClassNode>()) {}

  std::unique_ptr<ClassNode> ParseClass() {
    if (ParseHeader()) {
      ParseSide(&tree_->instance_side, /*may_end_in_separator=*/true);
      if (!stopped_ && Accept(TokenKind::kSeparator)) {
        ParseSide(&tree_->class_side, /*may_end_in_separator=*/false);
      }
    }
    return Result();
  }

  std::unique_ptr<ClassNode> ParseDamagedClass() {
    if (!ParseHeader()) {
      while (!At(TokenKind::kOpenParenthesis) && !At(TokenKind::kEnd)) Advance();
      Advance();
    }
    ParseSide(&tree_->instance_side, /*may_end_in_separator=*/true);
    if (!stopped_ && Accept(TokenKind::kSeparator)) {
      ParseSide(&tree_->class_side, /*may_end_in_separator=*/false);
    }
    return std::move(tree_);
  }

  std::unique_ptr<ClassNode> ParseExpression(std::string name) {
    auto* method = tree_->arena.New<MethodNode>();
    method->selector = "run:";
    method->parameters = Kept(Names{{"it", 0}});
    return ParseStatements(std::move(name), method);
  }

  std::unique_ptr<ClassNode> ParseEvaluation(const std::vector<std::string>& arguments) {
    auto* method = tree_->arena.New<MethodNode>();
    method->selector = "evaluate";
    Names names;
    names.reserve(arguments.size());
    for (const std::string& argument : arguments)
      names.push_back({tree_->arena.CopyText(argument), 0});
    method->parameters = Kept(names);
    return ParseStatements("Evaluation", method);
  }

  std::unique_ptr<ClassNode> ParseInput(std::string name) {
    auto* method = tree_->arena.New<MethodNode>();
    method->selector = "run";
    std::unique_ptr<ClassNode> tree = ParseStatements(std::move(name), method);
    if (tree != nullptr) {
      tree->instance_side.fields.assign(method->body.locals.begin(), method->body.locals.end());
      method->body.locals = {};
    }
    return tree;
  }

  std::unique_ptr<ClassNode> ParseSingleMethod() {
    if (!At(TokenKind::kIdentifier)) {
      Unexpected("a class name");
      return nullptr;
    }
    tree_->name = Text();
    tree_->name_begin = Current().begin;
    tree_->superclass_name = "Object";
    Advance();
    ClassSide* side = &tree_->instance_side;
    if (At(TokenKind::kIdentifier) && Text() == "class") {
      side = &tree_->class_side;
      Advance();
    }
    if (ExpectOperator(">>", "'>>' behind the name of the class")) {
      if (MethodNode* method = ParseMethod()) {
        side->methods.push_back(method);
        Expect(TokenKind::kEnd, "the end of the text behind the method");
      }
    }
    return Result();
  }

 private:
  // The statements as the body of `method`, alone in a class of that name.
  std::unique_ptr<ClassNode> ParseStatements(std::string name, MethodNode* method) {
    tree_->name = std::move(name);
    tree_->superclass_name = "Object";
    method->end = static_cast<uint32_t>(source_.text().size());
    StartMethod();
    names_.Declare(method->parameters);
    if (ParseBody(TokenKind::kEnd, &method->body)) {
      FinishMethod(method);
      AnswerLastValue(method);
      tree_->instance_side.methods.push_back(method);
    }
    return Result();
  }

  std::unique_ptr<ClassNode> Result() {
    return diagnostics_->size() == errors_before_ ? std::move(tree_) : nullptr;
  }

  // --- classes -----------------------------------------------------------------------------------

  bool ParseHeader() {
    if (!At(TokenKind::kIdentifier)) return Unexpected("a class name");
    tree_->name = Text();
    tree_->name_begin = Current().begin;
    Advance();
    if (!ExpectOperator("=", "'=' after the class name")) return false;
    tree_->superclass_name = "Object";
    if (At(TokenKind::kIdentifier)) {
      tree_->superclass_name = Text();
      Advance();
      return Expect(TokenKind::kOpenParenthesis, "'('");
    }
    return Expect(TokenKind::kOpenParenthesis, "a superclass or '('");
  }

  // Leaves the current token at the separator, or behind the end of the class.
  void ParseSide(ClassSide* side, bool may_end_in_separator) {
    const uint32_t begin = Current().begin;
    if (AtOperator("|") && !ParseNames(&side->fields)) {
      // Without a closed declaration there is no telling where the methods begin.
      stopped_ = true;
      if (!is_damaged_) return;
      RecoverAtLine(begin, kAnyColumn);
      // The first word of a method may have been taken for a field.
      std::erase_if(side->fields, [this](const Name& field) {
        return !stopped_ && field.begin >= Current().begin;
      });
    }
    while (!stopped_) {
      switch (Current().kind) {
        case TokenKind::kIdentifier:
        case TokenKind::kKeyword:
        case TokenKind::kOperator: {
          const size_t start = position_;
          const uint32_t method_begin = Current().begin;
          if (MethodNode* method = ParseMethod()) {
            side->methods.push_back(method);
          } else if (is_damaged_) {
            KeepDamagedMethod(side, method_begin);
          } else {
            Recover(start);
          }
          break;
        }
        case TokenKind::kCloseParenthesis:
          Advance();
          stopped_ = true;
          return;
        case TokenKind::kSeparator:
          if (may_end_in_separator) return;
          [[fallthrough]];
        default: {
          const size_t start = position_;
          Unexpected(may_end_in_separator ? "')', a separator or a method" : kMethodOrEnd);
          if (is_damaged_) {
            RecoverAtLine(Current().begin, kAnyColumn);
          } else {
            Recover(start);
          }
        }
      }
      if (!is_damaged_ && diagnostics_->size() - errors_before_ >= kMaxErrors) stopped_ = true;
    }
  }

  // | name* |
  template <typename List>
  bool ParseNames(List* names) {
    Advance();
    while (At(TokenKind::kIdentifier)) names->push_back(TakeName());
    return ExpectOperator("|", "a variable name or '|'");
  }

  Name TakeName() {
    CheckAssignable(Current(), "declared as a variable");
    const Name name{Text(), Current().begin};
    Advance();
    return name;
  }

  // Moves on from an error in the method that starts at token `start`; to nowhere if there is no
  // place where something else begins for sure.
  void Recover(size_t start) {
    const std::optional<size_t> position = FindResumption(source_, AllTokens(), start, position_);
    stopped_ = !position.has_value();
    if (stopped_) return;
    position_ = *position;
    current_ = tokens_[position_];
    lexer_.MoveTo(current_.end);
    ahead_ = lexer_.Next();
  }

  // The same in a damaged class: at the next line behind `offset` that looks like a method.
  void RecoverAtLine(uint32_t offset, uint32_t column) {
    const std::optional<uint32_t> line = FindMethodLine(source_, offset, column);
    stopped_ = !line.has_value();
    if (stopped_) return;
    lexer_.MoveTo(*line);
    current_ = lexer_.Next();
    ahead_ = lexer_.Next();
  }

  // What was read of the method that starts at `begin`, up to the next one.
  void KeepDamagedMethod(ClassSide* side, uint32_t begin) {
    MethodNode* method = damaged_method_;
    RecoverAtLine(begin, source_.Locate(begin).column);
    if (method == nullptr) return;
    const std::string_view text = source_.text();
    const size_t end = std::min<size_t>(stopped_ ? text.size() : Current().begin, text.size());
    method->end = static_cast<uint32_t>(text.find_last_not_of(" \t\r\n", end - 1) + 1);
    method->is_damaged = true;
    FinishMethod(method);
    side->methods.push_back(method);
  }

  // --- methods -----------------------------------------------------------------------------------

  void StartMethod() {
    block_count_ = 0;
    reference_count_ = 0;
    nesting_ = 0;
    deepest_ = 0;
    names_.Start();
  }

  void FinishMethod(MethodNode* method) {
    method->block_count = block_count_;
    method->reference_count = reference_count_;
    method->nesting = deepest_;
    method->doubtful_names = Kept(names_.doubtful());
    MarkUnused(method->body, /*last_too=*/true);
  }

  // Null after an error; of a damaged class, damaged_method_ is what was read if it has a body.
  MethodNode* ParseMethod() {
    damaged_method_ = nullptr;
    StartMethod();
    auto* method = tree_->arena.New<MethodNode>();
    method->begin = Current().begin;
    if (!At(TokenKind::kIdentifier) && !At(TokenKind::kOperator) && !At(TokenKind::kKeyword)) {
      Unexpected("a method");
      return nullptr;
    }
    if (!ParsePattern(method)) return nullptr;
    if (!ExpectOperator("=", "'=' after the method pattern")) return nullptr;
    if (At(TokenKind::kIdentifier) && Text() == "primitive") {
      method->is_primitive = true;
      Advance();
    } else {
      if (!Expect(TokenKind::kOpenParenthesis, "'(' or 'primitive'")) return nullptr;
      names_.Declare(method->parameters);
      if (!ParseBody(TokenKind::kCloseParenthesis, &method->body)) {
        damaged_method_ = method;
        return nullptr;
      }
      Advance();
    }
    method->end = last_end_;
    FinishMethod(method);
    return method;
  }

  bool ParsePattern(MethodNode* method) {
    Names parameters;
    if (At(TokenKind::kIdentifier)) {
      method->selector = Text();
      Advance();
    } else if (At(TokenKind::kOperator)) {
      method->selector = Text();
      Advance();
      if (!ParseParameter(&parameters)) return false;
    } else {
      Keywords parts;
      while (At(TokenKind::kKeyword)) {
        parts.push_back(Text());
        Advance();
        if (!ParseParameter(&parameters)) return false;
      }
      method->selector = JoinKeywords(parts);
    }
    method->parameters = Kept(parameters);
    return true;
  }

  bool ParseParameter(Names* parameters) {
    if (!At(TokenKind::kIdentifier)) return Unexpected("an argument name");
    parameters->push_back(TakeName());
    return true;
  }

  std::string_view JoinKeywords(const Keywords& parts) {
    if (parts.size() == 1) return parts[0];
    std::string joined;
    for (const std::string_view part : parts) joined += part;
    return tree_->arena.CopyText(joined);
  }

  // What messages call the end of a body.
  struct BodyEnd {
    std::string_view name;
    std::string_view expression_or_end;
  };
  static BodyEnd DescribeEnd(TokenKind close) {
    switch (close) {
      case TokenKind::kCloseParenthesis:
        return {"')'", "an expression or ')'"};
      case TokenKind::kCloseBracket:
        return {"']'", "an expression or ']'"};
      default:
        return {"the end of the text", "an expression or the end of the text"};
    }
  }

  // Statements up to, not including, a token of the kind `close`. After an error the body has those
  // in front of it.
  bool ParseBody(TokenKind close, Body* body) {
    if (AtOperator("|")) {
      Names locals;
      const bool closed = ParseNames(&locals);
      body->locals = Kept(locals);
      if (!closed) return false;
      names_.Declare(body->locals);
    }
    Statements statements;
    const bool complete = ParseStatementList(close, &statements);
    body->statements = Kept(statements);
    if (complete) names_.Undeclare(body->locals);
    return complete;
  }

  bool ParseStatementList(TokenKind close, Statements* statements) {
    const BodyEnd end = DescribeEnd(close);
    while (!At(close)) {
      Statement statement{nullptr, Current().begin, Accept(TokenKind::kCaret)};
      statement.expression =
          ParseExpression(statement.is_return ? kExpression : end.expression_or_end);
      if (statement.expression == nullptr) return false;
      statements->push_back(statement);
      const bool period = Accept(TokenKind::kPeriod);
      if (At(close)) break;
      if (statement.is_return) {
        return Unexpected(period ? Concat(end.name, ", as '^' ends the statements")
                                 : Concat("'.' or ", end.name));
      }
      if (!period) return Unexpected(Concat("'.' or ", end.name));
    }
    if (EndsInComment()) return Unexpected("a double quote");
    return true;
  }

  static void MarkUnused(const Body& body, bool last_too) {
    for (size_t i = 0; i < body.statements.size(); ++i) {
      const Statement& statement = body.statements[i];
      const bool is_last = i + 1 == body.statements.size();
      if (statement.is_return || (is_last && !last_too)) continue;
      if (statement.expression->kind == ExpressionKind::kSend) {
        static_cast<SendExpression*>(statement.expression)->value_unused = true;
      }
    }
  }

  void AnswerLastValue(MethodNode* method) {
    Body& body = method->body;
    if (!body.statements.empty()) {
      Statement& last = body.statements.back();
      last.is_return = true;
      if (last.expression->kind == ExpressionKind::kSend) {
        static_cast<SendExpression*>(last.expression)->value_unused = false;
      }
      return;
    }
    auto* nil = tree_->arena.New<Expression>(ExpressionKind::kNil, 0U, method->end);
    body.statements = Kept(Statements{{nil, 0, true}});
  }

  // --- expressions -------------------------------------------------------------------------------

  // Every level of nesting but that of literal arrays passes through here.
  Expression* ParseExpression(std::string_view expected = kExpression) {
    if (nesting_ <= kShallowNesting || has_deep_stack_) return ParseExpressionHere(expected);
    Expression* expression = nullptr;
    has_deep_stack_ = true;
    const bool ran = RunOnDeepStack([&] { expression = ParseExpressionHere(expected); });
    has_deep_stack_ = false;
    if (!ran) Report(Current().begin, "No memory is left for a text nested this deeply");
    return expression;
  }

  Expression* ParseExpressionHere(std::string_view expected) {
    if (AtAssignment()) return ParseAssignment();
    const uint32_t begin = Current().begin;
    Expression* expression = ParseUnaryLevel(expected);
    if (expression != nullptr) expression = ParseBinaryChain(begin, expression);
    if (expression != nullptr && At(TokenKind::kKeyword)) {
      expression = ParseKeywords(begin, expression);
    }
    return expression;
  }

  bool AtAssignment() const {
    return At(TokenKind::kIdentifier) && Ahead().kind == TokenKind::kAssign;
  }

  Expression* ParseAssignment() {
    const uint32_t begin = Current().begin;
    CheckAssignable(Current(), "assigned");
    VariableExpression* target = TakeVariable();
    Advance();
    const Nesting nesting(this, AtAssignment() ? 1 : 0);
    if (nesting.TooDeep()) return nullptr;
    Expression* value = ParseExpression();
    if (value == nullptr) return nullptr;
    names_.Assign({target->name, begin});
    return New<AssignmentExpression>(ExpressionKind::kAssignment, begin, target, value);
  }

  VariableExpression* TakeVariable() {
    const uint32_t begin = Current().begin;
    const std::string_view name = Text();
    Advance();
    return New<VariableExpression>(ExpressionKind::kVariable, begin, name, reference_count_++);
  }

  // A send's place begins where its receiver begins, brackets included: hence `begin` beside the
  // receiver.
  Expression* ParseUnaryLevel(std::string_view expected = kExpression) {
    const uint32_t begin = Current().begin;
    Expression* receiver = ParseOperand(expected);
    while (receiver != nullptr && At(TokenKind::kIdentifier)) {
      const std::string_view selector = Text();
      const uint32_t selector_begin = Current().begin;
      Advance();
      receiver = NewSend(begin, receiver, selector, selector_begin, {});
    }
    return receiver;
  }

  Expression* ParseBinaryChain(uint32_t begin, Expression* receiver) {
    Nesting nesting(this, 0);
    while (At(TokenKind::kOperator)) {
      const std::string_view selector = Text();
      const uint32_t selector_begin = Current().begin;
      Advance();
      Expression* argument = ParseUnaryLevel();
      if (argument == nullptr) return nullptr;
      SendExpression* send = NewSend(begin, receiver, selector, selector_begin, {argument});
      if (send->inline_form != InlineForm::kNone) {
        // Ordinary chains are walked without recursion, jumps are not.
        nesting.Deepen();
        if (nesting.TooDeep()) return nullptr;
      }
      receiver = send;
    }
    return receiver;
  }

  Expression* ParseKeywords(uint32_t begin, Expression* receiver) {
    const uint32_t selector_begin = Current().begin;
    Keywords parts;
    Arguments arguments;
    while (At(TokenKind::kKeyword)) {
      parts.push_back(Text());
      Advance();
      const uint32_t argument_begin = Current().begin;
      Expression* argument = ParseUnaryLevel();
      if (argument != nullptr) argument = ParseBinaryChain(argument_begin, argument);
      if (argument == nullptr) return nullptr;
      arguments.push_back(argument);
    }
    return NewSend(begin, receiver, JoinKeywords(parts), selector_begin, arguments);
  }

  SendExpression* NewSend(uint32_t begin, Expression* receiver, std::string_view selector,
                          uint32_t selector_begin, absl::Span<Expression* const> arguments) {
    const absl::Span<Expression*> copied = tree_->arena.Copy(arguments);
    return New<SendExpression>(ExpressionKind::kSend, begin, receiver, selector, copied,
                               selector_begin, ClassifyInlining(selector, receiver, copied), false);
  }

  // A copy of a list that lives as long as the tree.
  template <typename List>
  absl::Span<typename List::value_type> Kept(const List& list) {
    return tree_->arena.Copy(absl::MakeConstSpan(list));
  }

  // A node that ends at the last token taken.
  template <typename Node, typename... Rest>
  Node* New(ExpressionKind kind, uint32_t begin, Rest... rest) {
    return tree_->arena.New<Node>(Expression{kind, begin, last_end_}, rest...);
  }

  Expression* ParseOperand(std::string_view expected) {
    const uint32_t begin = Current().begin;
    switch (Current().kind) {
      case TokenKind::kIdentifier:
        return ParseName();
      case TokenKind::kOpenParenthesis: {
        const Nesting nesting(this);
        if (nesting.TooDeep()) return nullptr;
        Advance();
        Expression* inner = ParseExpression();
        if (inner == nullptr) return nullptr;
        return Expect(TokenKind::kCloseParenthesis, "')'") ? inner : nullptr;
      }
      case TokenKind::kOpenBracket:
        return ParseBlock();
      default: {
        LiteralDescription literal;
        const Literal outcome = ParseLiteral(&literal);
        if (outcome == Literal::kAbsent) Unexpected(expected);
        if (outcome != Literal::kParsed) return nullptr;
        const LiteralDescription* kept = &tree_->literals.emplace_back(std::move(literal));
        return New<LiteralExpression>(ExpressionKind::kLiteral, begin, kept);
      }
    }
  }

  Expression* ParseName() {
    const std::string_view name = Text();
    const ExpressionKind kind = name == "self"    ? ExpressionKind::kSelf
                                : name == "super" ? ExpressionKind::kSuper
                                : name == "nil"   ? ExpressionKind::kNil
                                : name == "true"  ? ExpressionKind::kTrue
                                : name == "false" ? ExpressionKind::kFalse
                                                  : ExpressionKind::kVariable;
    if (kind == ExpressionKind::kVariable) return TakeVariable();
    const uint32_t begin = Current().begin;
    Advance();
    return tree_->arena.New<Expression>(kind, begin, last_end_);
  }

  Expression* ParseBlock() {
    const Nesting nesting(this);
    if (nesting.TooDeep()) return nullptr;
    const uint32_t begin = Current().begin;
    const uint32_t number = ++block_count_;
    Advance();
    Names parameters;
    while (Accept(TokenKind::kColon)) {
      if (!ParseParameter(&parameters)) return nullptr;
    }
    if (!parameters.empty() && !ExpectOperator("|", "':' or '|' after a block argument")) {
      return nullptr;
    }
    const absl::Span<Name> declared = Kept(parameters);
    names_.Declare(declared);
    Body body;
    if (!ParseBody(TokenKind::kCloseBracket, &body)) return nullptr;
    Advance();
    names_.Undeclare(declared);
    MarkUnused(body, /*last_too=*/false);
    return New<BlockExpression>(ExpressionKind::kBlock, begin, declared, body, number);
  }

  // --- literals ----------------------------------------------------------------------------------

  enum class Literal : uint8_t { kParsed, kAbsent, kError };

  Literal ParseLiteral(LiteralDescription* literal) {
    switch (Current().kind) {
      case TokenKind::kInteger:
      case TokenKind::kDouble:
        TakeNumber(/*negative=*/false, literal);
        return Literal::kParsed;
      case TokenKind::kOperator:
        if (Text() != "-" ||
            (Ahead().kind != TokenKind::kInteger && Ahead().kind != TokenKind::kDouble)) {
          return Literal::kAbsent;
        }
        Advance();
        TakeNumber(/*negative=*/true, literal);
        return Literal::kParsed;
      case TokenKind::kString:
        literal->value = StringText{DecodeString(source_, Current(), diagnostics_)};
        Advance();
        return Literal::kParsed;
      case TokenKind::kPound:
        if (AtArray()) return ParseArray(literal);
        Advance();
        return ParseSymbol(literal);
      default:
        return Literal::kAbsent;
    }
  }

  void TakeNumber(bool negative, LiteralDescription* literal) {
    std::string_view digits = Text();
    if (At(TokenKind::kDouble)) {
      double value = 0;
      const auto outcome = absl::from_chars(digits.data(), digits.data() + digits.size(), value);
      // What is too large would come out as the largest finite number, what is too small as zero.
      if (outcome.ec == std::errc::result_out_of_range && value > 1) {
        value = std::numeric_limits<double>::infinity();
      }
      literal->value = negative ? -value : value;
    } else {
      TakeInteger(negative, digits, literal);
    }
    Advance();
  }

  static void TakeInteger(bool negative, std::string_view digits, LiteralDescription* literal) {
    int64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc()) {
      literal->value = negative ? -value : value;
      return;
    }
    // More than a word holds, but for the smallest number of all.
    std::string text = Concat(negative ? "-" : "", digits.substr(digits.find_first_not_of('0')));
    if (absl::SimpleAtoi(text, &value)) {
      literal->value = value;
    } else {
      literal->value = BigIntegerText{std::move(text)};
    }
  }

  bool AtArray() const {
    return At(TokenKind::kPound) && Ahead().kind == TokenKind::kOpenParenthesis;
  }

  // An array and those nested in it, without recursion.
  Literal ParseArray(LiteralDescription* literal) {
    LiteralArray parts;
    absl::InlinedVector<size_t, 8> open;  // where in `parts` the arrays start that are not closed
    Nesting nesting(this, 0);
    do {
      LiteralDescription element;
      if (Accept(TokenKind::kCloseParenthesis)) {
        open.pop_back();
        nesting.Rise();
        continue;
      }
      if (AtArray()) {
        Advance();
        nesting.Deepen();
        if (nesting.TooDeep()) return Literal::kError;
        Advance();
        element.value = ArrayStart{};
      } else {
        const Literal outcome = ParseLiteral(&element);
        if (outcome == Literal::kAbsent) Unexpected("a literal or ')'");
        if (outcome != Literal::kParsed) return Literal::kError;
      }
      if (!open.empty()) ++std::get<ArrayStart>(parts[open.back()].value).element_count;
      if (std::holds_alternative<ArrayStart>(element.value)) open.push_back(parts.size());
      parts.push_back(std::move(element));
    } while (!open.empty());
    literal->value = std::move(parts);
    return Literal::kParsed;
  }

  Literal ParseSymbol(LiteralDescription* literal) {
    switch (Current().kind) {
      case TokenKind::kString:
        literal->value = SymbolText{DecodeString(source_, Current(), diagnostics_)};
        break;
      case TokenKind::kIdentifier:
      case TokenKind::kOperator:
        literal->value = SymbolText{std::string(Text())};
        break;
      case TokenKind::kKeyword: {
        std::string selector(Text());
        while (Ahead().begin == Current().end &&
               (Ahead().kind == TokenKind::kKeyword || Ahead().kind == TokenKind::kIdentifier)) {
          Advance();
          selector += Text();
        }
        literal->value = SymbolText{std::move(selector)};
        break;
      }
      default:
        Unexpected("a symbol or a literal array after '#'");
        return Literal::kError;
    }
    Advance();
    return Literal::kParsed;
  }

  std::unique_ptr<ClassNode> tree_;
  MethodNode* damaged_method_ = nullptr;  // see ParseMethod()
  bool stopped_ = false;                  // nothing more of this class can be parsed
  bool has_deep_stack_ = false;           // see nesting.h
  uint32_t block_count_ = 0;
  uint32_t reference_count_ = 0;
  NameNotes names_;
};

}  // namespace

std::unique_ptr<ClassNode> ParseClassSource(const SourceFile& source, Diagnostics* diagnostics) {
  return Parser(source, diagnostics).ParseClass();
}

std::unique_ptr<ClassNode> ParseDamagedClassSource(const SourceFile& source) {
  Diagnostics none;  // reported when the class was found to be damaged
  return Parser(source, &none, /*is_damaged=*/true).ParseDamagedClass();
}

std::unique_ptr<ClassNode> ParseExpressionSource(const SourceFile& source, std::string name,
                                                 Diagnostics* diagnostics) {
  return Parser(source, diagnostics).ParseExpression(std::move(name));
}

std::unique_ptr<ClassNode> ParseInputSource(const SourceFile& source, std::string name,
                                            Diagnostics* diagnostics) {
  return Parser(source, diagnostics).ParseInput(std::move(name));
}

std::unique_ptr<ClassNode> ParseEvaluationSource(const SourceFile& source,
                                                 const std::vector<std::string>& arguments,
                                                 Diagnostics* diagnostics) {
  return Parser(source, diagnostics).ParseEvaluation(arguments);
}

std::unique_ptr<ClassNode> ParseMethodSource(const SourceFile& source, Diagnostics* diagnostics) {
  return Parser(source, diagnostics).ParseSingleMethod();
}

}  // namespace som
