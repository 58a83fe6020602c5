// See value_text.h.
#include "vm/observation/value_text.h"

#include "compiler/concat.h"
#include "vm/code/class_table.h"
#include "vm/objects/object.h"
#include "vm/text/number_text.h"
#include "vm/vm.h"

namespace som {

std::string ValueText(VM& vm, Value v) {
  if (v.IsInt()) return Concat(v.AsInt());
  if (vm.IsDouble(v)) return FormatDouble(VM::DoubleOf(v));
  if (v == Nil()) return "nil";
  if (v == True()) return "true";
  if (v == False()) return "false";
  switch (v.AsObject()->kind()) {
    case Kind::kString:
    case Kind::kGrownString:
      return Concat("'", As<String>(v)->View().substr(0, 40), "'");
    case Kind::kSymbol:
      return Concat("#", As<String>(v)->View());
    case Kind::kArray:
      return Concat("an Array of ", As<Array>(v)->Length());
    case Kind::kClass:
      return std::string(vm.symbols().NameOf(As<ClassObject>(v)->info->name));
    default:
      return Concat("a ", vm.symbols().NameOf(vm.classes().Of(v)->name));
  }
}

}  // namespace som
