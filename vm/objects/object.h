// Heap objects: the header word, one struct for each kind, sizes and pointer iteration by kind.
// Allocation and barriers are the heap's; nothing here may collect.
//
// Every object starts with one header word:
//
//   63                32 31            12 11   8 7                0
//   [    class index    ][ identity hash ][kind ][ flags           ]
//
// Inline caches compare the 32-bit class index. Hash 0 means none yet. While a collection moves
// objects, kForwarded says that the header word holds the new address (plus the flag).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vm/objects/value.h"

namespace som {

struct ClassInfo;
struct Method;

enum class Kind : uint8_t {
#define SOM_KIND(name, sentence) k##name,
#include "vm/objects/kinds.def"
};

struct Object {
  // Flag bits of the header.
  static constexpr uint64_t kForwarded = 1;   // the header is a forwarding address
  static constexpr uint64_t kMarked = 2;      // reached by the current full collection
  static constexpr uint64_t kRemembered = 4;  // in the remembered set
  static constexpr uint64_t kOld = 8;         // lives in old space (never moves again)
  static constexpr uint64_t kSurvivor = 16;   // young, and has survived one collection
  static constexpr uint64_t kLarge = 32;      // old, with an allocation of its own
  static constexpr int kKindShift = 8;
  static constexpr int kHashShift = 12;
  static constexpr uint64_t kHashMask = 0xFFFFF;
  static constexpr int kClassShift = 32;

  uint64_t header;

  static constexpr uint64_t MakeHeader(uint32_t class_index, Kind kind, uint32_t hash_bits = 0) {
    return (uint64_t{class_index} << kClassShift) | (uint64_t{hash_bits} << kHashShift) |
           (uint64_t{static_cast<uint8_t>(kind)} << kKindShift);
  }
  uint32_t class_index() const { return static_cast<uint32_t>(header >> kClassShift); }
  Kind kind() const { return static_cast<Kind>((header >> kKindShift) & 0xF); }
  bool Has(uint64_t flag) const { return (header & flag) != 0; }
  void Set(uint64_t flag) { header |= flag; }
  void Clear(uint64_t flag) { header &= ~flag; }
  // 0: none assigned yet (Heap::IdentityHash assigns it).
  uint32_t hash_bits() const { return static_cast<uint32_t>((header >> kHashShift) & kHashMask); }

  bool IsForwarded() const { return Has(kForwarded); }
  Object* ForwardingAddress() const { return reinterpret_cast<Object*>(header & ~kForwarded); }
  void ForwardTo(Object* copy) { header = reinterpret_cast<uint64_t>(copy) | kForwarded; }
};

struct Instance : Object {
  Value fields[1];
};

struct Array : Object {
  Value length;  // tagged, so that `length` and bounds checks need no conversion
  Value elements[1];
  int64_t Length() const { return length.AsInt(); }
};

// Bytes that a text grows in: `text := text + more` writes behind what is there, and each of the
// Strings made so is a GrownString that knows how many of the bytes are its own. Laid out as a
// String, so that code which found the object with the bytes reads both alike.
struct TextBuffer : Object {
  uint32_t byte_length;  // in use
  uint32_t char_length;  // code points in use
  uint32_t capacity;     // bytes
  uint32_t unused;
  char bytes[1];
};

// String, Symbol and GrownString. Immutable UTF-8; every character is one byte exactly if
// char_length is the number of bytes, which makes indexing constant-time in the usual case. Behind
// bytes of its own, up to the end of their last word, are zeros: texts of equal length are compared
// by words.
struct String : Object {
  static constexpr uint32_t kInBuffer = UINT32_MAX;
  // Rounded up to words, the number still has 32 bits.
  static constexpr uint32_t kMaxBytes = kInBuffer - 8;
  // No shorter text is a GrownString: constants shorter than that differ from each of them.
  static constexpr uint32_t kLeastGrownBytes = 256;

  struct Grown {
    Value buffer;
    uint64_t byte_length;
  };

  uint32_t byte_length;   // kInBuffer for a GrownString
  uint32_t char_length;   // code points
  uint32_t hash;          // of the bytes; 0: not computed yet
  uint32_t symbol_index;  // in the symbol table; 0 for Strings
  union {
    char bytes[1];
    Grown grown;
  };

  bool IsGrown() const { return byte_length == kInBuffer; }
  inline std::string_view View() const;
  bool IsAscii() const {
    return char_length == byte_length || (IsGrown() && char_length == grown.byte_length);
  }
};

struct BigInteger : Object {
  int64_t signed_size;  // limbs; negative for negative numbers, as in GMP
  uint64_t limbs[1];
  size_t LimbCount() const {
    return static_cast<size_t>(signed_size < 0 ? -signed_size : signed_size);
  }
};

struct BoxedDouble : Object {
  double value;
};

// A closure. `home_frame` and `home_id` are raw words that identify the activation ^ returns from
// (frame.h); the collector does not look at them. `copied_count` is tagged: a block describes its
// own size, so whoever makes one stores it.
struct Block : Object {
  Method* code;  // not a heap object
  uint64_t home_frame;
  uint64_t home_id;
  Value self;
  Value context;  // nil or a Context
  Value copied_count;
  Value copied[1];
};

struct Context : Object {
  Value outer;  // nil or a Context
  Value count;
  Value slots[1];
};

struct ClassObject : Object {
  ClassInfo* info;  // not a heap object
  Value fields[1];
};

struct Mirror : Object {
  Method* method;  // not a heap object
};

// The slots of a KeyIndex, numbers that mean nothing to the collector, and the Array with what they
// lead to. Programs know it only by reflection, as an instance of Object: to what is in it they
// have no way.
struct Cells : Object {
  uint32_t count;
  uint32_t has_chunks;  // 0, or 1 where the elements of `entries` are Arrays
  Value entries;        // an Array from when the index has it
  uint32_t cells[1];
};

static_assert(offsetof(Instance, fields) == 8);
static_assert(offsetof(Array, length) == 8 && offsetof(Array, elements) == 16);
static_assert(offsetof(String, bytes) == 24 && offsetof(String, grown) == 24);
static_assert(offsetof(TextBuffer, byte_length) == offsetof(String, byte_length) &&
              offsetof(TextBuffer, char_length) == offsetof(String, char_length) &&
              offsetof(TextBuffer, bytes) == offsetof(String, bytes));
static_assert(offsetof(Block, copied) == 56);
static_assert(offsetof(Context, slots) == 24);
static_assert(offsetof(ClassObject, fields) == 16);
static_assert(offsetof(Cells, cells) == 24);

// Bytes of an object with `payload` bytes behind `offset`, rounded to the allocation granule.
constexpr size_t kGranule = 8;
constexpr size_t RoundUp(size_t bytes) { return (bytes + kGranule - 1) & ~(kGranule - 1); }
constexpr size_t InstanceBytes(size_t fields) { return sizeof(Object) + fields * sizeof(Value); }
constexpr size_t ArrayBytes(size_t length) {
  return offsetof(Array, elements) + length * sizeof(Value);
}
constexpr size_t StringBytes(size_t bytes) { return RoundUp(offsetof(String, bytes) + bytes); }
constexpr size_t kGrownStringBytes = offsetof(String, grown) + sizeof(String::Grown);
constexpr size_t BigIntegerBytes(size_t limbs) {
  return offsetof(BigInteger, limbs) + limbs * sizeof(uint64_t);
}
constexpr size_t BlockBytes(size_t copied) {
  return offsetof(Block, copied) + copied * sizeof(Value);
}
constexpr size_t ContextBytes(size_t count) {
  return offsetof(Context, slots) + count * sizeof(Value);
}
constexpr size_t ClassBytes(size_t fields) {
  return offsetof(ClassObject, fields) + fields * sizeof(Value);
}
constexpr size_t CellsBytes(size_t count) {
  return RoundUp(offsetof(Cells, cells) + count * sizeof(uint32_t));
}

inline bool IsKind(Value v, Kind kind) { return v.IsObject() && v.AsObject()->kind() == kind; }
template <typename T>
T* As(Value v) {
  return static_cast<T*>(v.AsObject());
}
inline bool IsString(Value v) {  // String, Symbol or GrownString
  static_assert(static_cast<int>(Kind::kSymbol) == static_cast<int>(Kind::kString) + 1);
  static_assert(static_cast<int>(Kind::kGrownString) == static_cast<int>(Kind::kString) + 2);
  if (!v.IsObject()) return false;
  const Kind kind = v.AsObject()->kind();
  return kind >= Kind::kString && kind <= Kind::kGrownString;
}

inline std::string_view String::View() const {
  if (!IsGrown()) return {bytes, byte_length};
  return {As<TextBuffer>(grown.buffer)->bytes, grown.byte_length};
}

// The values of an object: everything in it that the collector follows or rewrites.
struct ValueRange {
  Value* begin;
  Value* end;
};

// Size in bytes of `object`, a multiple of kGranule. `field_counts` is the class table's column of
// instance field counts, indexed by class index; only Instances and Classes need it (a Class's own
// class index is that of its metaclass, so the entry there counts the class-side fields). Every
// other kind describes itself.
inline size_t ObjectBytes(const Object* object, const uint32_t* field_counts) {
  switch (object->kind()) {
    case Kind::kInstance:
      return InstanceBytes(field_counts[object->class_index()]);
    case Kind::kArray:
      return ArrayBytes(static_cast<size_t>(static_cast<const Array*>(object)->Length()));
    case Kind::kString:
    case Kind::kSymbol:
      return StringBytes(static_cast<const String*>(object)->byte_length);
    case Kind::kGrownString:
      return kGrownStringBytes;
    case Kind::kTextBuffer:
      return StringBytes(static_cast<const TextBuffer*>(object)->capacity);
    case Kind::kBigInteger:
      return BigIntegerBytes(static_cast<const BigInteger*>(object)->LimbCount());
    case Kind::kDouble:
      return sizeof(BoxedDouble);
    case Kind::kBlock:
      return BlockBytes(
          static_cast<size_t>(static_cast<const Block*>(object)->copied_count.AsInt()));
    case Kind::kContext:
      return ContextBytes(static_cast<size_t>(static_cast<const Context*>(object)->count.AsInt()));
    case Kind::kClass:
      return ClassBytes(field_counts[object->class_index()]);
    case Kind::kMirror:
      return sizeof(Mirror);
    case Kind::kCells:
      return CellsBytes(static_cast<const Cells*>(object)->count);
  }
  __builtin_unreachable();
}

// The range of values in `object`; empty for kinds that hold bytes only. `field_counts` as above.
inline ValueRange ObjectValues(Object* object, const uint32_t* field_counts) {
  switch (object->kind()) {
    case Kind::kInstance: {
      Value* begin = static_cast<Instance*>(object)->fields;
      return {begin, begin + field_counts[object->class_index()]};
    }
    case Kind::kArray: {
      Array* array = static_cast<Array*>(object);
      return {array->elements, array->elements + array->Length()};
    }
    case Kind::kBlock: {
      Block* block = static_cast<Block*>(object);
      return {&block->self, block->copied + block->copied_count.AsInt()};
    }
    case Kind::kContext: {
      Context* context = static_cast<Context*>(object);
      return {&context->outer, context->slots + context->count.AsInt()};
    }
    case Kind::kClass: {
      Value* begin = static_cast<ClassObject*>(object)->fields;
      return {begin, begin + field_counts[object->class_index()]};
    }
    case Kind::kGrownString: {
      Value* buffer = &static_cast<String*>(object)->grown.buffer;
      return {buffer, buffer + 1};
    }
    case Kind::kCells: {
      Value* entries = &static_cast<Cells*>(object)->entries;
      return {entries, entries + 1};
    }
    case Kind::kString:
    case Kind::kSymbol:
    case Kind::kTextBuffer:
    case Kind::kBigInteger:
    case Kind::kDouble:
    case Kind::kMirror:
      return {nullptr, nullptr};
  }
  __builtin_unreachable();
}

// Name of a kind, for messages and dumps; "?" for a number that is no kind.
const char* KindName(Kind kind);

}  // namespace som
