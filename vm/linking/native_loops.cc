// See native_loops.h.
#include "vm/linking/native_loops.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/bytecode.h"
#include "vm/code/class_provider.h"
#include "vm/code/class_table.h"
#include "vm/support/check.h"
#include "vm/vm.h"

namespace som {

namespace {

enum class Answer { kSelf, kNil };

struct LoopRow {
  LoopKind kind;
  WellKnownClass holder;
  std::string_view selector;
  Answer answer;
  std::string_view text;
};

constexpr LoopRow kLoops[] = {
#define SOM_NATIVE_LOOP(kind, class_name, selector, answer, text) \
  {LoopKind::k##kind, k##class_name##Class, selector, Answer::k##answer, text},
#include "vm/linking/native_loops.def"
};

// The method that a selector of a spelling has to reach.
struct UsualRow {
  enum class Test { kIntrinsic, kLoop, kPrimitive, kText };
  std::string_view selector;
  WellKnownClass receiver;
  Test test;
  Intrinsic intrinsic;
  LoopKind loop;
  std::string_view text;
};

constexpr UsualRow kUsual[] = {
#define SOM_USUAL_INTRINSIC(selector, class_name, name)                  \
  {selector,           k##class_name##Class, UsualRow::Test::kIntrinsic, \
   Intrinsic::k##name, LoopKind::kToDo,      ""},
#define SOM_USUAL_LOOP(selector, class_name, kind) \
  {selector, k##class_name##Class, UsualRow::Test::kLoop, Intrinsic::kNone, LoopKind::k##kind, ""},
#define SOM_USUAL_PRIMITIVE(selector, class_name)                      \
  {selector,         k##class_name##Class, UsualRow::Test::kPrimitive, \
   Intrinsic::kNone, LoopKind::kToDo,      ""},
#define SOM_USUAL_TEXT(selector, class_name, text) \
  {selector, k##class_name##Class, UsualRow::Test::kText, Intrinsic::kNone, LoopKind::kToDo, text},
#include "vm/linking/native_loops.def"
};

// A spelling, compiled as the library is.
MethodDescription CompileSpelling(VM& vm, std::string_view text) {
  std::vector<MethodDescription> methods = vm.class_provider().CompileMethods(text);
  Check(methods.size() == 1, "each spelling of native_loops.def is one method");
  return std::move(methods[0]);
}

template <typename T, typename Equal>
bool SameLists(const std::vector<T>& a, const std::vector<T>& b, Equal equal) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!equal(a[i], b[i])) return false;
  }
  return true;
}

// Whether two units do the same: everything but names and positions. Literals are small integers,
// which are part of the code, or the units are taken for different.
bool SameUnit(const CodeDescription& a, const CodeDescription& b) {
  return a.code == b.code && a.argument_count == b.argument_count &&
         a.local_count == b.local_count && a.copied_count == b.copied_count &&
         a.prologue_units == b.prologue_units && a.is_block == b.is_block &&
         a.is_home == b.is_home && a.literals.empty() && b.literals.empty() &&
         a.globals == b.globals &&
         SameLists(a.sites, b.sites,
                   [](const SendSiteDescription& x, const SendSiteDescription& y) {
                     return x.selector == y.selector && x.is_super == y.is_super;
                   }) &&
         SameLists(a.blocks, b.blocks,
                   [](const BlockDescription& x, const BlockDescription& y) {
                     return x.unit == y.unit && x.copied_slots == y.copied_slots;
                   }) &&
         SameLists(a.inlined_sends, b.inlined_sends,
                   [](const InlinedSendDescription& x, const InlinedSendDescription& y) {
                     return x.selector == y.selector;
                   });
}

bool SameMethod(const MethodDescription& a, const MethodDescription& b) {
  return a.selector == b.selector && SameLists(a.units, b.units, SameUnit);
}

bool CompilesLike(VM& vm, const Method& method, std::string_view text) {
  return SameMethod(*method.description, CompileSpelling(vm, text));
}

const LoopRow* FindLoop(VM& vm, const Method& method);

bool Holds(VM& vm, const UsualRow& row) {
  const SymbolId selector = vm.symbols().Intern(row.selector);
  const Method* method = vm.classes().Lookup(vm.classes().At(row.receiver), selector);
  if (method == nullptr) return false;
  // A primitive does what its name says.
  if (method->primitive != nullptr && row.test != UsualRow::Test::kIntrinsic) return true;
  switch (row.test) {
    case UsualRow::Test::kIntrinsic:
      return method->intrinsic == row.intrinsic;
    case UsualRow::Test::kLoop: {
      const LoopRow* loop = FindLoop(vm, *method);
      return loop != nullptr && loop->kind == row.loop;
    }
    case UsualRow::Test::kPrimitive:
      return false;
    case UsualRow::Test::kText:
      return CompilesLike(vm, *method, row.text);
  }
  return false;
}

bool IsUsual(VM& vm, std::string_view selector) {
  bool known = false;
  for (const UsualRow& row : kUsual) {
    if (row.selector != selector) continue;
    known = true;
    if (!Holds(vm, row)) return false;
  }
  return known;
}

bool SendsAreUsual(VM& vm, const MethodDescription& method) {
  for (const CodeDescription& unit : method.units) {
    for (const SendSiteDescription& site : unit.sites) {
      if (!IsUsual(vm, site.selector)) return false;
    }
  }
  return true;
}

// The row whose loop the method is, or null. No spelling needs itself to be a loop, so this ends.
const LoopRow* FindLoop(VM& vm, const Method& method) {
  for (const LoopRow& row : kLoops) {
    if (row.holder != method.holder->index || row.selector != method.description->selector)
      continue;
    const MethodDescription usual = CompileSpelling(vm, row.text);
    if (SameMethod(*method.description, usual) && SendsAreUsual(vm, usual)) return &row;
  }
  return nullptr;
}

// `loop` with the calls of closures in the method: the first and the last send of value or the
// like, or the last send if the closures are evaluated in closures of the method.
NativeLoop WithCalls(NativeLoop loop, const Method& method) {
  const CodeDescription& unit = method.unit_description();
  CodeUnit* first = nullptr;
  CodeUnit* last = nullptr;
  CodeUnit* last_send = method.code;
  for (InstructionIterator it(unit.code); !it.done(); it.Next()) {
    if (it->opcode != Opcode::kSend) continue;
    last_send = method.code + it->offset;
    if (!unit.sites[it->Index()].selector.starts_with("value")) continue;
    if (first == nullptr) first = last_send;
    last = last_send;
  }
  loop.condition_call = first != nullptr ? first : last_send;
  loop.body_call = last != nullptr ? last : last_send;
  return loop;
}

}  // namespace

bool IsLoopCandidate(const Method& method) {
  if (method.kind != MethodKind::kBytecode) return false;
  return std::any_of(std::begin(kLoops), std::end(kLoops), [&method](const LoopRow& row) {
    return row.holder == method.holder->index && row.selector == method.description->selector;
  });
}

bool IsLibraryLoop(VM& vm, const Method& method) { return FindLoop(vm, method) != nullptr; }

std::shared_ptr<const NativeLoop> NativeLoopOf(VM& vm, const Method& method) {
  const LoopRow* row = FindLoop(vm, method);
  if (row == nullptr) return nullptr;
  const NativeLoop loop = {row->kind, row->answer == Answer::kSelf, nullptr, nullptr};
  return std::make_shared<const NativeLoop>(WithCalls(loop, method));
}

std::shared_ptr<const NativeLoop> SameNativeLoop(const NativeLoop& loop, const Method& method) {
  return std::make_shared<const NativeLoop>(WithCalls(loop, method));
}

}  // namespace som
