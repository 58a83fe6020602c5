// See big_integer.h.
#include "vm/numbers/big_integer.h"

#include <gmp.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "vm/vm.h"

namespace som {

namespace {

static_assert(sizeof(mp_limb_t) == 8 && GMP_NAIL_BITS == 0);

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

constexpr uint64_t kLimbBits = 64;

// A GMP number of our own.
class Mpz {
 public:
  Mpz() { mpz_init(number_); }
  ~Mpz() { mpz_clear(number_); }
  Mpz(const Mpz&) = delete;
  Mpz& operator=(const Mpz&) = delete;
  operator mpz_ptr() { return number_; }  // NOLINT(google-explicit-constructor): as GMP's own type

 private:
  mpz_t number_;
};

// Shows any Integer to GMP without copying it. Valid until the next allocation in the heap.
class View {
 public:
  explicit View(Value v) {
    if (v.IsInt()) {
      const int64_t i = v.AsInt();
      limb_ = i < 0 ? 0 - static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
      mpz_roinit_n(number_, &limb_, i < 0 ? -1 : (i > 0 ? 1 : 0));
    } else {
      const auto* big = As<BigInteger>(v);
      mpz_roinit_n(number_, reinterpret_cast<const mp_limb_t*>(big->limbs), big->signed_size);
    }
  }
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  operator mpz_srcptr() const { return number_; }  // NOLINT(google-explicit-constructor)

 private:
  mp_limb_t limb_ = 0;
  mpz_t number_;
};

// Whether `v` fits 64 bits with sign; most big integers in programs do, and need no GMP then.
bool ToInt64(Value v, int64_t* out) {
  if (v.IsInt()) {
    *out = v.AsInt();
    return true;
  }
  const auto* big = As<BigInteger>(v);
  if (big->signed_size == 1 && big->limbs[0] <= uint64_t{INT64_MAX}) {
    *out = static_cast<int64_t>(big->limbs[0]);
    return true;
  }
  if (big->signed_size == -1 && big->limbs[0] <= uint64_t{1} << 63) {
    *out = static_cast<int64_t>(0 - big->limbs[0]);
    return true;
  }
  return false;
}

bool BothInt64(Value a, Value b, int64_t* x, int64_t* y) { return ToInt64(a, x) && ToInt64(b, y); }

size_t LimbsOf(Value v) { return v.IsInt() ? 1 : As<BigInteger>(v)->LimbCount(); }

bool CanHold(Heap& heap, size_t limbs) {
  return limbs <= kMaxBigIntegerLimbs && heap.CanAllocate(BigIntegerBytes(limbs));
}

Value FailTooLarge(VM& vm) { return vm.Fail("Out of memory"); }

void Fill(BigInteger* big, bool negative, const uint64_t* limbs, size_t count) {
  const auto size = static_cast<int64_t>(count);
  big->signed_size = negative ? -size : size;
  std::memcpy(big->limbs, limbs, count * sizeof(uint64_t));
}

BigInteger* Allocate(Heap& heap, size_t limbs) {
  return static_cast<BigInteger*>(
      heap.Allocate(kIntegerClass, Kind::kBigInteger, BigIntegerBytes(limbs)));
}

bool FitsInt(mpz_srcptr number) {
  return mpz_fits_slong_p(number) != 0 && Value::FitsInt(mpz_get_si(number));
}

// Limbs of a GMP number, as the heap's type.
const uint64_t* Limbs(mpz_srcptr number) {
  return reinterpret_cast<const uint64_t*>(mpz_limbs_read(number));
}

Value FromMpz(VM& vm, mpz_srcptr number) {
  if (FitsInt(number)) return Value::Int(mpz_get_si(number));
  const size_t count = mpz_size(number);
  if (!CanHold(vm.heap(), count)) return FailTooLarge(vm);
  BigInteger* big = Allocate(vm.heap(), count);
  Fill(big, mpz_sgn(number) < 0, Limbs(number), count);
  return Value::FromObject(big);
}

Value FromInt128(Heap& heap, Int128 i) {
  if (i >= INT64_MIN && i <= INT64_MAX) return IntegerFromInt64(heap, static_cast<int64_t>(i));
  const Uint128 magnitude = i < 0 ? Uint128{0} - static_cast<Uint128>(i) : static_cast<Uint128>(i);
  const uint64_t limbs[2] = {static_cast<uint64_t>(magnitude),
                             static_cast<uint64_t>(magnitude >> kLimbBits)};
  const size_t count = limbs[1] == 0 ? 1 : 2;
  BigInteger* big = Allocate(heap, count);
  Fill(big, i < 0, limbs, count);
  return Value::FromObject(big);
}

using MpzFunction = void (*)(mpz_ptr, mpz_srcptr, mpz_srcptr);

// `function` of the two, unless its result, at most `limbs` long, could not be held.
Value ApplyMpz(VM& vm, MpzFunction function, Value a, Value b, size_t limbs) {
  if (!CanHold(vm.heap(), limbs)) return FailTooLarge(vm);
  Mpz result;
  function(result, View(a), View(b));
  return FromMpz(vm, result);
}

size_t LongerOf(Value a, Value b) { return std::max(LimbsOf(a), LimbsOf(b)); }

void SetFromDigits(mpz_ptr number, std::string_view digits) {
  mpz_set_str(number, std::string(digits).c_str(), 10);
}

}  // namespace

// --- Making ---

Value IntegerFromInt64(Heap& heap, int64_t i) {
  if (Value::FitsInt(i)) return Value::Int(i);
  const uint64_t limb = i < 0 ? 0 - static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
  BigInteger* big = Allocate(heap, 1);
  Fill(big, i < 0, &limb, 1);
  return Value::FromObject(big);
}

Value IntegerFromDouble(VM& vm, double d) {
  constexpr double kInt64Limit = 9223372036854775808.0;
  if (d > -kInt64Limit && d < kInt64Limit) {
    return IntegerFromInt64(vm.heap(), static_cast<int64_t>(d));
  }
  Mpz number;
  mpz_set_d(number, d);
  return FromMpz(vm, number);
}

Value IntegerFromDigits(VM& vm, std::string_view digits) {
  constexpr size_t kSafeDigits = 18;
  if (digits.size() <= kSafeDigits) {
    int64_t small = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), small);
    return Value::Int(small);
  }
  // A limb holds 19 digits.
  if (!CanHold(vm.heap(), digits.size() / 19 + 1)) return FailTooLarge(vm);
  Mpz number;
  SetFromDigits(number, digits);
  return FromMpz(vm, number);
}

Value OldIntegerFromDigits(Heap& heap, std::string_view digits) {
  Mpz number;
  SetFromDigits(number, digits);
  if (FitsInt(number)) return Value::Int(mpz_get_si(number));
  const size_t count = mpz_size(number);
  auto* big = static_cast<BigInteger*>(
      heap.AllocateOld(kIntegerClass, Kind::kBigInteger, BigIntegerBytes(count)));
  Fill(big, digits[0] == '-', Limbs(number), count);
  return Value::FromObject(big);
}

// --- Arithmetic ---

Value Add(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return FromInt128(vm.heap(), Int128{x} + y);
  return ApplyMpz(vm, mpz_add, a, b, LongerOf(a, b) + 1);
}

Value Subtract(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return FromInt128(vm.heap(), Int128{x} - y);
  return ApplyMpz(vm, mpz_sub, a, b, LongerOf(a, b) + 1);
}

Value Multiply(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return FromInt128(vm.heap(), Int128{x} * y);
  return ApplyMpz(vm, mpz_mul, a, b, LimbsOf(a) + LimbsOf(b));
}

Value TruncatedQuotient(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return FromInt128(vm.heap(), Int128{x} / y);
  return ApplyMpz(vm, mpz_tdiv_q, a, b, LimbsOf(a));
}

Value TruncatedRemainder(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return FromInt128(vm.heap(), Int128{x} % y);
  return ApplyMpz(vm, mpz_tdiv_r, a, b, LimbsOf(b));
}

Value FlooredRemainder(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) {
    Int128 remainder = Int128{x} % y;
    if (remainder != 0 && (remainder < 0) != (y < 0)) remainder += y;
    return FromInt128(vm.heap(), remainder);
  }
  return ApplyMpz(vm, mpz_fdiv_r, a, b, LimbsOf(b));
}

// --- Bits ---

Value BitAnd(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return IntegerFromInt64(vm.heap(), x & y);
  return ApplyMpz(vm, mpz_and, a, b, LongerOf(a, b) + 1);
}

Value BitOr(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return IntegerFromInt64(vm.heap(), x | y);
  return ApplyMpz(vm, mpz_ior, a, b, LongerOf(a, b) + 1);
}

Value BitXor(VM& vm, Value a, Value b) {
  int64_t x = 0;
  int64_t y = 0;
  if (BothInt64(a, b, &x, &y)) return IntegerFromInt64(vm.heap(), x ^ y);
  return ApplyMpz(vm, mpz_xor, a, b, LongerOf(a, b) + 1);
}

Value ShiftLeft(VM& vm, Value a, uint64_t count) {
  int64_t x = 0;
  const bool is_small = ToInt64(a, &x);
  if (is_small && x == 0) return a;
  if (is_small && count < kLimbBits - 1) {
    return FromInt128(vm.heap(), Int128{x} * (Int128{1} << count));
  }
  const uint64_t limbs = count / kLimbBits;
  if (limbs > kMaxBigIntegerLimbs ||
      !CanHold(vm.heap(), LimbsOf(a) + static_cast<size_t>(limbs) + 1)) {
    return vm.Fail("Shift too big");
  }
  Mpz result;
  mpz_mul_2exp(result, View(a), count);
  return FromMpz(vm, result);
}

Value ShiftRight(VM& vm, Value a, uint64_t count) {
  if (count == 0) return a;
  int64_t x = 0;
  if (ToInt64(a, &x)) {
    if (count >= kLimbBits) return Value::Int(0);
    return FromInt128(vm.heap(), Int128{static_cast<uint64_t>(x) >> count});
  }
  Mpz result;
  mpz_fdiv_q_2exp(result, View(a), count);
  return FromMpz(vm, result);
}

uint32_t Low32Bits(Value a) {
  if (a.IsInt()) return static_cast<uint32_t>(a.AsInt());
  const auto* big = As<BigInteger>(a);
  return static_cast<uint32_t>(big->signed_size < 0 ? 0 - big->limbs[0] : big->limbs[0]);
}

// --- Roots, random numbers ---

Value IntegerSquareRoot(VM& vm, Value a, bool* exact) {
  Mpz root;
  Mpz rest;
  mpz_sqrtrem(root, rest, View(a));
  *exact = mpz_sgn(static_cast<mpz_ptr>(rest)) == 0;
  return FromMpz(vm, root);
}

Value RandomBelow(VM& vm, Value bound, std::mt19937_64& generator) {
  if (bound.IsInt()) {
    return Value::Int(std::uniform_int_distribution<int64_t>(0, bound.AsInt() - 1)(generator));
  }
  // One limb more than the bound has makes the excess of small remainders negligible.
  std::vector<uint64_t> limbs(LimbsOf(bound) + 1);
  for (uint64_t& limb : limbs) limb = generator();
  Mpz number;
  mpz_import(number, limbs.size(), -1, sizeof(uint64_t), 0, 0, limbs.data());
  mpz_fdiv_r(number, number, View(bound));
  return FromMpz(vm, number);
}

// --- Comparing and converting ---

int Sign(Value a) {
  const int64_t i = a.IsInt() ? a.AsInt() : As<BigInteger>(a)->signed_size;
  return i < 0 ? -1 : (i > 0 ? 1 : 0);
}

std::strong_ordering CompareIntegers(Value a, Value b) {
  if (Value::BothInt(a, b)) return a.AsInt() <=> b.AsInt();
  return mpz_cmp(View(a), View(b)) <=> 0;
}

std::partial_ordering CompareIntegerToDouble(Value a, double d) {
  if (std::isnan(d)) return std::partial_ordering::unordered;
  if (!a.IsInt()) return mpz_cmp_d(View(a), d) <=> 0;
  const int64_t i = a.AsInt();
  constexpr double kBeyondInt = 4611686018427387904.0;  // 2^62
  if (d >= kBeyondInt) return std::partial_ordering::less;
  if (d <= -kBeyondInt) return std::partial_ordering::greater;
  const auto whole = static_cast<int64_t>(d);
  if (i != whole) return i <=> whole;
  return static_cast<double>(whole) <=> d;
}

ScaledDouble IntegerToScaledDouble(Value a) {
  if (a.IsInt()) return {static_cast<double>(a.AsInt()), 0};
  const auto* big = As<BigInteger>(a);
  const size_t count = big->LimbCount();
  uint64_t top = big->limbs[count - 1];
  int64_t exponent = 0;
  if (count > 1) {
    // The 64 leading bits; the last one also stands for all that follow, which is enough to round
    // right.
    const int unused = std::countl_zero(top);
    if (unused > 0) {
      top = (top << unused) | (big->limbs[count - 2] >> (static_cast<int>(kLimbBits) - unused));
    }
    const uint64_t shift = (count - 1) * kLimbBits - static_cast<uint64_t>(unused);
    if (mpz_scan1(View(a), 0) < shift) top |= 1;
    exponent = static_cast<int64_t>(shift);
  }
  const auto magnitude = static_cast<double>(top);
  return {big->signed_size < 0 ? -magnitude : magnitude, exponent};
}

double IntegerToDouble(Value a) {
  const ScaledDouble scaled = IntegerToScaledDouble(a);
  constexpr int64_t kBeyondDoubles = 2048;
  return std::ldexp(scaled.mantissa, static_cast<int>(std::min(scaled.exponent, kBeyondDoubles)));
}

std::string IntegerDigits(Value a) {
  if (a.IsInt()) return std::to_string(a.AsInt());
  const View view(a);
  std::string digits(mpz_sizeinbase(view, 10) + 2, '\0');  // sign and terminator
  mpz_get_str(digits.data(), 10, view);
  digits.resize(std::strlen(digits.c_str()));
  return digits;
}

}  // namespace som
