// Classes: searching the class path, compiling source files, making class objects, installing
// methods. Start-up of the system classes included; the protocol that runs a program is
// universe.h's.
#pragma once

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

class VM;

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
  // Has the methods of the system classes compiled once more, before any of them has run.
  void ForgetCode();
  // Gives one side of a class its methods, without code.
  void DeclareMethods(ClassInfo& info);
  Value FailLoad(const std::string& message);

  VM& vm_;
  std::set<std::string, std::less<>>
      never_inline_;                            // control structures that the library redefines
  std::set<std::string, std::less<>> loading_;  // to notice a class that inherits from itself
  std::map<uint16_t, GlobalCell*> block_classes_;
};

}  // namespace som
