// Code of a recorded run: describes each method, closure or version of one when it is first seen, and
// notes what becomes of it, opcodes that are quickened or fused and what send sites remember.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/code/method.h"
#include "vm/explain/name_table.h"
#include "vm/explain/recording.h"

namespace som {
class VM;
}

namespace som::explain {

class CodeWatch {
 public:
  // `program`: the name of the program's class, which may be in the library's directory.
  CodeWatch(VM& vm, Recording& recording, NameTable& names, std::string program);

  // The number of a method's or closure's unit, described if it is new. It must be compiled.
  int32_t UnitOf(const Method& method);
  // The number of the instruction at `ip` in its unit.
  int32_t InstructionAt(int32_t unit, const Method& method, const CodeUnit* ip) const;
  // The opcode at `ip` is noted if it is another than was seen last, and so are those around it.
  void CheckOpcode(int32_t unit, int32_t instruction, const CodeUnit* ip);
  // Notes all opcodes of the unit that have changed.
  void CheckOpcodes(int32_t unit);
  // Notes what has become of the send sites of the instructions that `opcode` runs there.
  void CheckSites(int32_t unit, int32_t instruction, Opcode opcode);
  // The method that a send of these instructions reaches, as far as its site is sure of it; or null.
  const Method* CalleeAt(int32_t unit, int32_t instruction, Opcode opcode) const;

 private:
  struct SeenSite {
    CacheState state = CacheState::kEmpty;
    uint32_t misses = 0;
    uint32_t entry_count = 0;
    const Method* method = nullptr;
    uint32_t class_index = 0;
    bool operator==(const SeenSite&) const = default;
  };
  // What was seen of a unit, to compare with.
  struct Seen {
    const Method* method = nullptr;
    std::vector<uint16_t> opcodes;      // by instruction
    std::vector<int32_t> instructions;  // by offset; -1: none starts there
    std::vector<SeenSite> sites;        // by instruction
  };

  int32_t SourceOf(const ParsedClass& parsed);
  // Behind the last of the instructions that the opcode runs there.
  int32_t EndOf(int32_t unit, int32_t instruction, Opcode opcode) const;
  // Null where the instruction is no send.
  const SendSite* SiteAt(int32_t unit, int32_t instruction) const;
  void CheckSite(int32_t unit, int32_t instruction, bool is_first = false);
  bool IsOwn(const ParsedClass& parsed) const;

  VM& vm_;
  Recording& recording_;
  NameTable& names_;
  std::string program_;
  absl::flat_hash_map<const Method*, int32_t> units_;
  std::vector<Seen> seen_;
  absl::flat_hash_map<const ParsedClass*, int32_t> sources_;
};

}  // namespace som::explain
