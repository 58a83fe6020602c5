// The compiler's entry points: parsing files and expressions, checking classes, compiling methods,
// compiling one again with a send that has to be real. See compile.h.
#include "compiler/compile.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "compiler/ast.h"
#include "compiler/code_generator.h"
#include "compiler/concat.h"
#include "compiler/name_notes.h"
#include "compiler/nesting.h"
#include "compiler/parser.h"
#include "compiler/scope.h"
#include "compiler/source.h"
#include "compiler/tree_walk.h"
#ifdef SOM_DEBUG
#include "compiler/verifier.h"
#endif

namespace som {

ParsedClass::ParsedClass(std::unique_ptr<SourceFile> source, std::unique_ptr<ClassNode> tree)
    : source_(std::move(source)), tree_(std::move(tree)) {}
ParsedClass::ParsedClass(ParsedClass&&) noexcept = default;
ParsedClass& ParsedClass::operator=(ParsedClass&&) noexcept = default;
ParsedClass::~ParsedClass() = default;

const std::string& ParsedClass::path() const { return source_->path(); }
const std::string& ParsedClass::text() const { return source_->text(); }
const std::string& ParsedClass::name() const { return tree_->name; }
const std::string& ParsedClass::superclass_name() const { return tree_->superclass_name; }
namespace {

const ClassSide& SideOf(const ClassNode& tree, bool class_side) {
  return class_side ? tree.class_side : tree.instance_side;
}

std::vector<std::string> NamesOf(const std::vector<Name>& names) {
  std::vector<std::string> result;
  result.reserve(names.size());
  for (const Name& name : names) result.emplace_back(name.text);
  return result;
}

}  // namespace

std::vector<std::string> ParsedClass::instance_fields() const {
  return NamesOf(tree_->instance_side.fields);
}
std::vector<std::string> ParsedClass::class_fields() const {
  return NamesOf(tree_->class_side.fields);
}
size_t ParsedClass::method_count(bool class_side) const {
  return SideOf(*tree_, class_side).methods.size();
}
MethodDeclaration ParsedClass::method(bool class_side, size_t index) const {
  const MethodNode& method = *SideOf(*tree_, class_side).methods[index];
  return {method.selector, static_cast<uint16_t>(method.parameters.size()), method.is_primitive};
}
std::string_view ParsedClass::MethodText(bool class_side, size_t index) const {
  const MethodNode& method = *SideOf(*tree_, class_side).methods[index];
  return std::string_view(text()).substr(method.begin, method.end - method.begin);
}
std::string_view ParsedClass::Line(uint32_t line) const { return source_->Line(line); }

namespace {

constexpr std::string_view kExtension = ".som";
// Places in a text are 32-bit numbers with a little room.
constexpr size_t kMaxTextSize = std::numeric_limits<int32_t>::max();
constexpr size_t kMaxFields = std::numeric_limits<uint16_t>::max();
// A method whose text is no longer than this exceeds no limit of the code (32767 and more
// variables, operands, levels of contexts): each of what is counted takes two bytes or more of the
// text.
constexpr uint32_t kAlwaysWithinLimits = 16 << 10;

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool CheckSize(const std::string& path, const std::string& text, Diagnostics* diagnostics) {
  if (text.size() <= kMaxTextSize) return true;
  diagnostics->Add({path, 1, 1, "The file is larger than 2 GB", "", 1, ""});
  return false;
}

class ClassCompiler {
 public:
  ClassCompiler(const ParsedClass& parsed, const InheritedFields& inherited,
                const CompileOptions& options, Diagnostics* diagnostics)
      : source_(parsed.source()),
        tree_(parsed.tree()),
        inherited_(inherited),
        options_(options),
        diagnostics_(diagnostics) {}

  bool Check() {
    const size_t errors_before = diagnostics_->size();
    CheckSide(tree_.instance_side, inherited_.instance_side);
    CheckSide(tree_.class_side, inherited_.class_side);
    return diagnostics_->size() == errors_before;
  }

  std::unique_ptr<ClassDescription> Compile() {
    if (!Check()) return nullptr;
    auto result = std::make_unique<ClassDescription>();
    result->name = tree_.name;
    result->superclass_name = tree_.superclass_name;
    result->path = source_.path();
    result->inherited_instance_fields = inherited_.instance_side;
    result->inherited_class_fields = inherited_.class_side;
    CompileSide(tree_.instance_side, inherited_.instance_side, &result->instance_fields,
                &result->instance_methods);
    CompileSide(tree_.class_side, inherited_.class_side, &result->class_fields,
                &result->class_methods);
    return result;
  }

  MethodDescription CompileMethod(bool class_side, size_t method_index) {
    const ClassSide& side = SideOf(tree_, class_side);
    const FieldTable fields = MakeFields(side, InheritedBy(class_side));
    MethodDescription result = Generate(*side.methods[method_index], fields);
    Verify(result, fields);
    return result;
  }

  VisibleVariables FindVisible(bool class_side, size_t method_index, const RealSends& real_sends,
                               uint32_t block) {
    const ClassSide& side = SideOf(tree_, class_side);
    const FieldTable fields = MakeFields(side, InheritedBy(class_side));
    const MethodNode& method = *side.methods[method_index];
    VisibleVariables result;
    WithStackFor(method, [&] {
      const InliningPolicy policy(options_, method.begin, &real_sends);
      result = Visible(Analyze(method, fields, policy), block);
    });
    return result;
  }

  DeoptimizedMethod CompileDeoptimized(bool class_side, size_t method_index,
                                       const RealSends& real_sends, uint32_t unit, uint32_t key) {
    const ClassSide& side = SideOf(tree_, class_side);
    const FieldTable fields = MakeFields(side, InheritedBy(class_side));
    const MethodNode& method = *side.methods[method_index];
    DeoptimizedMethod result;
    WithStackFor(method, [&] { result = Deoptimized(method, fields, real_sends, unit, key); });
    return result;
  }

 private:
  DeoptimizedMethod Deoptimized(const MethodNode& method, const FieldTable& fields,
                                const RealSends& real_sends, uint32_t unit, uint32_t key) {
    const InliningPolicy old_policy(options_, method.begin, &real_sends);
    const MethodScopes old_scopes = Analyze(method, fields, old_policy);
    MethodGenerator old_generator(method, old_scopes, old_policy, options_, source_, diagnostics_);
    old_generator.Generate();

    RealSends more_real_sends = real_sends;
    more_real_sends.insert(key);
    const InliningPolicy new_policy(options_, method.begin, &more_real_sends);
    const MethodScopes new_scopes = Analyze(method, fields, new_policy);
    MethodGenerator new_generator(method, new_scopes, new_policy, options_, source_, diagnostics_);
    new_generator.WatchSend(key);

    DeoptimizedMethod result;
    result.method = new_generator.Generate();
    Verify(result.method, fields);
    assert(new_generator.resume_point().has_value());
    const ResumePoint resume = new_generator.resume_point().value_or(ResumePoint{});
    assert(new_generator.unit_blocks()[resume.unit] == old_generator.unit_blocks()[unit]);
    result.unit = resume.unit;
    result.resume_offset = resume.offset;
    // Frames of both versions have the same layout.
    const uint32_t old_unit = old_scopes.blocks[old_generator.unit_blocks()[unit]].unit;
    [[maybe_unused]] const Unit& old_frame = old_scopes.units[old_unit];
    [[maybe_unused]] const Unit& new_frame =
        new_scopes.units[new_scopes.context_scopes[resume.context_scope].unit];
    assert(old_frame.copied == new_frame.copied);
    assert(old_frame.own_local_count == new_frame.own_local_count);
    result.transfers = Transfers(old_scopes, new_scopes, old_unit, resume.context_scope);
    const auto kept = std::count_if(result.transfers.begin(), result.transfers.end(),
                                    [](const ContextTransfer& t) { return t.had_context; });
    const uint32_t innermost_block = new_scopes.context_scopes[resume.context_scope].block;
    const uint32_t had =
        old_scopes.ContextsInUnit(old_scopes.blocks[innermost_block].context_scope);
    result.dropped_contexts = had - static_cast<uint32_t>(kept);
    return result;
  }

  static VisibleVariables Visible(const MethodScopes& scopes, uint32_t block) {
    VisibleVariables result;
    const BlockScope& innermost = scopes.blocks[block];
    const Unit& unit = scopes.units[innermost.unit];
    result.contexts = scopes.ContextsInUnit(innermost.context_scope);
    absl::flat_hash_set<std::string_view> names;
    for (uint32_t b = block; b != kNoIndex; b = scopes.blocks[b].parent) {
      const BlockScope& scope = scopes.blocks[b];
      for (uint32_t i = 0; i < scope.variable_count; ++i) {
        const uint32_t index = scope.first_variable + i;
        const Variable& v = scopes.variables[index];
        const bool is_captured = v.unit != innermost.unit;
        if (is_captured && !v.in_context && !unit.copied_index.contains(index)) continue;
        if (!names.insert(v.name.text).second) continue;
        VisibleVariable variable;
        variable.name = v.name.text;
        variable.is_argument = v.slot < 0;
        variable.is_captured = is_captured;
        variable.in_context = v.in_context;
        if (v.in_context) {
          variable.depth = scopes.Depth(innermost.context_scope, v.context_scope);
          variable.index = v.context_index;
        } else {
          variable.slot = scopes.SlotIn(innermost.unit, index);
        }
        result.variables.push_back(std::move(variable));
      }
    }
    return result;
  }

  void CompileSide(const ClassSide& side, const std::vector<std::string>& inherited,
                   std::vector<std::string>* field_names, std::vector<MethodDescription>* methods) {
    field_names->reserve(side.fields.size());
    for (const Name& field : side.fields) field_names->emplace_back(field.text);
    const FieldTable fields = MakeFields(side, inherited);
    methods->reserve(side.methods.size());
    for (const MethodNode* method : side.methods) {
      methods->push_back(Generate(*method, fields));
      Verify(methods->back(), fields);
    }
  }

  const std::vector<std::string>& InheritedBy(bool class_side) const {
    return class_side ? inherited_.class_side : inherited_.instance_side;
  }

  void CheckSide(const ClassSide& side, const std::vector<std::string>& inherited) {
    CheckFields(side, inherited);
    CheckMethods(side);
    std::optional<FieldTable> fields;  // few sides need it
    for (const MethodNode* method : side.methods) {
      const bool is_long = method->end - method->begin > kAlwaysWithinLimits;
      if (method->doubtful_names.empty() && !is_long) continue;
      if (!fields.has_value()) fields = MakeFields(side, inherited);
      const size_t errors_before = diagnostics_->size();
      CheckNames(*method, *fields, source_, diagnostics_);
      if (is_long && diagnostics_->size() == errors_before) Generate(*method, *fields);
    }
  }

  // The code of a method whose names are right; without meaning if a limit is exceeded, which is
  // reported.
  MethodDescription Generate(const MethodNode& method, const FieldTable& fields) {
    MethodDescription result;
    WithStackFor(method, [&] {
      const size_t errors_before = diagnostics_->size();
      const InliningPolicy policy(options_, method.begin, nullptr);
      const MethodScopes scopes = Analyze(method, fields, policy);
      if (diagnostics_->size() != errors_before) return;
      result = MethodGenerator(method, scopes, policy, options_, source_, diagnostics_).Generate();
    });
    return result;
  }

  MethodScopes Analyze(const MethodNode& method, const FieldTable& fields,
                       const InliningPolicy& policy) {
    return AnalyzeMethod(method, fields, policy, source_, diagnostics_);
  }

  void CheckFields(const ClassSide& side, const std::vector<std::string>& inherited) {
    const absl::flat_hash_set<std::string_view> outer(inherited.begin(), inherited.end());
    absl::flat_hash_set<std::string_view> own;
    for (const Name& field : side.fields) {
      if (outer.contains(field.text)) {
        Report(field.begin, Concat("Field '", field.text, "' is already defined in a superclass."));
      } else if (!own.insert(field.text).second) {
        Report(field.begin,
               Concat("Field '", field.text, "' has already been defined in this class."));
      }
    }
    if (inherited.size() + side.fields.size() > kMaxFields) {
      Report(tree_.name_begin, Concat("More than ", kMaxFields, " fields in one class"));
    }
  }

  void CheckMethods(const ClassSide& side) {
    absl::flat_hash_set<std::string_view> seen;
    seen.reserve(side.methods.size());
    for (const MethodNode* method : side.methods) {
      if (seen.insert(method->selector).second) continue;
      Report(method->begin,
             Concat("Method '", method->selector, "' has already been defined in this class."));
    }
  }

  void Report(uint32_t offset, std::string message) {
    diagnostics_->Add(source_, offset, std::move(message));
  }

  static FieldTable MakeFields(const ClassSide& side, const std::vector<std::string>& inherited) {
    FieldTable fields;
    uint16_t next = 0;
    for (const std::string& field : inherited) fields.emplace(field, next++);
    for (const Name& field : side.fields) fields.emplace(field.text, next++);
    return fields;
  }

  static void Verify([[maybe_unused]] const MethodDescription& method,
                     [[maybe_unused]] const FieldTable& fields) {
#ifdef SOM_DEBUG
    const std::string violation = VerifyMethod(method, static_cast<uint32_t>(fields.size()));
    if (violation.empty()) return;
    std::fprintf(stderr, "%s: bad code: %s\n", method.selector.c_str(), violation.c_str());
    std::abort();
#endif
  }

  // What the contexts that are active in `context_scope` of the new version take over from the old
  // one.
  static std::vector<ContextTransfer> Transfers(const MethodScopes& old_scopes,
                                                const MethodScopes& new_scopes, uint32_t old_unit,
                                                uint32_t context_scope) {
    std::vector<ContextTransfer> transfers;
    const uint32_t new_unit = new_scopes.context_scopes[context_scope].unit;
    for (uint32_t i = context_scope; i != kNoIndex && new_scopes.context_scopes[i].unit == new_unit;
         i = new_scopes.context_scopes[i].parent) {
      const ContextScope& scope = new_scopes.context_scopes[i];
      if (!scope.has_context) continue;
      ContextTransfer transfer;
      transfer.size = static_cast<uint16_t>(scope.size);
      const uint32_t old_scope = old_scopes.blocks[scope.block].context_scope;
      transfer.had_context = old_scopes.context_scopes[old_scope].has_context;
      for (const uint32_t variable : scope.variables) {
        // Variables have the same numbers in all versions of a method.
        assert(new_scopes.variables[variable].in_context ||
               !old_scopes.variables[variable].in_context);
        if (!new_scopes.variables[variable].in_context) continue;
        if (old_scopes.variables[variable].in_context) continue;
        transfer.moves.push_back(
            {old_scopes.SlotIn(old_unit, variable), new_scopes.variables[variable].context_index});
      }
      transfers.push_back(std::move(transfer));
    }
    std::reverse(transfers.begin(), transfers.end());
    return transfers;
  }

  const SourceFile& source_;
  const ClassNode& tree_;
  const InheritedFields& inherited_;
  const CompileOptions& options_;
  Diagnostics* diagnostics_;
};

}  // namespace

std::unique_ptr<ParsedClass> ParseClass(std::string path, std::string text,
                                        Diagnostics* diagnostics, bool check_file_name) {
  if (!CheckSize(path, text, diagnostics)) return nullptr;
  auto source = std::make_unique<SourceFile>(std::move(path), std::move(text));
  std::unique_ptr<ClassNode> tree = ParseClassSource(*source, diagnostics);
  if (tree == nullptr) return nullptr;
  const std::string_view file = BaseName(source->path());
  if (check_file_name && file.size() > kExtension.size() && file.ends_with(kExtension) &&
      file.substr(0, file.size() - kExtension.size()) != tree->name) {
    diagnostics->Add(*source, tree->name_begin,
                     Concat("Filename ", file, " does not match class name ", tree->name));
    return nullptr;
  }
  return std::make_unique<ParsedClass>(std::move(source), std::move(tree));
}

std::unique_ptr<ParsedClass> ParseDamagedClass(std::string path, std::string text) {
  if (text.size() > kMaxTextSize) text.clear();
  auto source = std::make_unique<SourceFile>(std::move(path), std::move(text));
  std::unique_ptr<ClassNode> tree = ParseDamagedClassSource(*source);
  return std::make_unique<ParsedClass>(std::move(source), std::move(tree));
}

std::unique_ptr<ParsedClass> ParseExpression(std::string name, std::string path,
                                             std::string expression, Diagnostics* diagnostics) {
  if (!CheckSize(path, expression, diagnostics)) return nullptr;
  auto source = std::make_unique<SourceFile>(std::move(path), std::move(expression));
  std::unique_ptr<ClassNode> tree = ParseExpressionSource(*source, std::move(name), diagnostics);
  if (tree == nullptr) return nullptr;
  return std::make_unique<ParsedClass>(std::move(source), std::move(tree));
}

ParsedInput ParseInput(std::string name, std::string path, std::string text,
                       const std::vector<std::string>& variables, Diagnostics* diagnostics) {
  ParsedInput input;
  if (!CheckSize(path, text, diagnostics)) return input;
  auto source = std::make_unique<SourceFile>(std::move(path), std::move(text));
  std::unique_ptr<ClassNode> tree = ParseInputSource(*source, std::move(name), diagnostics);
  if (tree == nullptr) return input;
  input.declared = NamesOf(tree->instance_side.fields);

  // Views into the tree's arena, as names of the tree must be.
  std::vector<Name> fields;
  FieldTable known;
  const auto add = [&](const std::string& field) {
    const std::string_view text_of_field = tree->arena.CopyText(field);
    if (!known.emplace(text_of_field, static_cast<uint16_t>(fields.size())).second) return false;
    fields.push_back({text_of_field, 0});
    return true;
  };
  const auto add_new = [&](const std::string& field) {
    if (add(field)) input.new_variables.push_back(field);
  };
  for (const std::string& variable : variables) add(variable);
  for (const std::string& variable : input.declared) add_new(variable);
  for (const DoubtfulName& doubtful : tree->instance_side.methods.front()->doubtful_names) {
    if (!doubtful.is_repeated) add_new(std::string(doubtful.name.text));
  }
  tree->instance_side.fields = std::move(fields);
  input.parsed = std::make_unique<ParsedClass>(std::move(source), std::move(tree));
  return input;
}

namespace {

// Gives both sides of a tree their fields.
void DeclareFields(const std::vector<std::string>& instance_fields,
                   const std::vector<std::string>& class_fields, ClassNode* tree) {
  const auto declare = [tree](const std::vector<std::string>& fields, ClassSide* side) {
    side->fields.reserve(fields.size());
    for (const std::string& field : fields)
      side->fields.push_back({tree->arena.CopyText(field), 0});
  };
  declare(instance_fields, &tree->instance_side);
  declare(class_fields, &tree->class_side);
}

}  // namespace

std::unique_ptr<ParsedClass> ParseEvaluation(std::string path, std::string text,
                                             const std::vector<std::string>& arguments,
                                             const std::vector<std::string>& instance_fields,
                                             const std::vector<std::string>& class_fields,
                                             bool class_side, Diagnostics* diagnostics) {
  if (!CheckSize(path, text, diagnostics)) return nullptr;
  auto source = std::make_unique<SourceFile>(std::move(path), std::move(text));
  std::unique_ptr<ClassNode> tree = ParseEvaluationSource(*source, arguments, diagnostics);
  if (tree == nullptr) return nullptr;
  DeclareFields(instance_fields, class_fields, tree.get());
  if (class_side) std::swap(tree->instance_side.methods, tree->class_side.methods);
  return std::make_unique<ParsedClass>(std::move(source), std::move(tree));
}

std::unique_ptr<ParsedClass> ParseMethod(std::string path, std::string text,
                                         const std::vector<std::string>& instance_fields,
                                         const std::vector<std::string>& class_fields,
                                         Diagnostics* diagnostics) {
  if (!CheckSize(path, text, diagnostics)) return nullptr;
  auto source = std::make_unique<SourceFile>(std::move(path), std::move(text));
  std::unique_ptr<ClassNode> tree = ParseMethodSource(*source, diagnostics);
  if (tree == nullptr) return nullptr;
  DeclareFields(instance_fields, class_fields, tree.get());
  return std::make_unique<ParsedClass>(std::move(source), std::move(tree));
}

std::unique_ptr<ClassDescription> CompileClass(const ParsedClass& parsed,
                                               const InheritedFields& inherited,
                                               const CompileOptions& options,
                                               Diagnostics* diagnostics) {
  return ClassCompiler(parsed, inherited, options, diagnostics).Compile();
}

bool CheckClass(const ParsedClass& parsed, const InheritedFields& inherited,
                const CompileOptions& options, Diagnostics* diagnostics) {
  return ClassCompiler(parsed, inherited, options, diagnostics).Check();
}

MethodDescription CompileMethod(const ParsedClass& parsed, const InheritedFields& inherited,
                                const CompileOptions& options, bool class_side,
                                size_t method_index) {
  Diagnostics none;  // CheckClass has seen it
  MethodDescription method =
      ClassCompiler(parsed, inherited, options, &none).CompileMethod(class_side, method_index);
  assert(none.empty());
  return method;
}

DeoptimizedMethod CompileDeoptimized(const ParsedClass& parsed, const InheritedFields& inherited,
                                     const CompileOptions& options, bool class_side,
                                     size_t method_index, const RealSends& real_sends,
                                     uint32_t unit, uint32_t key) {
  // The method has been compiled before: there are no errors to report.
  Diagnostics none;
  return ClassCompiler(parsed, inherited, options, &none)
      .CompileDeoptimized(class_side, method_index, real_sends, unit, key);
}

VisibleVariables FindVisibleVariables(const ParsedClass& parsed, const InheritedFields& inherited,
                                      const CompileOptions& options, bool class_side,
                                      size_t method_index, const RealSends& real_sends,
                                      uint32_t block) {
  Diagnostics none;  // it has been compiled before
  return ClassCompiler(parsed, inherited, options, &none)
      .FindVisible(class_side, method_index, real_sends, block);
}

std::vector<StatementLine> StatementLines(const ParsedClass& parsed) {
  std::vector<StatementLine> lines;
  const SourceFile& source = parsed.source();
  for (const bool class_side : {false, true}) {
    for (const MethodNode* method : SideOf(parsed.tree(), class_side).methods) {
      const SourceSpan span = source.Span(method->begin, method->end);
      const auto add = [&](const Body& body) {
        for (const Statement& statement : body.statements)
          lines.push_back({source.Locate(statement.begin).line, span.line, span.end_line});
      };
      add(method->body);
      FindExpression(*method, [&](const Expression& expression) {
        if (expression.kind == ExpressionKind::kBlock) add(As<BlockExpression>(&expression)->body);
        return false;
      });
    }
  }
  std::sort(lines.begin(), lines.end(),
            [](const StatementLine& a, const StatementLine& b) { return a.line < b.line; });
  return lines;
}

}  // namespace som
