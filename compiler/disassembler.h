// Code as text: a listing with offsets, line numbers, operands by name, jump targets and inlined
// regions; blocks follow their method. Expands the opcode table, so it cannot lag behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/description.h"

namespace som {

// What a running program adds to a listing. Either function may be empty.
struct LiveListing {
  // The code of a unit as it is now, with quickened forms; the operands are as emitted.
  std::function<absl::Span<const uint16_t>(uint32_t unit)> code;
  // Shown behind the instruction at `offset`; empty for nothing.
  std::function<std::string(uint32_t unit, uint32_t offset)> annotation;
};

// `holder` is the name of the class (side), `field_names` all fields by index, inherited ones
// first.
std::string DisassembleMethod(const MethodDescription& method, std::string_view holder,
                              const std::vector<std::string>& field_names,
                              const LiveListing& live = {});

// One unit without a title; for `live` it is unit 0.
std::string DisassembleUnit(const CodeDescription& code,
                            const std::vector<std::string>& field_names, const LiveListing& live);

// One instruction of a listing.
struct ListedInstruction {
  uint32_t offset = 0;
  std::string name;
  std::string operands;    // by name; may be empty
  bool is_target = false;  // of a jump
};

// The instructions of a unit as DisassembleUnit lists them.
std::vector<ListedInstruction> ListInstructions(const CodeDescription& code,
                                                const std::vector<std::string>& field_names);

// All methods of both sides.
std::string Disassemble(const ClassDescription& description);

// A literal as it is written in source.
std::string LiteralSource(const LiteralDescription& literal);

}  // namespace som
