// A virtual machine without a class library, and calls of single primitives on its value stack.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "primitives/primitive.h"
#include "primitives/register.h"
#include "vm/text/number_text.h"
#include "vm/vm.h"

namespace som {

class PrimitiveTest : public testing::Test {
 protected:
  explicit PrimitiveTest(const Options& options = Options())
      : vm_(options, &StandardPrimitives()) {}

  // Calls the primitive that `class_name` may declare for `selector`. The receiver is the first of
  // `values`.
  Value Call(std::string_view class_name, std::string_view selector,
             std::initializer_list<Value> values,
             PrimitiveTable::Side side = PrimitiveTable::Side::kInstance) {
    const PrimitiveEntry* entry = StandardPrimitives().Find(class_name, side, selector);
    if (entry == nullptr) {
      ADD_FAILURE() << class_name << " has no primitive " << selector;
      return Value::Unwind();
    }
    Value* saved_sp = vm_.sp;
    Value* arguments = saved_sp + 1;
    for (Value value : values) *++vm_.sp = value;
    const Value result = entry->function(vm_, arguments);
    vm_.sp = saved_sp;
    return result;
  }
  Value CallOnClass(std::string_view class_name, std::string_view selector,
                    std::initializer_list<Value> values) {
    return Call(class_name, selector, values, PrimitiveTable::Side::kClass);
  }

  // The message on standard error of a primitive that fails; "" and a test failure if it does not.
  std::string ErrorOf(std::string_view class_name, std::string_view selector,
                      std::initializer_list<Value> values,
                      PrimitiveTable::Side side = PrimitiveTable::Side::kInstance) {
    testing::internal::CaptureStderr();
    const Value result = Call(class_name, selector, values, side);
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(result.IsUnwind()) << class_name << ">>" << selector << " should fail";
    EXPECT_EQ(vm_.unwind.kind, UnwindState::Kind::kExit);
    EXPECT_EQ(vm_.unwind.exit_status, 1);
    vm_.unwind = {};
    return text;
  }

  // What lives in old space, and so stays where it is.
  Value Big(std::string_view digits) { return OldIntegerFromDigits(vm_.heap(), digits); }
  Value Text(std::string_view text) { return MakeOldString(vm_.heap(), text); }
  Value Symbol(std::string_view name) { return vm_.symbols().ValueOf(vm_.symbols().Intern(name)); }
  Value Double(double d) { return vm_.MakeDouble(d); }
  Value ClassNamed(WellKnownClass index) { return vm_.classes().At(index)->object; }

  // How a number, String, Boolean or nil prints; what the expectations compare.
  static std::string Show(Value v) {
    if (v.IsUnwind()) return "(unwinding)";
    if (IsInteger(v)) return IntegerDigits(v);
    if (IsDouble(v)) return FormatDouble(VM::DoubleOf(v));
    if (IsString(v)) return std::string(As<String>(v)->View());
    if (v == True()) return "true";
    if (v == False()) return "false";
    if (v == Nil()) return "nil";
    return "(object)";
  }

  VM vm_;
};

// The variants where SOM VMs differ, the strict ones.
inline Options StrictOptions() {
  Options options;
  options.strict = true;
  return options;
}

// Every allocation collects: finds primitives that keep an object across one.
inline Options StressOptions() {
  Options options;
  options.heap.stress_interval = 1;
  options.heap.verify = true;
  return options;
}

}  // namespace som
