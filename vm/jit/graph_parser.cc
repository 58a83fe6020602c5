// See graph_text.h: the parser. It first makes every node and block that a line begins with, so
// that phis may name what comes later, and then fills in the operands.
#include <bit>
#include <charconv>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "vm/jit/graph_text.h"
#include "vm/objects/well_known.h"

namespace som::jit {

namespace {

using Words = std::vector<std::string_view>;

const std::map<std::string_view, IrOp>& OpsByName() {
  static const auto* ops = new std::map<std::string_view, IrOp>{
#define SOM_IR_OP(name, result, type, inputs, needs, effects, sentence) {#name, IrOp::k##name},
#include "vm/jit/ir.def"
  };
  return *ops;
}

bool Number(std::string_view text, int base, uint64_t* result) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *result, base);
  return error == std::errc() && end == text.data() + text.size();
}

bool Double(std::string_view text, double* result) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *result);
  return error == std::errc() && end == text.data() + text.size();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : graph_(std::make_unique<Graph>()) {
    size_t number = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      ++number;
      const std::string spaced = Spaced(line);
      Line result{number, {}, spaced};
      if (spaced.find_first_not_of(' ') != std::string::npos) lines_.push_back(result);
    }
    for (Line& line : lines_) line.words = SplitWords(line.text);
  }

  std::unique_ptr<Graph> Run(std::string* error) {
    Declare();
    for (line_ = lines_.begin(); !failed_ && line_ != lines_.end(); ++line_) ParseLine();
    for (size_t i = 0; i < numbered_.size(); ++i) {
      if (named_[i] && !defined_[i]) Fail(absl::StrCat("v", i, " is defined nowhere"));
    }
    if (failed_) {
      *error = message_;
      return nullptr;
    }
    return std::move(graph_);
  }

 private:
  struct Line {
    size_t number;
    Words words;
    std::string text;
  };

  // Punctuation as words of their own.
  static std::string Spaced(std::string_view line) {
    std::string result;
    for (char c : line) {
      if (c == '[' || c == ']' || c == ';' || c == '|') {
        absl::StrAppend(&result, " ", std::string(1, c), " ");
      } else {
        result += c;
      }
    }
    return result;
  }

  static Words SplitWords(std::string_view text) {
    Words words;
    for (size_t begin = 0;
         (begin = text.find_first_not_of(' ', begin)) != std::string_view::npos;) {
      const size_t end = std::min(text.find(' ', begin), text.size());
      words.push_back(text.substr(begin, end - begin));
      begin = end;
    }
    return words;
  }

  void Fail(const std::string& what) {
    if (failed_) return;
    failed_ = true;
    message_ = line_ == lines_.end() ? what : absl::StrCat("line ", line_->number, ": ", what);
  }

  static bool IsBlockLine(const Line& line) {
    return line.words[0].front() == 'b' && line.words[0].back() == ':';
  }
  static bool IsHeader(const Line& line) { return line.words[0] == "graph"; }

  // Nodes by the numbers that the text gives them, the ones between unused; blocks; nodes without a
  // value behind the numbered ones.
  void Declare() {
    uint64_t highest = 0;
    bool any = false;
    for (line_ = lines_.begin(); line_ != lines_.end(); ++line_) {
      for (std::string_view word : line_->words) {
        uint64_t number = 0;
        if (word.front() == 'v' && Number(word.substr(1), 10, &number)) {
          if (number > 100000) return Fail("a value's number is too large");
          highest = std::max(highest, number);
          any = true;
        }
      }
      if (IsBlockLine(*line_)) graph_->NewBlock();
    }
    if (any) {
      for (uint64_t i = 0; i <= highest; ++i)
        numbered_.push_back(graph_->NewNode(IrOp::kConstant, {}));
    }
    defined_.resize(numbered_.size(), false);
    named_.resize(numbered_.size(), false);
  }

  void ParseLine() {
    next_ = 0;
    if (IsHeader(*line_)) return ParseHeader();
    if (IsBlockLine(*line_)) return ParseBlock();
    if (block_ == nullptr) return Fail("an operation in front of the first block");
    ParseNode();
    if (!AtEnd()) Fail(absl::StrCat("'", std::string(Peek()), "' is not expected here"));
  }

  bool AtEnd() const { return next_ >= line_->words.size(); }
  std::string_view Peek() const { return AtEnd() ? std::string_view() : line_->words[next_]; }
  std::string_view Take() { return AtEnd() ? std::string_view() : line_->words[next_++]; }
  bool Accept(std::string_view word) {
    if (Peek() != word) return false;
    ++next_;
    return true;
  }

  // `prefix` and a number, in the next word.
  bool AcceptNumber(std::string_view prefix, int64_t* result, int base = 10) {
    std::string_view word = Peek();
    if (!word.starts_with(prefix) || word.size() == prefix.size()) return false;
    word.remove_prefix(prefix.size());
    const bool negative = word.starts_with('-');
    if (negative) word.remove_prefix(1);
    uint64_t number = 0;
    if (!Number(word, base, &number)) return false;
    *result = static_cast<int64_t>(negative ? ~number + 1 : number);
    ++next_;
    return true;
  }

  void ParseHeader() {
    Take();
    int64_t number = 0;
    while (!AtEnd()) {
      if (AcceptNumber("extent=", &number)) {
        graph_->extent_words = static_cast<int32_t>(number);
      } else if (AcceptNumber("loop=", &number)) {
        graph_->loop_entry = number;
      } else {
        return Fail("expected extent= or loop=");
      }
    }
  }

  Block* TakeBlock() {
    int64_t number = 0;
    if (!AcceptNumber("b", &number)) return nullptr;
    if (static_cast<size_t>(number) >= graph_->blocks().size()) {
      Fail(absl::StrCat("there is no b", number));
      return nullptr;
    }
    return graph_->blocks()[static_cast<size_t>(number)];
  }

  void ParseBlock() {
    const std::string name(Take());
    const size_t index = blocks_seen_++;
    if (name != absl::StrCat("b", index, ":"))
      return Fail(absl::StrCat("blocks are numbered in order: expected b", index));
    block_ = graph_->blocks()[index];
    block_->is_loop_header = Accept("loop");
    if (Accept("from")) {
      while (Block* predecessor = TakeBlock()) block_->predecessors.push_back(predecessor);
    }
    int64_t depth = 0;
    if (AcceptNumber("depth=", &depth)) block_->loop_depth = static_cast<uint16_t>(depth);
    block_->is_cold = Accept("cold");
    if (!AtEnd()) Fail(absl::StrCat("'", std::string(Peek()), "' is not expected here"));
  }

  void ParseNode() {
    Node* node = nullptr;
    if (line_->words.size() > 2 && line_->words[1] == "=") {
      node = TakeDefinition();
      if (node == nullptr) return;
      Take();
    }
    auto op = OpsByName().find(Take());
    if (op == OpsByName().end()) return Fail("there is no such operation");
    if (node == nullptr) node = graph_->NewNode(op->second, {});
    node->op = op->second;
    node->rep = InfoOf(node->op).rep;
    if (node->rep == IrRep::kOwn) node->rep = Accept("double") ? IrRep::kDouble : IrRep::kTagged;
    node->block = block_;
    (node->op == IrOp::kPhi ? block_->phis : block_->nodes).push_back(node);
    if (HasCondition(node->op)) ParseCondition(node);
    while (Node* input = TakeOperand()) node->inputs.push_back(input);
    ParseNumbers(&node->imm, &node->imm2);
    int64_t data = 0;
    if (AcceptNumber("&", &data, 16))
      node->data = reinterpret_cast<const void*>(static_cast<uintptr_t>(data));
    node->flag = Accept("flag");
    int64_t room = 0;
    if (AcceptNumber("room=", &room)) node->room = static_cast<int32_t>(room);
    if (Accept(":")) node->type = ParseType();
    if (Accept("under")) node->guard = TakeOperand();
    if (Accept("[")) ParseState(node);
    while (Block* successor = TakeBlock()) block_->successors.push_back(successor);
  }

  Node* TakeDefinition() {
    int64_t number = 0;
    if (!AcceptNumber("v", &number)) {
      Fail("expected a value's name");
      return nullptr;
    }
    const auto index = static_cast<size_t>(number);
    if (defined_[index]) {
      Fail(absl::StrCat("v", index, " is defined twice"));
      return nullptr;
    }
    defined_[index] = true;
    return numbered_[index];
  }

  void ParseNumbers(int64_t* imm, int64_t* imm2) {
    AcceptNumber("#", imm);
    AcceptNumber("/", imm2);
  }

  void ParseCondition(Node* node) {
    for (int64_t c = 0; c <= static_cast<int64_t>(IrCondition::kNotEqual); ++c) {
      if (Accept(NameOf(static_cast<IrCondition>(c)))) {
        node->imm = c;
        return;
      }
    }
    Fail("expected a condition");
  }

  Type ParseType() {
    for (Type type : {Type::Nothing(), Type::Anything(), Type::Int(), Type::Double(),
                      Type::Boolean(), Type::AnyObject()}) {
      if (Accept(TypeText(type))) return type;
    }
    int64_t index = 0;
    if (!AcceptNumber("class", &index)) Fail("expected a type");
    return Type::OfClass(static_cast<uint32_t>(index));
  }

  // Null, with nothing taken, if the next word is none.
  Node* TakeOperand() {
    int64_t number = 0;
    if (AcceptNumber("v", &number)) {
      named_[static_cast<size_t>(number)] = true;
      return numbered_[static_cast<size_t>(number)];
    }
    if (AcceptNumber("x", &number)) return Virtual(number);
    if (AcceptNumber("", &number)) return Constant(Value::Int(number));
    if (Accept("nil")) return Constant(Nil());
    if (Accept("true")) return Constant(True());
    if (Accept("false")) return Constant(False());
    if (AcceptNumber("@", &number, 16))
      return Constant(Value::FromBits(static_cast<uint64_t>(number)));
    std::string_view word = Peek();
    const bool untagged = word.ends_with('d');
    if (untagged) word.remove_suffix(1);
    double value = 0;
    uint64_t bits = 0;
    if (word.starts_with("bits") && Number(word.substr(4), 16, &bits)) {
      value = std::bit_cast<double>(bits);
    } else if (word.find_first_of("0123456789") == std::string_view::npos ||
               word.find_first_of(".e") == std::string_view::npos || !Double(word, &value)) {
      return nullptr;
    }
    ++next_;
    if (!untagged) return Constant(Value::EncodeDouble(value));
    Node* node = graph_->NewNode(IrOp::kDoubleConstant, {});
    node->imm = std::bit_cast<int64_t>(value);
    node->block = graph_->blocks()[0];
    return node;
  }

  Node* Constant(Value value) {
    Node*& node = constants_[value.bits()];
    if (node == nullptr) {
      node = graph_->NewNode(IrOp::kConstant, {});
      node->imm = static_cast<int64_t>(value.bits());
      node->block = graph_->blocks()[0];
    }
    return node;
  }

  Node* Virtual(int64_t number) {
    Node*& node = virtuals_[number];
    if (node == nullptr) {
      node = graph_->NewNode(IrOp::kVirtual, {});
      node->imm = number;
    }
    return node;
  }

  void ParseState(Node* node) {
    FrameState* caller = nullptr;
    do {
      FrameState* state = graph_->NewState();
      state->caller = caller;
      int64_t number = 0;
      if (AcceptNumber("+", &number)) state->base = static_cast<int32_t>(number);
      if (!AcceptNumber("@", &number)) return Fail("expected @ and the offset of a bytecode");
      state->offset = static_cast<uint32_t>(number);
      if (Accept("home")) {
        bool* flag = graph_->NewFlag();
        *flag = true;
        state->has_home_id = flag;
      }
      for (;;) {
        if (Accept("_")) {
          state->values.push_back(nullptr);
        } else if (Node* value = TakeOperand()) {
          state->values.push_back(value);
        } else {
          break;
        }
      }
      caller = state;
    } while (Accept("|"));
    while (Accept(";")) ParseVirtual(caller);
    if (!Accept("]"))
      return Fail(absl::StrCat("'", std::string(Peek()), "' is not expected in a state"));
    node->state = caller;
  }

  void ParseVirtual(FrameState* state) {
    int64_t number = 0;
    if (!AcceptNumber("x", &number) || !Accept("=")) return Fail("expected an object's name and =");
    VirtualObject object;
    object.node = Virtual(number);
    auto op = OpsByName().find(Take());
    if (op == OpsByName().end()) return Fail("there is no such operation");
    object.kind = op->second;
    while (Node* field = TakeOperand()) object.fields.push_back(field);
    ParseNumbers(&object.imm, &object.imm2);
    state->virtuals.push_back(std::move(object));
  }

  std::unique_ptr<Graph> graph_;
  std::vector<Line> lines_;
  std::vector<Line>::iterator line_ = lines_.end();
  size_t next_ = 0;
  Block* block_ = nullptr;
  size_t blocks_seen_ = 0;
  std::vector<Node*> numbered_;
  std::vector<bool> defined_;  // by number: a line begins with it; something refers to it
  std::vector<bool> named_;
  std::map<uint64_t, Node*> constants_;
  std::map<int64_t, Node*> virtuals_;
  bool failed_ = false;
  std::string message_;
};

}  // namespace

std::unique_ptr<Graph> ParseGraph(std::string_view text, std::string* error) {
  return Parser(text).Run(error);
}

}  // namespace som::jit
