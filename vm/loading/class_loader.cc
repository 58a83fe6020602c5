// See class_loader.h.
#include "vm/loading/class_loader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <sstream>
#include <utility>

#include "compiler/compile.h"
#include "compiler/concat.h"
#include "compiler/diagnostics.h"
#include "compiler/warnings.h"
#include "vm/interpreter/entries.h"
#include "vm/interpreter/inline_cache.h"
#include "vm/linking/control_methods.h"
#include "vm/linking/linker.h"
#include "vm/linking/method_meaning.h"
#include "vm/loading/class_path.h"
#include "vm/support/check.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

struct ClassLoader::Pending {
  std::string path;
  std::shared_ptr<const ParsedClass> parsed;
  ClassInfo* info = nullptr;
};

namespace {

bool IsReadableFile(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), R_OK) == 0;
}

// The content of a file as it is now: what is appended meanwhile is not read, lest it never end.
// Nothing if it cannot be read.
std::optional<std::string> ReadFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat status;
  const bool is_known = fstat(file, &status) == 0 && status.st_size > 0;
  constexpr size_t kUnknownSize = 4095;
  constexpr size_t kMostUnknown = size_t{64} << 20;
  const size_t most = is_known ? static_cast<size_t>(status.st_size) : kMostUnknown;
  // One byte more than is expected, so that the end shows.
  const size_t expected = is_known ? most + 1 : kUnknownSize;
  std::string text;
  // Texts of a few sizes share pages of memory better than texts of any size.
  text.reserve(std::bit_ceil(expected + 1) - 1);
  size_t size = 0;
  ssize_t count = 0;
  do {
    if (size == text.size()) text.resize(size == 0 ? expected : size * 2);
    count = read(file, text.data() + size, text.size() - size);
    if (count > 0) size += static_cast<size_t>(count);
    // A regular file ends where its size says.
    if (is_known && size == most) break;
  } while ((count > 0 && size <= most) || (count < 0 && errno == EINTR));
  close(file);
  if (count < 0 || (size > most && !is_known)) return std::nullopt;
  size = std::min(size, most);
  text.resize(size);
  return text;
}

void Report(VM& vm, const Diagnostics& diagnostics) {
  std::ostringstream text;
  diagnostics.Print(text, {vm.options().hints, vm.options().colour});
  WriteError(text.str());
}

std::vector<std::string> FieldNames(VM& vm, const ClassInfo* info) {
  std::vector<std::string> names;
  if (info == nullptr) return names;
  for (SymbolId field : info->fields) names.emplace_back(vm.symbols().NameOf(field));
  return names;
}

}  // namespace

ClassLoader::ClassLoader(VM& vm) : vm_(vm) {}
ClassLoader::~ClassLoader() = default;

void ClassLoader::MakeSystemClasses() {
  ClassTable& classes = vm_.classes();
  SymbolTable& symbols = vm_.symbols();
#define SOM_CLASS(class_name, superclass_name, kind) \
  {                                                  \
    ClassInfo* info = classes.Add();                 \
    info->name = symbols.Intern(#class_name);        \
    info->instance_kind = Kind::k##kind;             \
  }
#include "vm/objects/well_known.def"
#define SOM_CLASS(class_name, superclass_name, kind) \
  classes.At(k##class_name##Class)->superclass = SystemClassNamed(superclass_name);
#include "vm/objects/well_known.def"
  for (uint32_t i = 1; i < kFirstFreeClass; ++i) {
    ClassInfo* info = classes.At(i);
    ClassInfo* metaclass = classes.Add();
    metaclass->name = symbols.Intern(Concat(symbols.NameOf(info->name), " class"));
    metaclass->instance_side = info;
    metaclass->instance_kind = Kind::kClass;
    metaclass->metaclass = classes.At(kMetaclassClass);
    info->metaclass = metaclass;
  }
  for (uint32_t i = 1; i < kFirstFreeClass; ++i) {
    ClassInfo* info = classes.At(i);
    info->metaclass->superclass =
        info->superclass == nullptr ? classes.At(kClassClass) : info->superclass->metaclass;
  }
}

bool ClassLoader::LoadSystemClasses() {
  // All are parsed before the first is given its fields: Object's metaclass inherits from Class,
  // and Class from Object.
  std::vector<std::unique_ptr<Pending>> group;
  for (uint32_t i = 1; i < kFirstFreeClass; ++i) {
    ClassInfo* info = vm_.classes().At(i);
    std::string name(vm_.symbols().NameOf(info->name));
    std::optional<std::string> path = FindOnClassPath(name);
    if (!path.has_value()) {
      std::string message = Concat("Can't load system class '", name, "': no file ", name,
                                   ".som on the class path.\nSearched:");
      for (const std::string& entry : vm_.options().class_path)
        message.append(Concat("\n  ", entry));
      message.append(Concat("\nName the core library's directory with -cp.\n"));
      WriteError(message);
      return false;
    }
    if (!MayRead(*path)) return false;
    std::unique_ptr<Pending> pending = Parse(*path, /*check_file_name=*/true);
    if (pending == nullptr) return false;
    pending->info = info;
    group.push_back(std::move(pending));
  }
  if (!SetSuperclasses(group)) return false;
  for (auto& pending : group) {
    if (!Install(*pending)) return false;
  }
  if (vm_.classes().Lookup(vm_.classes().At(kObjectClass), kSymbolDoesNotUnderstand) == nullptr) {
    FailLoad(Concat("File '", group.front()->path,
                    "', line 1, column 1:\nClass 'Object' has no method "
                    "doesNotUnderstand:arguments:."));
    return false;
  }
  // What one method inlines decides what it means to another: repeat until nothing is new.
  while (true) {
    const size_t before = never_inline_.size();
    never_inline_.merge(UnusualControlSelectors(vm_));
    if (never_inline_.size() == before) return true;
    ForgetCode();
  }
}

// Superclasses and fields of the system classes. Those that a class outside their group stands
// above come last: loading that one looks at the fields of the others.
bool ClassLoader::SetSuperclasses(const std::vector<std::unique_ptr<Pending>>& group) {
  std::vector<Pending*> outside;
  for (const auto& pending : group) {
    const std::string& name = pending->parsed->superclass_name();
    if (name != "nil" && SystemClassNamed(name) == nullptr) {
      outside.push_back(pending.get());
    } else if (!SetSuperclass(*pending)) {
      return false;
    }
  }
  SetFieldsOfAll(group);
  for (Pending* pending : outside) {
    if (!SetSuperclass(*pending)) return false;
    SetFieldsOfAll(group);
  }
  // What was loaded on the way relied on fields that may have become others since.
  for (uint32_t i = 1; i < vm_.classes().size(); ++i) {
    const ClassInfo* info = vm_.classes().At(i);
    if (info->superclass == nullptr) continue;
    const std::vector<SymbolId>& inherited = info->superclass->fields;
    if (inherited.size() <= info->fields.size() &&
        std::equal(inherited.begin(), inherited.end(), info->fields.begin())) {
      continue;
    }
    FailLoad(Concat("Class '", vm_.symbols().NameOf(info->name),
                    "' stands above a class of the system and cannot inherit instance variables "
                    "from another one."));
    return false;
  }
  return true;
}

ClassInfo* ClassLoader::SystemClassNamed(std::string_view name) {
  for (uint32_t i = 1; i < kFirstFreeClass; ++i) {
    ClassInfo* info = vm_.classes().At(i);
    if (vm_.symbols().NameOf(info->name) == name) return info;
  }
  return nullptr;
}

bool ClassLoader::SetSuperclass(const Pending& pending) {
  ClassInfo* info = pending.info;
  ClassInfo* superclass = ResolveSuperclass(pending);
  if (superclass == nullptr && vm_.unwind.kind != UnwindState::Kind::kNone) return false;
  if (superclass != nullptr && superclass->InheritsFrom(info)) {
    FailLoad(Concat("File '", pending.path, "', line 1, column 1:\nClass '", pending.parsed->name(),
                    "' inherits from itself."));
    return false;
  }
  info->superclass = superclass;
  info->metaclass->superclass =
      superclass == nullptr ? vm_.classes().At(kClassClass) : superclass->metaclass;
  return true;
}

void ClassLoader::SetFieldsOfAll(const std::vector<std::unique_ptr<Pending>>& group) {
  // Neither the list's order nor the sides' is that of inheritance: Object's metaclass inherits
  // from Class.
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& pending : group) {
      const std::vector<SymbolId> before[] = {pending->info->fields,
                                              pending->info->metaclass->fields};
      SetFields(*pending);
      changed = changed || before[0] != pending->info->fields ||
                before[1] != pending->info->metaclass->fields;
    }
  }
}

void ClassLoader::ForgetCode() {
  for (uint32_t i = 1; i < kFirstFreeClass; ++i) {
    ClassInfo& info = *vm_.classes().At(i);
    DeclareMethods(info);
    DeclareMethods(*info.metaclass);
  }
}

bool ClassLoader::CheckParsed(const ParsedClass& parsed, const ClassInfo& info) {
  const InheritedFields inherited = InheritedFieldsOf(vm_, info);
  Warn(parsed, inherited);
  Diagnostics diagnostics;
  if (CheckClass(parsed, inherited, MakeCompileOptions(info.IsSystemClass()), &diagnostics))
    return true;
  Report(vm_, diagnostics);
  vm_.Exit(1);
  return false;
}

std::optional<std::string> ClassLoader::FindOnClassPath(std::string_view name) const {
  constexpr std::string_view kInNoFileName("/\0", 2);
  if (name.empty() || name.find_first_of(kInNoFileName) != std::string_view::npos)
    return std::nullopt;
  for (const std::string& entry : vm_.options().class_path) {
    std::string path = Concat(entry, "/", name, ".som");
    if (IsReadableFile(path)) return path;
  }
  return std::nullopt;
}

bool ClassLoader::MayRead(const std::string& path) {
  if (!vm_.options().sandbox || IsOnClassPath(path, vm_.options().class_path)) return true;
  vm_.Fail(Concat("'", path, "' leads out of the class path, which the sandbox does not allow"));
  return false;
}

Value ClassLoader::FailLoad(const std::string& message) {
  WriteError(Concat(message, "\n"));
  return vm_.Exit(1);
}

std::unique_ptr<ClassLoader::Pending> ClassLoader::Parse(const std::string& path,
                                                         bool check_file_name) {
  std::optional<std::string> text = ReadFile(path);
  if (!text.has_value()) {
    FailLoad(Concat("Can't read '", path, "'."));
    return nullptr;
  }
  return ParseText(path, std::move(*text), check_file_name);
}

std::unique_ptr<ClassLoader::Pending> ClassLoader::ParseText(const std::string& path,
                                                             std::string text,
                                                             bool check_file_name) {
  Diagnostics diagnostics;
  auto pending = std::make_unique<Pending>();
  pending->path = path;
  pending->parsed = ParseClass(path, std::move(text), &diagnostics, check_file_name);
  if (pending->parsed == nullptr) {
    Report(vm_, diagnostics);
    vm_.Exit(1);
    return nullptr;
  }
  return pending;
}

ClassInfo* ClassLoader::NewClass(std::string_view name) {
  ClassTable& classes = vm_.classes();
  ClassInfo* info = classes.Add();
  ClassInfo* metaclass = classes.Add();
  info->name = vm_.symbols().Intern(name);
  metaclass->name = vm_.symbols().Intern(Concat(name, " class"));
  info->metaclass = metaclass;
  metaclass->instance_side = info;
  metaclass->instance_kind = Kind::kClass;
  metaclass->metaclass = classes.At(kMetaclassClass);
  return info;
}

// Null for the root, and after an error has been reported.
ClassInfo* ClassLoader::ResolveSuperclass(const Pending& pending) {
  const std::string& name = pending.parsed->superclass_name();
  if (name == "nil") {
    if (pending.info != nullptr && pending.info->index == kObjectClass) return nullptr;
    FailLoad(Concat("File '", pending.path,
                    "', line 1, column 1:\nOnly Object may have nil as its superclass."));
    return nullptr;
  }
  // System classes find each other by name even before they are bound.
  ClassInfo* system_class = SystemClassNamed(name);
  if (system_class != nullptr && !system_class->is_loaded) return system_class;
  Value superclass = Load(vm_.symbols().Intern(name));
  if (superclass.IsUnwind()) return nullptr;
  if (!IsKind(superclass, Kind::kClass)) {
    FailLoad(Concat("File '", pending.path, "', line 1, column 1:\nSuperclass '", name,
                    "' of class '", pending.parsed->name(),
                    superclass == Nil() ? "' could not be found." : "' is not a class."));
    return nullptr;
  }
  return As<ClassObject>(superclass)->info;
}

Value ClassLoader::Load(SymbolId name) {
  GlobalCell* cell = vm_.CellOf(name);
  if (cell->IsBound()) return cell->value;
  std::string class_name(vm_.symbols().NameOf(name));
  std::optional<std::string> path = FindOnClassPath(class_name);
  if (!path.has_value()) return Nil();
  if (!MayRead(*path)) return Value::Unwind();
  // Loading a class loads those that it inherits from first.
  if (vm_.NativeStackExhausted())
    return vm_.Fail(Concat("Too many levels of inheritance at ", class_name));
  Value loaded = LoadFile(*path);
  // A class of another name than its file's is found by both, and read once.
  if (!loaded.IsUnwind() && !cell->IsBound()) cell->value = loaded;
  return loaded;
}

Value ClassLoader::LoadFile(const std::string& path) {
  size_t slash = path.rfind('/');
  std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  name = name.substr(0, name.size() - std::string_view(".som").size());
  if (!loading_.insert(name).second) {
    return FailLoad(
        Concat("File '", path, "', line 1, column 1:\nClass '", name, "' inherits from itself."));
  }
  std::unique_ptr<Pending> pending = Parse(path, /*check_file_name=*/!vm_.options().strict);
  bool defined = pending != nullptr && Define(*pending);
  loading_.erase(name);
  return defined ? pending->info->object : Value::Unwind();
}

Value ClassLoader::DefineText(std::string text, const std::string& path) {
  std::unique_ptr<Pending> pending = ParseText(path, std::move(text), false);
  return pending != nullptr && Define(*pending) ? pending->info->object : Value::Unwind();
}

bool ClassLoader::Define(Pending& pending) {
  ClassInfo* superclass = ResolveSuperclass(pending);
  if (superclass == nullptr) return false;
  pending.info = NewClass(pending.parsed->name());
  pending.info->superclass = superclass;
  pending.info->metaclass->superclass = superclass->metaclass;
  pending.info->instance_kind = superclass->instance_kind;
  SetFields(pending);
  return Install(pending);
}

InheritedFields ClassLoader::InheritedFieldsOf(VM& vm, const ClassInfo& info) {
  const ClassInfo& instance_side = info.IsMetaclass() ? *info.instance_side : info;
  return {FieldNames(vm, instance_side.superclass),
          FieldNames(vm, instance_side.metaclass->superclass)};
}

CompileOptions ClassLoader::MakeCompileOptions(bool system_class) const {
  CompileOptions options;
  options.inline_control = vm_.options().inline_control;
  // What a conditional without a value answers stays nil, inlined or not, whatever a program binds
  // the word to.
  options.literal_words_are_globals = vm_.options().strict && !system_class;
  options.inline_loops = vm_.options().loops == LoopStrategy::kInlined;
  options.never_inline = never_inline_;
  options.mark_statements = vm_.options().debug;
  return options;
}

std::vector<MethodDescription> ClassLoader::CompileMethods(std::string_view methods) const {
  Diagnostics diagnostics;
  std::unique_ptr<ParsedClass> parsed =
      ParseClass("", Concat("Methods = ( ", methods, " )"), &diagnostics, false);
  Check(parsed != nullptr, "methods of the VM that cannot be parsed");
  std::unique_ptr<ClassDescription> description =
      CompileClass(*parsed, {}, MakeCompileOptions(true), &diagnostics);
  Check(description != nullptr, "methods of the VM that cannot be compiled");
  return std::move(description->instance_methods);
}

// Gives both sides their fields: the inherited ones and those the source declares.
void ClassLoader::SetFields(Pending& pending) {
  auto set = [this](ClassInfo* info, const std::vector<std::string>& own) {
    info->fields.clear();
    if (info->superclass != nullptr) info->fields = info->superclass->fields;
    for (const std::string& name : own) info->fields.push_back(vm_.symbols().Intern(name));
    vm_.classes().PublishFieldCount(*info);
  };
  set(pending.info, pending.parsed->instance_fields());
  set(pending.info->metaclass, pending.parsed->class_fields());
}

bool ClassLoader::Install(Pending& pending) {
  ClassInfo* info = pending.info;
  ClassInfo* metaclass = info->metaclass;
  bool has_own_storage =
      info->instance_kind == Kind::kInstance || info->instance_kind == Kind::kClass;
  bool is_singleton =
      info->index == kNilClass || info->index == kTrueClass || info->index == kFalseClass;
  if (info->FieldCount() > 0 && (!has_own_storage || is_singleton)) {
    FailLoad(Concat("File '", pending.path, "', line 1, column 1:\nClass '", pending.parsed->name(),
                    "' cannot have instance variables: its instances are built in."));
    return false;
  }
  if (!CheckParsed(*pending.parsed, *info)) return false;
  info->parsed = pending.parsed;
  metaclass->parsed = pending.parsed;
  Heap& heap = vm_.heap();
  auto make_object = [&heap](ClassInfo* of, uint32_t class_index) {
    uint32_t fields = of->metaclass->FieldCount();
    auto* object =
        static_cast<ClassObject*>(heap.AllocateOld(class_index, Kind::kClass, ClassBytes(fields)));
    object->info = of;
    for (uint32_t i = 0; i < fields; ++i) object->fields[i] = Nil();
    of->object = Value::FromObject(object);
  };
  make_object(metaclass, kMetaclassClass);
  make_object(info, metaclass->index);
  info->is_loaded = true;
  metaclass->is_loaded = true;
  vm_.CellOf(info->name)->value = info->object;
  DeclareMethods(*info);
  DeclareMethods(*metaclass);
  return true;
}

void ClassLoader::Warn(const ParsedClass& parsed, const InheritedFields& inherited) {
  if (!vm_.options().warnings) return;
  if (known_selectors_ == nullptr) {
    known_selectors_ = std::make_unique<KnownSelectors>();
    for (const std::string& name : ClassesOnPath(vm_.options().class_path)) {
      const std::optional<std::string> path = FindOnClassPath(name);
      if (!path.has_value()) continue;
      if (vm_.options().sandbox && !IsOnClassPath(*path, vm_.options().class_path)) continue;
      std::optional<std::string> text = ReadFile(*path);
      if (text.has_value())
        known_selectors_->Add(ParseDamagedClass(*path, std::move(*text))->tree());
    }
  }
  known_selectors_->Add(parsed.tree());
  Diagnostics warnings;
  FindWarnings(parsed, inherited, &warnings);
  FindUnknownSelectors(parsed, *known_selectors_, &warnings);
  warnings.SortByPlace();
  if (!warnings.empty()) Report(vm_, warnings);
}

std::unique_ptr<Method> ClassLoader::MakeMethod(ClassInfo& side,
                                                const std::shared_ptr<const ParsedClass>& parsed,
                                                size_t index) {
  const bool class_side = side.IsMetaclass();
  const MethodDeclaration declaration = parsed->method(class_side, index);
  std::unique_ptr<Method> method =
      DeclareMethod(side, vm_.symbols().Intern(declaration.selector), declaration.argument_count,
                    parsed, class_side, index);
  if (!declaration.is_primitive) return method;
  method->kind = MethodKind::kPrimitive;
  BindPrimitive(vm_, *method);
  return method;
}

void ClassLoader::DeclareMethods(ClassInfo& info) {
  info.dictionary.clear();
  for (auto& method : info.methods) info.retired_methods.push_back(std::move(method));
  info.methods.clear();
  const size_t count = info.parsed->method_count(info.IsMetaclass());
  info.methods.reserve(count);
  info.dictionary.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    std::unique_ptr<Method> method = MakeMethod(info, info.parsed, i);
    info.dictionary.emplace(method->selector, method.get());
    info.methods.push_back(std::move(method));
  }
  if (ClassifyMethods(vm_, info)) FlushCaches(vm_);
}

void ClassLoader::CompileMethod(Method& method) {
  if (method.description != nullptr) return;
  const ClassInfo& holder = *method.holder;
  LinkMethod(
      vm_, method,
      std::make_shared<const MethodDescription>(som::CompileMethod(
          *method.parsed, InheritedFieldsOf(vm_, holder),
          MakeCompileOptions(holder.IsSystemClass()), method.class_side, method.index_in_class)));
  if (method.kind == MethodKind::kPrimitive) return;
  InstallEntries(vm_, method);
  DeferLoopEntry(vm_, method);
  ClassifyNumberMethod(vm_, method);
}

ClassInfo* ClassLoader::DefineExpression(const std::string& text, const std::string& path) {
  Diagnostics diagnostics;
  Pending pending;
  pending.path = path;
  pending.parsed = ParseExpression("Expression", path, text, &diagnostics);
  if (pending.parsed == nullptr) {
    Report(vm_, diagnostics);
    return nullptr;
  }
  // Bound to no global: programs may define a class of that name.
  GlobalCell* cell = vm_.CellOf(vm_.symbols().Intern("Expression"));
  Value bound = cell->value;
  bool defined = Define(pending);
  cell->value = bound;
  return defined ? pending.info : nullptr;
}

bool ClassLoader::HasFieldsOf(const ParsedClass& parsed, const ClassInfo& info) const {
  const auto own_fields = [this](const ClassInfo& side) {
    std::vector<std::string> names = FieldNames(vm_, &side);
    names.erase(names.begin(), names.begin() + side.superclass->FieldCount());
    return names;
  };
  return parsed.instance_fields() == own_fields(info) &&
         parsed.class_fields() == own_fields(*info.metaclass);
}

bool ClassLoader::ReplaceMethods(ClassInfo& info,
                                 const std::shared_ptr<const ParsedClass>& parsed) {
  if (!CheckParsed(*parsed, info)) return false;
  for (ClassInfo* side : {&info, info.metaclass}) {
    side->methods_array = Value::Int(0);
    side->parsed = parsed;
    DeclareMethods(*side);
  }
  FlushCaches(vm_);
  return true;
}

Value ClassLoader::DefineAgain(std::string text, const std::string& path, Redefined* outcome) {
  *outcome = Redefined::kNot;
  std::unique_ptr<Pending> pending = ParseText(path, std::move(text), false);
  if (pending == nullptr) return Value::Unwind();
  const std::string& name = pending->parsed->name();
  const GlobalCell* cell = vm_.CellOf(vm_.symbols().Intern(name));
  if (pending->parsed->superclass_name() == name)
    return FailLoad(Concat("Class '", name, "' inherits from itself."));
  if (!cell->IsBound()) return Define(*pending) ? pending->info->object : Value::Unwind();
  if (!IsKind(cell->value, Kind::kClass))
    return FailLoad(Concat("'", name, "' is a global that is no class."));
  ClassInfo& info = *As<ClassObject>(cell->value)->info;
  if (info.IsSystemClass()) {
    return FailLoad(
        Concat("Class '", name, "' is one of the VM's own: it cannot be defined again."));
  }
  const ClassInfo* superclass = ResolveSuperclass(*pending);
  if (superclass == nullptr) return Value::Unwind();
  if (superclass == info.superclass && HasFieldsOf(*pending->parsed, info)) {
    *outcome = Redefined::kInPlace;
    return ReplaceMethods(info, pending->parsed) ? info.object : Value::Unwind();
  }
  *outcome = Redefined::kReplaced;
  return Define(*pending) ? pending->info->object : Value::Unwind();
}

bool ClassLoader::DefineMethod(ClassInfo& info, std::string text, const std::string& path) {
  Diagnostics diagnostics;
  const std::shared_ptr<const ParsedClass> parsed =
      ParseMethod(path, std::move(text), info.parsed->instance_fields(),
                  info.parsed->class_fields(), &diagnostics);
  if (parsed == nullptr) {
    Report(vm_, diagnostics);
    vm_.Exit(1);
    return false;
  }
  if (!CheckParsed(*parsed, info)) return false;
  const bool class_side = parsed->method_count(/*class_side=*/false) == 0;
  ClassInfo& side = class_side ? *info.metaclass : info;
  const std::string_view name = parsed->method(class_side, 0).selector;
  const SymbolId selector = vm_.symbols().Intern(name);
  if (info.IsSystemClass() && vm_.classes().Lookup(&side, selector) != nullptr) {
    FailLoad(Concat("Class '", vm_.symbols().NameOf(side.name),
                    "' is one of the VM's own: its method ", name, " cannot be replaced."));
    return false;
  }
  std::unique_ptr<Method> method = MakeMethod(side, parsed, 0);
  Method*& reached = side.dictionary[selector];
  const auto old = std::find_if(side.methods.begin(), side.methods.end(),
                                [&](const auto& other) { return other.get() == reached; });
  reached = method.get();
  if (old == side.methods.end()) {
    side.methods.push_back(std::move(method));
  } else {
    std::swap(*old, method);
    side.retired_methods.push_back(std::move(method));
  }
  side.methods_array = Value::Int(0);
  static_cast<void>(ClassifyMethods(vm_, side));  // the caches are flushed in any case
  FlushCaches(vm_);
  return true;
}

ClassInfo* ClassLoader::DefineWorkspace(std::string source, size_t variables) {
  std::unique_ptr<Pending> pending = ParseText("shell", std::move(source), false);
  if (pending == nullptr) return nullptr;
  GlobalCell* cell = vm_.CellOf(vm_.symbols().Intern(pending->parsed->name()));
  const Value bound = cell->value;
  const bool defined = Define(*pending);
  cell->value = bound;
  if (!defined) return nullptr;
  pending->info->fields.resize(variables, vm_.symbols().Intern(""));
  vm_.classes().PublishFieldCount(*pending->info);
  return pending->info;
}

Method* ClassLoader::DefineInput(ClassInfo& workspace, std::string text, const std::string& path,
                                 std::vector<std::string>* variables,
                                 std::vector<std::string>* declared) {
  Diagnostics diagnostics;
  ParsedInput input = ParseInput(std::string(vm_.symbols().NameOf(workspace.name)), path,
                                 std::move(text), *variables, &diagnostics);
  if (input.parsed == nullptr) {
    Report(vm_, diagnostics);
    vm_.Exit(1);
    return nullptr;
  }
  for (const std::string& name : input.new_variables) {
    if (!vm_.CellOf(vm_.symbols().Intern(name))->IsBound()) continue;
    FailLoad(Concat("'", name, "' is a global: a variable needs another name."));
    return nullptr;
  }
  const std::shared_ptr<const ParsedClass> parsed = std::move(input.parsed);
  if (variables->size() + input.new_variables.size() > workspace.FieldCount()) {
    FailLoad(Concat("There is room for ", workspace.FieldCount(), " variables, no more."));
    return nullptr;
  }
  if (!CheckParsed(*parsed, workspace)) return nullptr;
  for (const std::string& name : input.new_variables) {
    workspace.fields[variables->size()] = vm_.symbols().Intern(name);
    variables->push_back(name);
  }
  *declared = std::move(input.declared);
  std::unique_ptr<Method> method = MakeMethod(workspace, parsed, 0);
  Method* made = method.get();
  CompileMethod(*made);
  workspace.retired_methods.push_back(std::move(method));
  return made;
}

VisibleVariables ClassLoader::VariablesIn(const Method& home, uint32_t block) const {
  const ClassInfo& holder = *home.holder;
  return FindVisibleVariables(*home.parsed, InheritedFieldsOf(vm_, holder),
                              MakeCompileOptions(holder.IsSystemClass()), home.class_side,
                              home.index_in_class,
                              RealSends(home.real_sends.begin(), home.real_sends.end()), block);
}

Method* ClassLoader::DefineEvaluation(const Method& home, std::string text,
                                      const std::vector<std::string>& arguments,
                                      std::string* errors) {
  ClassInfo& side = *home.holder;
  Diagnostics diagnostics;
  const std::shared_ptr<const ParsedClass> parsed =
      ParseEvaluation("expression", std::move(text), arguments, side.parsed->instance_fields(),
                      side.parsed->class_fields(), side.IsMetaclass(), &diagnostics);
  if (parsed == nullptr || !CheckClass(*parsed, InheritedFieldsOf(vm_, side),
                                       MakeCompileOptions(side.IsSystemClass()), &diagnostics)) {
    *errors = diagnostics.entries().front().message;
    return nullptr;
  }
  std::unique_ptr<Method> method = MakeMethod(side, parsed, 0);
  Method* made = method.get();
  CompileMethod(*made);
  side.retired_methods.push_back(std::move(method));
  return made;
}

Value ClassLoader::BlockClass(uint16_t argument_count) {
  GlobalCell*& cell = block_classes_[argument_count];
  std::string name = Concat("Block", argument_count + 1);
  if (cell == nullptr) cell = vm_.CellOf(vm_.symbols().Intern(name));
  if (!cell->IsBound()) {
    Value loaded = Load(cell->name);
    if (loaded.IsUnwind()) return loaded;
  }
  if (!cell->IsBound() || !IsKind(cell->value, Kind::kClass) ||
      As<ClassObject>(cell->value)->info->instance_kind != Kind::kBlock) {
    return vm_.Fail(Concat("Blocks with ", argument_count, " arguments need a class ", name,
                           " on the class path"));
  }
  return cell->value;
}

DeoptimizedMethod ClassLoader::CompileWithout(const Method& home, uint32_t unit,
                                              uint32_t key) const {
  const ClassInfo& holder = *home.holder;
  return CompileDeoptimized(*home.parsed, InheritedFieldsOf(vm_, holder),
                            MakeCompileOptions(holder.IsSystemClass()), home.class_side,
                            home.index_in_class,
                            RealSends(home.real_sends.begin(), home.real_sends.end()), unit, key);
}

Method* ClassLoader::ReplaceMethod(Method* old_method, std::unique_ptr<Method> new_method) {
  ClassInfo& info = *old_method->holder;
  Method* installed = new_method.get();
  for (auto& method : info.methods) {
    if (method.get() != old_method) continue;
    installed->intrinsic = old_method->intrinsic;
    KeepLoopEntry(*old_method, *installed);
    installed->mirror = old_method->mirror;
    if (installed->mirror.IsObject()) As<Mirror>(installed->mirror)->method = installed;
    for (auto& [selector, reached] : info.dictionary) {
      if (reached == old_method) reached = installed;
    }
    std::swap(method, new_method);
    info.retired_methods.push_back(std::move(new_method));
    FlushCaches(vm_);
    return installed;
  }
  // A version that has been replaced already is still running: this one serves that activation
  // only.
  info.retired_methods.push_back(std::move(new_method));
  return installed;
}

}  // namespace som
