// What every engine includes before its handlers.
#pragma once

#include "compiler/bytecode.h"
#include "vm/code/frame.h"
#include "vm/code/global_cache.h"
#include "vm/code/send_site.h"
#include "vm/interpreter/engines.h"
#include "vm/interpreter/handler_support.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/linking/loop_variant.h"
#include "vm/vm.h"

namespace som {

// Builds the frame of `method` above its arguments (the last one at `sp`); answers its base. All
// but locals.
[[gnu::always_inline]] inline Value* PushFrame(Method* method, Value* sp, Value* caller,
                                               Value self) {
  Value* base = sp + 1;
  base[kFramePrevious] = RawWord(caller);
  base[kFrameMethod] = RawWord(method);
  base[kFrameSelf] = self;
  return base;
}

// The rest of entering, by kind of code; each answers where the operand stack starts.
[[gnu::always_inline]] inline Value* PrepareLocals(VM* vm, Method* method, Value* base) {
  Value* local = base + kFrameHeaderWords;
  for (int i = method->local_count; i > 0; --i) *local++ = Nil();
  if (method->is_home) base[kFrameHomeId] = Value::FromBits(MakeHomeId(++vm->home_serial));
  base[kFrameContext] = Nil();
  return local;
}

[[gnu::always_inline]] inline Value* PrepareBlock(Method* method, Value* base, const Block* block) {
  base[kFrameContext] = block->context;
  Value* local = base + kFrameHeaderWords;
  int i = 0;
  for (; i < method->copied_count; ++i) *local++ = block->copied[i];
  for (; i < method->local_count; ++i) *local++ = Nil();
  return local;
}

}  // namespace som
