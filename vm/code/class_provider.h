// What running code needs of whoever makes classes and methods (loading/class_loader.h): compiling
// and replacing them. An interface, so that the interpreter does not know the loader.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "vm/code/method.h"
#include "vm/objects/value.h"

namespace som {

struct DeoptimizedMethod;

class ClassProvider {
 public:
  // The class of closures with that many arguments, above two: Block4 and so on, from the class
  // path. Unwinds if there is none.
  virtual Value BlockClass(uint16_t argument_count) = 0;

  // Compiles methods that the VM brings along, with the options that the library is compiled with,
  // without defining anything. `methods` must be correct.
  virtual std::vector<MethodDescription> CompileMethods(std::string_view methods) const = 0;

  // Gives a method that a class has only declared its code, its description and its entries. Does
  // nothing to one that has them. May allocate in old space; does not collect.
  virtual void CompileMethod(Method& method) = 0;

  // Compiles a home once more, with the sends that it has given up as real ones and that of `key`
  // in `unit` besides.
  virtual DeoptimizedMethod CompileWithout(const Method& home, uint32_t unit,
                                           uint32_t key) const = 0;

  // Replaces a method by a version compiled again (same selector and position). The old one is kept
  // for activations that still run it.
  virtual Method* ReplaceMethod(Method* old_method, std::unique_ptr<Method> new_method) = 0;

 protected:
  ~ClassProvider() = default;
};

}  // namespace som
