// See stubs.h.
#include "vm/jit/x64/stubs.h"

#include <bit>
#include <cstddef>

#include "vm/jit/x64/abi.h"
#include "vm/jit/x64/emitter.h"
#include "vm/memory/old_space.h"

namespace som::jit::x64 {

Stubs EmitStubs(const RuntimeAddresses& addresses, bool polls, CodeSpace& space) {
  asmjit::CodeHolder holder;
  holder.init(asmjit::Environment::host());
  x86::Assembler a(&holder);
  const auto vm = reinterpret_cast<int64_t>(addresses.vm);
  auto begin = [&] { return static_cast<ptrdiff_t>(a.offset()); };
  auto call_function = [&](const void* function) {
    a.mov(x86::rax, reinterpret_cast<int64_t>(function));
    a.call(x86::rax);
  };
  auto word = [](uint32_t index) {
    return x86::qword_ptr(x86::rsp, static_cast<int32_t>(index * 8));
  };
  // To and from a RegisterFile at the top of the machine stack.
  auto save_registers = [&] {
    for (uint32_t r = 0; r < 16; ++r) {
      a.mov(word(r), x86::gpq(r));
      a.movsd(word(16 + r), x86::xmm(r));
    }
  };
  auto restore_registers = [&] {
    for (uint32_t r = 0; r < 16; ++r) {
      if (r != x86::rsp.id()) a.mov(x86::gpq(r), word(r));
      a.movsd(x86::xmm(r), word(16 + r));
    }
  };

  // r11: the exit. Above the return address is the machine stack as the code left it.
  constexpr auto kFileBytes = static_cast<int32_t>(sizeof(RegisterFile));
  const asmjit::Label exit_label = a.newLabel();
  const auto exit = begin();
  a.bind(exit_label);
  a.sub(x86::rsp, kFileBytes + 8);
  save_registers();
  a.mov(x86::rdi, vm);
  a.mov(x86::esi, kScratch.r32());
  a.mov(x86::rdx, x86::rsp);
  a.mov(x86::rcx, kFrameBase);
  a.lea(x86::r8, x86::ptr(x86::rsp, kFileBytes + 16));
  call_function(reinterpret_cast<const void*>(addresses.exit));
  a.add(x86::rsp, kFileBytes + 8);
  a.ret();

  const auto returned = begin();
  a.sub(x86::rsp, 8);
  a.mov(x86::rdi, vm);
  a.mov(x86::esi, kScratch.r32());
  a.mov(x86::rdx, x86::rax);
  a.mov(x86::rcx, kFrameBase);
  a.lea(x86::r8, x86::ptr(x86::rsp, 16));
  call_function(reinterpret_cast<const void*>(addresses.returned));
  a.add(x86::rsp, 8);
  a.ret();

  // An interrupt is pending. Where the program goes on in spite of it, so does the code, where the
  // answer says; otherwise the stub does. Both find all registers but rsp's as they were.
  constexpr int32_t kPollBytes = kFileBytes + 8;
  auto poll = [&] {
    const asmjit::Label leave = a.newLabel();
    auto restore = [&] {
      restore_registers();
      a.add(x86::rsp, kPollBytes);
    };
    a.sub(x86::rsp, kPollBytes);
    save_registers();
    a.mov(x86::rdi, vm);
    a.mov(x86::esi, kScratch.r32());
    a.mov(x86::rdx, kFrameBase);
    call_function(reinterpret_cast<const void*>(addresses.poll));
    a.test(x86::rax, x86::rax);
    a.jz(leave);
    a.mov(x86::qword_ptr(x86::rsp, kPollBytes), x86::rax);
    restore();
    a.ret();
    a.bind(leave);
    restore();
  };

  const auto check = polls ? begin() : exit;
  if (polls) {
    poll();
    a.jmp(exit_label);
  }

  const auto interrupted = begin();
  if (polls) poll();
  a.sub(x86::rsp, 8);
  a.mov(x86::rdi, vm);
  a.mov(x86::esi, kScratch.r32());
  a.mov(x86::rdx, kFrameBase);
  a.lea(x86::rcx, x86::ptr(x86::rsp, 16));
  call_function(reinterpret_cast<const void*>(addresses.interrupted));
  a.add(x86::rsp, 8);
  a.ret();

  // r11: the slot; the holder is on the stack above the return address. Keeps all registers.
  const auto remember = begin();
  // Every store of a young object into a large one gets here: most find their card marked.
  const asmjit::Label is_new = a.newLabel();
  constexpr auto kTag = static_cast<int32_t>(Value::kObjectTag);
  constexpr auto kObjectBytes = static_cast<int32_t>(offsetof(LargeObject, object_bytes)) -
                                static_cast<int32_t>(sizeof(LargeObject));
  a.push(x86::rax);
  a.push(x86::rcx);
  a.mov(x86::rax, word(3));
  a.test(x86::byte_ptr(x86::rax, -kTag), static_cast<uint32_t>(Object::kLarge));
  a.jz(is_new);
  a.lea(x86::rcx, x86::ptr(kScratch, kTag));
  a.sub(x86::rcx, x86::rax);
  a.shr(x86::rcx, std::countr_zero(LargeObject::kCardBytes));
  a.add(x86::rcx, x86::qword_ptr(x86::rax, kObjectBytes - kTag));
  a.cmp(x86::byte_ptr(x86::rax, x86::rcx, 0, -kTag), 0);
  a.jz(is_new);
  a.pop(x86::rcx);
  a.pop(x86::rax);
  a.ret();
  a.bind(is_new);
  a.pop(x86::rcx);
  a.pop(x86::rax);
  a.sub(x86::rsp, kFileBytes);
  save_registers();
  a.mov(x86::rdi, vm);
  a.mov(x86::rsi, x86::qword_ptr(x86::rsp, kFileBytes + 8));
  a.sub(x86::rsi, static_cast<int32_t>(Value::kObjectTag));
  a.mov(x86::rdx, kScratch);
  call_function(reinterpret_cast<const void*>(addresses.remember));
  restore_registers();
  a.add(x86::rsp, kFileBytes);
  a.ret();

  // For texts of which one is in a buffer.
  const auto same_text = begin();
  a.sub(x86::rsp, kFileBytes + 8);
  save_registers();
  a.mov(x86::rdi, x86::qword_ptr(x86::rsp, kFileBytes + 16));
  a.mov(x86::rsi, x86::qword_ptr(x86::rsp, kFileBytes + 24));
  call_function(reinterpret_cast<const void*>(addresses.same_text));
  a.mov(word(kScratch.id()), x86::rax);
  restore_registers();
  a.add(x86::rsp, kFileBytes + 8);
  a.ret();

  // The sends of sites that have met many classes: counts how long they keep to one, looks into
  // the global cache and goes on in the method, or in the runtime, which returns to the code. What
  // a send may use is free in both conventions: rax, r8 to r11.
  const auto send = begin();
  const asmjit::Label is_number = a.newLabel();
  const asmjit::Label has_class = a.newLabel();
  const asmjit::Label is_other_class = a.newLabel();
  const asmjit::Label is_counted = a.newLabel();
  const asmjit::Label is_missing = a.newLabel();
  using CacheEntry = GlobalCache::Entry;
  static_assert(std::has_single_bit(sizeof(CacheEntry)));
  a.lea(x86::eax, x86::ptr(kSendReceiver, -kTag));
  a.test(x86::al, 3);
  a.jnz(is_number);
  a.mov(x86::eax, x86::dword_ptr(kSendReceiver, Object::kClassShift / 8 - kTag));
  a.bind(has_class);
  const auto sends_left =
      x86::dword_ptr(kSendExit, static_cast<int32_t>(offsetof(ExitState, sends_left)));
  const auto last_class =
      x86::dword_ptr(kSendExit, static_cast<int32_t>(offsetof(ExitState, class_index)));
  a.cmp(last_class, x86::eax);
  a.jne(is_other_class);
  a.dec(sends_left);
  a.jz(is_missing);
  a.bind(is_counted);
  a.imul(x86::r8d, x86::eax, GlobalCache::kClassFactor);
  a.imul(x86::r9d, kSendSelector.r32(), GlobalCache::kSelectorFactor);
  a.xor_(x86::r8d, x86::r9d);
  a.shr(x86::r8d, GlobalCache::kShift);
  a.shl(x86::r8d, std::countr_zero(sizeof(CacheEntry)));
  a.mov(x86::r9, reinterpret_cast<int64_t>(addresses.global_cache));
  a.add(x86::r9, x86::r8);
  a.cmp(x86::dword_ptr(x86::r9, offsetof(CacheEntry, class_index)), x86::eax);
  a.jne(is_missing);
  a.cmp(x86::dword_ptr(x86::r9, offsetof(CacheEntry, selector)), kSendSelector.r32());
  a.jne(is_missing);
  a.mov(x86::rax, x86::qword_ptr(x86::r9, offsetof(CacheEntry, method)));
  a.test(x86::rax, x86::rax);
  a.jz(is_missing);
  a.mov(kEntryMethod, x86::rax);
  a.mov(kEntryVm, vm);
  a.jmp(x86::qword_ptr(kEntryMethod, static_cast<int32_t>(offsetof(Method, entry))));
  a.bind(is_number);
  a.mov(x86::eax, static_cast<uint32_t>(kIntegerClass));
  a.test(kSendReceiver.r8(), 3);
  a.jz(has_class);
  a.mov(x86::eax, static_cast<uint32_t>(kDoubleClass));
  a.jmp(has_class);
  a.bind(is_other_class);
  a.mov(last_class, x86::eax);
  a.mov(sends_left, addresses.settled_sends);
  a.jmp(is_counted);
  a.bind(is_missing);
  a.mov(x86::rax, reinterpret_cast<int64_t>(addresses.base));
  a.mov(x86::qword_ptr(x86::rax), kFrameBase);
  a.mov(x86::rax, reinterpret_cast<int64_t>(addresses.sp));
  a.mov(x86::qword_ptr(x86::rax), kEntrySp);
  a.mov(x86::rdi, vm);
  a.mov(x86::rsi, kSendExit);
  if (kEntrySp != x86::rdx) a.mov(x86::rdx, kEntrySp);
  a.mov(x86::rcx, kFrameBase);
  a.mov(x86::rax, reinterpret_cast<int64_t>(addresses.send));
  a.jmp(x86::rax);

  uint8_t* code = space.Allocate(holder.codeSize());
  if (code == nullptr) return {};
  const size_t size = holder.codeSize();
  if (!space.Change(code, size, [&] { holder.copyFlattenedData(code, size); })) return {};
  return {size,
          code + exit,
          code + returned,
          code + check,
          code + interrupted,
          code + remember,
          code + same_text,
          code + send};
}

}  // namespace som::jit::x64
