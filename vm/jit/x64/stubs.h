// The pieces of machine code that all compiled code shares: made once, called through addresses
// among each code's constants.
#pragma once

#include <cstddef>
#include <cstdint>

namespace som::jit {

class CodeSpace;

namespace x64 {

struct RuntimeAddresses;

struct Stubs {
  size_t bytes = 0;                   // of all, from `exit` on
  const uint8_t* exit = nullptr;      // r11: the exit; answers what the activation answers
  const uint8_t* returned = nullptr;  // r11: the exit, rax: what the call answered; the same
  // For interrupts, r11: the exit. As `exit`, at a check, or behind what was called. Stubs that
  // poll let code go on where the program does, at the exit's resume_offset.
  const uint8_t* check = nullptr;
  const uint8_t* interrupted = nullptr;
  const uint8_t* remember = nullptr;   // r11: the slot, on the stack: its holder; keeps registers
  const uint8_t* same_text = nullptr;  // on the stack: two Strings; r11: whether; keeps the others
  const uint8_t* send = nullptr;       // entered like a method, but for the method: see abi.h
};

// `polls`: whether there may be interrupts that do not end the program. `exit` is null where there
// is no room.
Stubs EmitStubs(const RuntimeAddresses& addresses, bool polls, CodeSpace& space);

}  // namespace x64
}  // namespace som::jit
