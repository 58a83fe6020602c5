// Which registers what is in: the one table of the machine's conventions.
//
// Code is entered like any method (Entry in vm/code/method.h). With clang that is preserve_none:
// the arguments are in r12 to r15, and a callee keeps rsp and rbp only. With other compilers it is
// the System V convention. C++ functions are always called by the latter.
#pragma once

#include <asmjit/x86.h>

#include <string_view>

#include "vm/jit/register_allocator.h"
#include "vm/options.h"

namespace som::jit::x64 {

namespace x86 = asmjit::x86;

inline const x86::Gp kFrameBase = x86::rbp;
inline const x86::Gp kScratch = x86::r11;
inline const x86::Xmm kFloatScratch = x86::xmm15;

#if SOM_HAS_TAIL_CALLS
inline constexpr bool kKeepsRegisters = false;
inline const x86::Gp kEntryVm = x86::r12;
inline const x86::Gp kEntryMethod = x86::r13;
inline const x86::Gp kEntrySp = x86::r14;
inline const x86::Gp kEntryCaller = x86::r15;
#else
inline constexpr bool kKeepsRegisters = true;  // rbx and r12 to r15 are the caller's
inline const x86::Gp kEntryVm = x86::rdi;
inline const x86::Gp kEntryMethod = x86::rsi;
inline const x86::Gp kEntrySp = x86::rdx;
inline const x86::Gp kEntryCaller = x86::rcx;
#endif

// What a send through the global cache finds where, besides the arguments of an entry.
inline const x86::Gp kSendReceiver = x86::r8;
inline const x86::Gp kSendSelector = x86::r10;
inline const x86::Gp kSendExit = x86::r11;

// By number.
inline constexpr std::string_view kRegisterNames[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp",
                                                      "rsi", "rdi", "r8",  "r9",  "r10", "r11",
                                                      "r12", "r13", "r14", "r15"};

// All but rsp, rbp, r11 and xmm15.
inline constexpr RegisterSet kAllocatable = {0xF7CF, 0x7FFF};

inline constexpr uint32_t kRax = 1U << 0;
inline constexpr uint32_t kRcx = 1U << 1;
inline constexpr uint32_t kRdx = 1U << 2;

}  // namespace som::jit::x64
