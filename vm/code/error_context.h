// What the VM noted of the last message that nobody understood and the last global that was not
// bound: numbers only, so that noting costs a few stores and keeps nothing alive. Hints are made of
// it when an error is reported (observation/hints.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "vm/text/symbol_table.h"

namespace som {

struct ErrorContext {
  static constexpr size_t kArguments = 4;  // so many are noted

  uint32_t receiver_class = 0;
  SymbolId selector = kNoSymbol;
  std::array<uint32_t, kArguments> argument_classes = {};
  SymbolId unknown_global = kNoSymbol;
  bool refuses_nil = false;  // while a primitive reports that nil is of the wrong kind
};

}  // namespace som
