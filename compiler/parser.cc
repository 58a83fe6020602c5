// The recursive-descent parser; see parser.h.
//
// Errors: the first one inside a method makes every function return null or false up to the method,
// where Recover() looks for the next. Functions that can fail answer null or false exactly when an
// error has been reported.
#include "compiler/parser.h"

#include <algorithm>
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
#include "compiler/hints.h"
#include "compiler/lexer.h"
#include "compiler/name_notes.h"
#include "compiler/nesting.h"
#include "compiler/recovery.h"

namespace som {

namespace {

constexpr size_t kMaxErrors = 25;
constexpr std::string_view kExpression = "an expression";
constexpr std::string_view kMethodOrEnd = "')' or a method";

// Lists while they are read: so few elements that most need no memory of their own.
using Names = absl::InlinedVector<Name, 8>;
using Statements = absl::InlinedVector<Statement, 8>;
using Arguments = absl::InlinedVector<Expression*, 8>;
using Keywords = absl::InlinedVector<std::string_view, 8>;

class Parser {
 public:
  Parser(const SourceFile& source, Diagnostics* diagnostics)
      : source_(source),
        diagnostics_(diagnostics),
        errors_before_(diagnostics->size()),
        lexer_(source),
        current_(lexer_.Next()),
        ahead_(lexer_.Next()),
        tree_(std::make_unique<ClassNode>()) {}

  std::unique_ptr<ClassNode> ParseClass() {
    if (ParseHeader()) {
      ParseSide(&tree_->instance_side, /*may_end_in_separator=*/true);
      if (!stopped_ && Accept(TokenKind::kSeparator)) {
        ParseSide(&tree_->class_side, /*may_end_in_separator=*/false);
      }
    }
    return Result();
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

  // --- tokens ------------------------------------------------------------------------------------

  const Token& Current() const { return current_; }
  const Token& Ahead() const { return ahead_; }
  bool At(TokenKind kind) const { return Current().kind == kind; }
  bool AtOperator(std::string_view text) const {
    return At(TokenKind::kOperator) && Text() == text;
  }
  std::string_view Text() const { return TextOf(source_, Current()); }

  void Advance() {
    last_end_ = current_.end;
    if (At(TokenKind::kEnd)) return;
    current_ = ahead_;
    ahead_ = lexer_.Next();
    ++position_;
  }

  bool Accept(TokenKind kind) {
    if (!At(kind)) return false;
    Advance();
    return true;
  }

  bool Expect(TokenKind kind, std::string_view expected) {
    return Accept(kind) || Unexpected(expected);
  }

  bool ExpectOperator(std::string_view text, std::string_view expected) {
    if (!AtOperator(text)) return Unexpected(expected);
    Advance();
    return true;
  }

  // --- errors ------------------------------------------------------------------------------------

  void Report(uint32_t offset, std::string message) {
    diagnostics_->Add(source_, offset, std::move(message));
  }

  // All tokens, of which only errors ask.
  const std::vector<Token>& AllTokens() {
    if (tokens_.empty()) tokens_ = Tokenize(source_);
    return tokens_;
  }

  // For the current token.
  std::string Hint() { return HintForUnexpected(source_, AllTokens(), position_); }

  // Reports the current token; always false.
  bool Unexpected(std::string_view expected) {
    const Token& token = Current();
    if (token.kind == TokenKind::kUnterminatedString) {
      diagnostics_->Add(source_, token.begin, token.begin, "This string has no closing quote",
                        Hint());
      return false;
    }
    std::string found = DescribeToken(source_, token);
    uint32_t offset = token.begin;
    uint32_t end = token.end;
    if (token.kind == TokenKind::kEnd) {
      // The blank lines at the end of a file say nothing; what came last, or was left open, does.
      offset = last_end_;
      end = last_end_;
      if (lexer_.open_comment() < source_.text().size()) {
        offset = lexer_.open_comment();
        end = offset;
        found += " inside this comment";
      }
    }
    diagnostics_->Add(source_, offset, end, Concat("Unexpected ", found, "; expected ", expected),
                      Hint());
    return false;
  }

  void CheckAssignable(const Token& token, std::string_view verb) {
    const std::string_view name = TextOf(source_, token);
    if (IsReserved(name)) {
      Report(token.begin, Concat("'", name, "' cannot be ", verb));
    }
  }

  std::unique_ptr<ClassNode> Result() {
    return diagnostics_->size() == errors_before_ ? std::move(tree_) : nullptr;
  }

  // Counts a level of nesting for as long as it lives.
  class Nesting {
   public:
    explicit Nesting(Parser* parser, uint32_t levels = 1) : parser_(parser) { Deepen(levels); }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { parser_->nesting_ -= levels_; }

    void Deepen(uint32_t levels = 1) {
      levels_ += levels;
      parser_->nesting_ += levels;
      parser_->deepest_ = std::max(parser_->deepest_, parser_->nesting_);
    }
    void Rise() {
      --levels_;
      --parser_->nesting_;
    }

    // Reports and answers true when the limit is passed.
    bool TooDeep() const {
      if (parser_->nesting_ <= kMaxNesting) return false;
      parser_->Report(parser_->Current().begin,
                      Concat("Nested more than ", kMaxNesting, " levels deep"));
      return true;
    }

   private:
    Parser* parser_;
    uint32_t levels_ = 0;
  };

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
    if (AtOperator("|") && !ParseNames(&side->fields)) {
      // Without a closed declaration there is no telling where the methods begin.
      stopped_ = true;
      return;
    }
    while (!stopped_) {
      switch (Current().kind) {
        case TokenKind::kIdentifier:
        case TokenKind::kKeyword:
        case TokenKind::kOperator: {
          const size_t start = position_;
          if (MethodNode* method = ParseMethod()) {
            side->methods.push_back(method);
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
          Recover(start);
        }
      }
      if (diagnostics_->size() - errors_before_ >= kMaxErrors) stopped_ = true;
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

  MethodNode* ParseMethod() {
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
      if (!ParseBody(TokenKind::kCloseParenthesis, &method->body)) return nullptr;
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

  // Statements up to, not including, a token of the kind `close`.
  bool ParseBody(TokenKind close, Body* body) {
    if (AtOperator("|")) {
      Names locals;
      if (!ParseNames(&locals)) return false;
      body->locals = Kept(locals);
      names_.Declare(body->locals);
    }
    const BodyEnd end = DescribeEnd(close);
    Statements statements;
    while (!At(close)) {
      Statement statement{nullptr, Current().begin, Accept(TokenKind::kCaret)};
      statement.expression =
          ParseExpression(statement.is_return ? kExpression : end.expression_or_end);
      if (statement.expression == nullptr) return false;
      statements.push_back(statement);
      const bool period = Accept(TokenKind::kPeriod);
      if (At(close)) break;
      if (statement.is_return) {
        return Unexpected(period ? Concat(end.name, ", as '^' ends the statements")
                                 : Concat("'.' or ", end.name));
      }
      if (!period) return Unexpected(Concat("'.' or ", end.name));
    }
    body->statements = Kept(statements);
    names_.Undeclare(body->locals);
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
      const size_t first = digits.find_first_not_of('0');
      digits = first == std::string_view::npos ? "0" : digits.substr(first);
      std::string text = Concat(negative ? "-" : "", digits);
      int64_t value = 0;
      if (absl::SimpleAtoi(text, &value)) {
        literal->value = value;
      } else {
        literal->value = BigIntegerText{std::move(text)};
      }
    }
    Advance();
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

  const SourceFile& source_;
  Diagnostics* diagnostics_;
  size_t errors_before_;
  Lexer lexer_;
  Token current_;
  Token ahead_;
  std::unique_ptr<ClassNode> tree_;
  size_t position_ = 0;        // how many tokens were taken
  std::vector<Token> tokens_;  // see AllTokens()
  uint32_t last_end_ = 0;      // end of the last token taken
  bool stopped_ = false;       // nothing more of this class can be parsed
  uint32_t nesting_ = 0;
  uint32_t deepest_ = 0;         // of the method
  bool has_deep_stack_ = false;  // see nesting.h
  uint32_t block_count_ = 0;
  uint32_t reference_count_ = 0;
  NameNotes names_;
};

}  // namespace

std::unique_ptr<ClassNode> ParseClassSource(const SourceFile& source, Diagnostics* diagnostics) {
  return Parser(source, diagnostics).ParseClass();
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
