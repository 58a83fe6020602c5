// Classes: searching the class path, compiling source files, making class objects, installing
// methods. Start-up of the system classes included; the protocol that runs a program is
// universe.h's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vm/code/class_provider.h"
#include "vm/code/class_table.h"
#include "vm/objects/value.h"

namespace som {

class KnownSelectors;
class VM;
struct VisibleVariables;

class ClassLoader final : public ClassProvider {
 public:
  explicit ClassLoader(VM& vm);
  ~ClassLoader();

  // Records of the system classes, wired to each other but without methods. Part of constructing
  // the VM.
  void MakeSystemClasses();
  // Reads the sources of the system classes through the class path. False: errors are on stderr.
  bool LoadSystemClasses();

  // The class bound to `name`, or loaded from the class path and bound. Answers nil if no file
  // defines it, the value of a bound global that is no class, and Value::Unwind() after a parse or
  // load error, which is on stderr and ends the program. Does not run SOM code.
  Value Load(SymbolId name);
  // Defines the class of a file outside the class path rules.
  Value LoadFile(const std::string& path);
  // Defines the class whose source is `text`; `path` is for messages.
  Value DefineText(std::string text, const std::string& path);
  // Compiles statements into an anonymous class with the method `run: it`; null on errors (on
  // stderr).
  ClassInfo* DefineExpression(const std::string& text, const std::string& path);

  // --- For the shell. Errors are on stderr, and the VM is unwinding then. ---
  enum class Redefined : uint8_t {
    kNot,      // there was no class of the name
    kInPlace,  // the class has the new methods; its instances go on with them
    kReplaced  // another class has the name, as superclass or fields differ
  };
  // Defines the class of a text, or defines it again. Answers the class or Value::Unwind(), and
  // what became of a class that had the name before. Classes of the VM cannot be defined again.
  Value DefineAgain(std::string text, const std::string& path, Redefined* outcome);
  // Defines a method, written as for ParseMethod, of a class that is loaded: a new one or one that
  // takes the place of another. Classes of the VM keep the methods that they understand. Answers
  // whether it is defined.
  bool DefineMethod(ClassInfo& info, std::string text, const std::string& path);
  // The class whose methods are what a shell is told to do; no global is bound to it. `source`: its
  // text. Its instances have room for `variables` fields. Null on errors.
  ClassInfo* DefineWorkspace(std::string source, size_t variables);
  // A method without arguments, which no selector reaches, that runs a text (statements) on an
  // instance of the workspace. `variables`: those that there are; new ones are appended.
  // `declared`: what the text declares. Null on errors.
  Method* DefineInput(ClassInfo& workspace, std::string text, const std::string& path,
                      std::vector<std::string>* variables, std::vector<std::string>* declared);

  // --- For the debugger ---
  // What the code of `block` (a number within the method `home`) sees.
  VisibleVariables VariablesIn(const Method& home, uint32_t block) const;
  // A method, which no selector reaches, that runs a text (statements) as if it stood in `home`:
  // with its fields, and with `arguments` as variables. Null on errors, which are in `errors` then.
  Method* DefineEvaluation(const Method& home, std::string text,
                           const std::vector<std::string>& arguments, std::string* errors);

  // --- ClassProvider ---
  Value BlockClass(uint16_t argument_count) override;
  std::vector<MethodDescription> CompileMethods(std::string_view methods) const override;
  void CompileMethod(Method& method) override;
  DeoptimizedMethod CompileWithout(const Method& home, uint32_t unit, uint32_t key) const override;
  Method* ReplaceMethod(Method* old_method, std::unique_ptr<Method> new_method) override;

 private:
  // What compiling a method of `info` again needs.
  static InheritedFields InheritedFieldsOf(VM& vm, const ClassInfo& info);
  // For the methods of system classes, or of others.
  CompileOptions MakeCompileOptions(bool system_class) const;
  struct Pending;  // a class between parsing and installing
  std::optional<std::string> FindOnClassPath(std::string_view name) const;
  // Whether a file found on the class path may be read. False only in the sandbox: an error is on
  // stderr, and the VM is unwinding.
  bool MayRead(const std::string& path);
  std::unique_ptr<Pending> Parse(const std::string& path, bool check_file_name);
  std::unique_ptr<Pending> ParseText(const std::string& path, std::string text,
                                     bool check_file_name);
  ClassInfo* NewClass(std::string_view name);
  ClassInfo* ResolveSuperclass(const Pending& pending);
  // Of the classes that the VM knows by index; null if the name is of none.
  ClassInfo* SystemClassNamed(std::string_view name);
  bool SetSuperclasses(const std::vector<std::unique_ptr<Pending>>& group);
  bool SetSuperclass(const Pending& pending);
  void SetFieldsOfAll(const std::vector<std::unique_ptr<Pending>>& group);
  bool Define(Pending& pending);
  void SetFields(Pending& pending);
  // False: errors are on stderr, and the VM is asked to exit.
  bool CheckParsed(const ParsedClass& parsed, const ClassInfo& info);
  bool Install(Pending& pending);
  // Whether a class has just the fields that the source declares.
  bool HasFieldsOf(const ParsedClass& parsed, const ClassInfo& info) const;
  bool ReplaceMethods(ClassInfo& info, const std::shared_ptr<const ParsedClass>& parsed);
  // Tells of what is correct but hardly meant, if the VM is to. Reads all classes of the class path
  // then, the first time.
  void Warn(const ParsedClass& parsed, const InheritedFields& inherited);
  // Has the methods of the system classes compiled once more, before any of them has run.
  void ForgetCode();
  // Gives one side of a class the methods that its source has there, without code, instead of those
  // that it has.
  void DeclareMethods(ClassInfo& info);
  // A method of one side of a class, without code unless it is a primitive: the one with that
  // number among those of this side of `parsed`.
  std::unique_ptr<Method> MakeMethod(ClassInfo& side,
                                     const std::shared_ptr<const ParsedClass>& parsed,
                                     size_t index);
  Value FailLoad(const std::string& message);

  VM& vm_;
  std::set<std::string, std::less<>>
      never_inline_;                            // control structures that the library redefines
  std::set<std::string, std::less<>> loading_;  // to notice a class that inherits from itself
  std::map<uint16_t, GlobalCell*> block_classes_;
  std::unique_ptr<KnownSelectors> known_selectors_;  // for warnings; null before the first
};

}  // namespace som
