#include "vm/memory/heap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/unit/heap_fixture.h"
#include "vm/objects/well_known.h"

namespace som {
namespace {

using ::testing::HasSubstr;

TEST(HeapTest, AllocationStoresTheHeader) {
  TestHeap test;
  Object* object = test.heap.Allocate(5, Kind::kInstance, InstanceBytes(5));
  EXPECT_EQ(object->class_index(), 5U);
  EXPECT_EQ(object->kind(), Kind::kInstance);
  EXPECT_EQ(object->hash_bits(), 0U);
  EXPECT_TRUE(test.heap.IsYoung(object));
  EXPECT_EQ(test.heap.SizeOf(object), 48U);
}

TEST(HeapTest, OldAndLargeObjectsAreNotYoung) {
  TestHeap test;
  EXPECT_FALSE(test.heap.IsYoung(test.NewOldInstance(3)));
  EXPECT_FALSE(test.heap.IsYoung(test.NewArray(5000)));
  EXPECT_FALSE(test.heap.IsYoung(nullptr));
}

TEST(HeapTest, AllocatingCollectsWhatIsDead) {
  TestHeap test;
  for (int i = 0; i < 100000; ++i) test.NewInstance(4);
  const Heap::Statistics statistics = test.heap.statistics();
  EXPECT_GT(statistics.young_collections, 50U);
  EXPECT_EQ(statistics.copied_bytes, 0U);
  EXPECT_EQ(statistics.allocated_bytes, 4000000U);
}

TEST(HeapTest, BarrierRemembersOnlyOldToYoung) {
  TestHeap test;
  Instance* old_object = test.NewOldInstance(2);
  Instance* old_target = test.NewOldInstance(1);
  test.NewInstance(1);  // so that the next one does not start where the nursery does
  Instance* young = test.NewInstance(1);
  test.heap.Store(old_object, &old_object->fields[0], Value::FromObject(old_target));
  EXPECT_FALSE(old_object->Has(Object::kRemembered));
  test.heap.Store(old_object, &old_object->fields[0], Value::Int(3));
  EXPECT_FALSE(old_object->Has(Object::kRemembered));
  test.heap.Store(
      old_object, &old_object->fields[0],
      Value::FromBits(reinterpret_cast<uint64_t>(young)));  // an integer that looks like an address
  EXPECT_FALSE(old_object->Has(Object::kRemembered));
  test.heap.Store(young, &young->fields[0], Value::FromObject(young));
  EXPECT_FALSE(young->Has(Object::kRemembered));
  test.heap.Store(old_object, &old_object->fields[0], Value::FromObject(young));
  EXPECT_TRUE(old_object->Has(Object::kRemembered));
}

TEST(HeapTest, IdentityHashesAreStableOverMoves) {
  TestHeap test;
  std::vector<uint32_t> hashes;
  for (int i = 0; i < 200; ++i) {
    test.roots.values.push_back(Value::FromObject(test.NewInstance(2)));
  }
  for (const Value value : test.roots.values) {
    hashes.push_back(test.heap.IdentityHash(value.AsObject()));
    EXPECT_NE(hashes.back(), 0U);
  }
  for (int round = 0; round < 4; ++round) {
    if (round == 3) {
      test.heap.CollectFull();
    } else {
      test.heap.CollectYoung();
    }
    for (size_t i = 0; i < hashes.size(); ++i) {
      EXPECT_EQ(test.heap.IdentityHash(test.Root(i).AsObject()), hashes[i]);
    }
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_GT(std::unique(hashes.begin(), hashes.end()) - hashes.begin(), 190);
}

// What a program sees of identity hashes does not depend on what another machine of the process
// did.
TEST(HeapTest, HeapsDoNotShareIdentityHashes) {
  std::vector<std::vector<uint32_t>> hashes(2);
  for (std::vector<uint32_t>& of_heap : hashes) {
    TestHeap test;
    for (Object* object :
         {static_cast<Object*>(test.NewInstance(1)), Nil().AsObject(), True().AsObject(),
          False().AsObject(), static_cast<Object*>(test.NewInstance(1))})
      of_heap.push_back(test.heap.IdentityHash(object));
    EXPECT_EQ(std::set(of_heap.begin(), of_heap.end()).size(), of_heap.size());
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(HeapTest, FullCollectionKeepsWhatOldRootsReach) {
  TestHeap test;
  Instance* kept = test.NewOldInstance(2);
  kept->fields[0] = Value::FromObject(test.NewOldInstance(1));
  test.roots.old_values = {Value::FromObject(kept)};
  for (int i = 0; i < 1000; ++i) test.NewOldInstance(10);
  test.heap.CollectFull();
  EXPECT_EQ(test.heap.statistics().live_bytes, 24U + 16U);
  EXPECT_EQ(As<Instance>(test.roots.old_values[0]), kept);
}

TEST(HeapTest, AllElementsOfLongArraysAreMarked) {
  TestHeap test;
  for (const size_t length : {size_t{1023}, size_t{1024}, size_t{1025}, size_t{5000}}) {
    test.roots.values.clear();
    std::vector<Object*> elements;
    elements.reserve(length);
    for (size_t i = 0; i < length; ++i) elements.push_back(test.NewOldInstance(1));
    Array* array = test.NewArray(static_cast<int64_t>(length));
    for (size_t i = 0; i < length; ++i) array->elements[i] = Value::FromObject(elements[i]);
    test.roots.values = {Value::FromObject(array)};
    test.roots.sweep_weak = [&] {
      EXPECT_TRUE(std::ranges::all_of(
          elements, [](const Object* element) { return element->Has(Object::kMarked); }));
    };
    test.heap.CollectFull();
  }
}

TEST(HeapTest, WeakReferencesAreSweptBetweenMarkingAndSweeping) {
  TestHeap test;
  Instance* kept = test.NewOldInstance(1);
  Instance* dropped = test.NewOldInstance(1);
  test.roots.values = {Value::FromObject(kept)};
  int calls = 0;
  test.roots.sweep_weak = [&] {
    ++calls;
    EXPECT_TRUE(kept->Has(Object::kMarked));
    EXPECT_FALSE(dropped->Has(Object::kMarked));
    EXPECT_EQ(dropped->class_index(), 1U);
  };
  test.heap.CollectYoung();
  EXPECT_EQ(calls, 0);
  test.heap.CollectFull();
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(kept->Has(Object::kMarked));
}

TEST(HeapTest, OldSpaceIsCollectedWhenItHasGrown) {
  HeapOptions options = TestHeap::SmallOptions();
  options.verify = false;
  TestHeap test(options);
  test.roots.values = {Value::Int(0)};
  for (int i = 0; i < 100; ++i) {  // a megabyte each, dropped when the next is complete
    Array* array = test.NewArray(1000);
    test.roots.values[0] = Value::FromObject(array);
    for (int j = 0; j < 1000; ++j) {
      Instance* element = test.NewInstance(60);
      array = As<Array>(test.Root(0));
      test.heap.Store(array, &array->elements[j], Value::FromObject(element));
    }
  }
  const Heap::Statistics statistics = test.heap.statistics();
  EXPECT_GE(statistics.full_collections, 1U);
  EXPECT_LE(statistics.full_collections, 5U);
  EXPECT_LT(statistics.peak_bytes, uint64_t{48} << 20);
}

TEST(HeapTest, ALargeObjectThatShrinksKeepsItsYoungValue) {
  constexpr uint32_t kCells = 100000;
  constexpr uint32_t kLeft = 4096;
  TestHeap test;
  auto* cells = static_cast<Cells*>(
      test.heap.AllocateZeroed(TestHeap::kArrayClass, Kind::kCells, CellsBytes(kCells)));
  cells->count = kCells;
  cells->entries = Value::Int(0);
  test.roots.values.push_back(Value::FromObject(cells));
  test.heap.Store(cells, &cells->entries, Value::FromObject(test.NewArray(3)));
  cells->count = kLeft;
  test.heap.ShrinkLarge(cells, CellsBytes(kLeft));
  test.heap.Verify();
  test.heap.Store(cells, &cells->entries, Value::FromObject(test.NewArray(5)));
  test.heap.Verify();
  test.heap.CollectFull();
  EXPECT_EQ(As<Array>(cells->entries)->Length(), 5);
}

TEST(HeapTest, LargeObjectsDriveCollectionsToo) {
  TestHeap test;
  for (int i = 0; i < 50; ++i) test.NewArray(1 << 20);
  EXPECT_EQ(test.heap.statistics().allocated_bytes, 50 * ((uint64_t{8} << 20) + 16));
  EXPECT_LT(test.heap.statistics().peak_bytes, uint64_t{64} << 20);
}

// What was needed in front of a collection may be again: it goes back when the next ones had no use
// for it.
TEST(HeapTest, MemoryGoesBackAfterQuietCollections) {
  constexpr size_t kMegabytes = size_t{1} << 20;
  TestHeap test;
  for (int i = 0; i < 100; ++i)
    test.roots.values.push_back(Value::FromObject(test.NewArray(1 << 17)));
  test.roots.values.clear();
  for (int collections = 0; collections < 3; ++collections) {
    test.heap.CollectFull();
    EXPECT_GT(test.heap.old_footprint_bytes(), 95 * kMegabytes);
  }
  test.heap.CollectFull();
  EXPECT_LT(test.heap.old_footprint_bytes(), 40 * kMegabytes);
}

// --- Limit ---

struct LimitedHeap {
  explicit LimitedHeap(size_t limit) : test(OptionsFor(limit)) {
    test.heap.set_out_of_memory_hook([](void* calls) { ++*static_cast<int*>(calls); }, &hook_calls);
  }
  static HeapOptions OptionsFor(size_t limit) {
    HeapOptions options;
    options.limit_bytes = limit;
    return options;
  }
  int hook_calls = 0;
  TestHeap test;
};

TEST(HeapTest, ExceedingTheLimitRaisesOutOfMemoryOnceAndStillAllocates) {
  LimitedHeap limited(size_t{16} << 20);
  TestHeap& test = limited.test;
  test.roots.values = {Value::Int(0)};
  size_t bytes = 0;
  while (!test.heap.out_of_memory()) {
    Instance* link = test.NewInstance(9);
    link->fields[0] = test.Root(0);
    test.roots.values[0] = Value::FromObject(link);
    bytes += 80;
    ASSERT_LT(bytes, size_t{20} << 20);
  }
  EXPECT_GT(bytes, size_t{10} << 20);
  EXPECT_EQ(limited.hook_calls, 1);
  for (int i = 0; i < 100000; ++i) test.NewInstance(4);
  EXPECT_EQ(limited.hook_calls, 1);
  test.roots.values.clear();
  test.heap.ClearOutOfMemory();
  for (int i = 0; i < 1000000; ++i) test.NewInstance(4);
  EXPECT_FALSE(test.heap.out_of_memory());
}

TEST(HeapTest, GarbageNeverExhaustsTheLimit) {
  LimitedHeap limited(size_t{16} << 20);
  for (int i = 0; i < 400; ++i) limited.test.NewArray(100000);
  for (int i = 0; i < 3000000; ++i) limited.test.NewInstance(8);
  EXPECT_FALSE(limited.test.heap.out_of_memory());
  EXPECT_LT(limited.test.heap.statistics().peak_bytes, uint64_t{17} << 20);
}

TEST(HeapTest, AbsurdSizesAreRefused) {
  TestHeap test;
  EXPECT_TRUE(test.heap.CanAllocateArray(0));
  EXPECT_TRUE(test.heap.CanAllocateArray(1000000));
  EXPECT_FALSE(test.heap.CanAllocateArray(int64_t{1} << 45));
  EXPECT_FALSE(test.heap.CanAllocateArray(Value::kMaxInt));
  EXPECT_FALSE(test.heap.CanAllocate(~size_t{0} & ~size_t{7}));
  LimitedHeap limited(size_t{16} << 20);
  EXPECT_TRUE(limited.test.heap.CanAllocateArray(1000000));
  EXPECT_FALSE(limited.test.heap.CanAllocateArray(3000000));
  EXPECT_TRUE(limited.test.heap.CanAllocate(100));
}

TEST(HeapTest, ALargeObjectThatNoLongerFitsRaisesOutOfMemory) {
  LimitedHeap limited(size_t{16} << 20);
  TestHeap& test = limited.test;
  test.roots.values = {Value::FromObject(test.NewArray(1000000))};
  EXPECT_FALSE(test.heap.out_of_memory());
  test.roots.values.push_back(Value::FromObject(test.NewArray(1000000)));
  EXPECT_TRUE(test.heap.out_of_memory());
  EXPECT_EQ(limited.hook_calls, 1);
  test.roots.values.push_back(Value::FromObject(test.NewArray(1000000)));
  EXPECT_EQ(limited.hook_calls, 1);
  test.heap.ClearOutOfMemory();
  test.roots.values.push_back(Value::FromObject(test.NewArray(1000000)));
  EXPECT_EQ(limited.hook_calls, 2);
}

// --- Stress ---

TEST(HeapTest, UnderStressEveryAllocationMovesTheYoung) {
  HeapOptions options = TestHeap::SmallOptions();
  options.stress_interval = 1;
  TestHeap test(options);
  for (int i = 0; i < 2000; ++i) {
    const Value object = Value::FromObject(test.NewInstance(2));
    test.roots.values = {object};
    test.NewInstance(1);
    ASSERT_NE(test.Root(0), object);
    test.roots.values.clear();
  }
  EXPECT_GE(test.heap.statistics().young_collections, 3900U);
  EXPECT_GE(test.heap.statistics().full_collections, 60U);
  EXPECT_EQ(test.heap.statistics().allocated_bytes, 2000U * (24 + 16));
}

TEST(HeapTest, TheStressIntervalCounts) {
  HeapOptions options = TestHeap::SmallOptions();
  options.stress_interval = 10;
  TestHeap test(options);
  for (int i = 0; i < 1000; ++i) test.NewInstance(1);
  const Heap::Statistics statistics = test.heap.statistics();
  EXPECT_EQ(statistics.young_collections + statistics.full_collections, 100U);
}

TEST(HeapTest, ReportsCarryTheCounts) {
  TestHeap test;
  test.heap.CollectYoung();
  test.heap.CollectFull();
  EXPECT_THAT(test.heap.StatisticsJson(), HasSubstr(R"("collections": {"young": 1, "full": 1})"));
  EXPECT_THAT(test.heap.StatisticsText(), HasSubstr("garbage collection"));
}

// --- Random graphs against a model ---

// What an object should be. Every object carries the number of its node: an integer in its first
// value, or a string's text.
struct Node {
  Kind kind;
  size_t size;               // values behind the number; bytes of a string
  std::vector<Node*> edges;  // null: an integer
  uint32_t hash = 0;         // once asked for
  int64_t number;
};

class GraphModel {
 public:
  GraphModel(const HeapOptions& options, uint64_t seed) : test_(options), random_(seed) {
    test_.roots.values.assign(kRoots, Value::Int(0));
    roots_.assign(kRoots, nullptr);
  }

  void Step() {
    const uint64_t choice = random_() % 1000;
    if (choice < 550) {
      Allocate();
    } else if (choice < 900) {
      Link();
    } else if (choice < 940) {
      Drop();
    } else if (choice < 980) {
      Hash();
    } else if (choice < 985) {
      test_.heap.CollectYoung();
    } else if (choice < 986) {
      test_.heap.CollectFull();
    }
  }

  // Walks model and heap side by side.
  void Compare() {
    std::unordered_map<const Node*, Value> seen;
    std::vector<std::pair<const Node*, Value>> work;
    work.reserve(kRoots);
    for (size_t i = 0; i < kRoots; ++i) work.emplace_back(roots_[i], test_.Root(i));
    while (!work.empty()) {
      const auto [node, value] = work.back();
      work.pop_back();
      if (node == nullptr) {
        ASSERT_EQ(value, Value::Int(0));
        continue;
      }
      const auto [known, is_new] = seen.emplace(node, value);
      ASSERT_EQ(known->second, value);
      if (is_new) CheckNode(*node, value, work);
      if (testing::Test::HasFatalFailure()) return;
    }
    test_.heap.Verify();
  }

 private:
  static constexpr size_t kRoots = 40;

  static Value* ValuesOf(Value value, Kind kind) {
    switch (kind) {
      case Kind::kInstance:
        return As<Instance>(value)->fields;
      case Kind::kArray:
        return As<Array>(value)->elements;
      case Kind::kContext:
        return As<Context>(value)->slots;
      default:
        return As<Block>(value)->copied;
    }
  }

  void CheckNode(const Node& node, Value value, std::vector<std::pair<const Node*, Value>>& work) {
    ASSERT_TRUE(IsKind(value, node.kind));
    if (node.hash != 0) {
      ASSERT_EQ(value.AsObject()->hash_bits(), node.hash);
    }
    if (node.kind == Kind::kString) {
      ASSERT_EQ(As<String>(value)->View(), TextOf(node));
      return;
    }
    const Value* values = ValuesOf(value, node.kind);
    ASSERT_EQ(values[0], Value::Int(node.number));
    for (size_t i = 0; i < node.size; ++i) work.emplace_back(node.edges[i], values[i + 1]);
  }

  static std::string TextOf(const Node& node) {
    std::string text = std::to_string(node.number);
    while (text.size() < node.size) text += text;
    text.resize(node.size);
    return text;
  }

  // Sizes are mostly small, sometimes beyond a cell, sometimes large at once.
  size_t RandomSize() {
    const uint64_t choice = random_() % 400;
    if (choice == 0) return 4096 + random_() % 8000;
    if (choice < 4) return random_() % 4000;
    return random_() % 24;
  }

  void Allocate() {
    static constexpr std::array<Kind, 5> kKinds = {Kind::kInstance, Kind::kArray, Kind::kContext,
                                                   Kind::kBlock, Kind::kString};
    auto node = std::make_unique<Node>();
    node->kind = kKinds[random_() % kKinds.size()];
    node->size = RandomSize();
    node->number = static_cast<int64_t>(nodes_.size());
    if (node->kind == Kind::kInstance) node->size = std::min<size_t>(node->size, 40);
    const size_t root = random_() % kRoots;
    if (node->kind == Kind::kString) {
      node->size = std::max<size_t>(node->size, 8);
      test_.roots.values[root] = Value::FromObject(test_.NewString(TextOf(*node)));
    } else {
      node->edges.assign(node->size, nullptr);
      test_.roots.values[root] = NewObject(*node);
    }
    roots_[root] = node.get();
    nodes_.push_back(std::move(node));
  }

  Value NewObject(Node& node) {
    const size_t count = node.size + 1;
    Object* object = nullptr;
    switch (node.kind) {
      case Kind::kInstance:
        object = test_.heap.Allocate(static_cast<uint32_t>(count), node.kind, InstanceBytes(count));
        break;
      case Kind::kArray:
        object = test_.heap.Allocate(0, node.kind, ArrayBytes(count));
        static_cast<Array*>(object)->length = Value::Int(static_cast<int64_t>(count));
        break;
      case Kind::kContext:
        object = test_.heap.Allocate(0, node.kind, ContextBytes(count));
        static_cast<Context*>(object)->outer = Value::Int(0);
        static_cast<Context*>(object)->count = Value::Int(static_cast<int64_t>(count));
        break;
      default: {
        object = test_.heap.Allocate(0, node.kind, BlockBytes(count));
        auto* block = static_cast<Block*>(object);
        block->code = nullptr;
        block->home_frame = 1;  // would be a pointer to nothing if it were followed
        block->home_id = 0xFD01;
        block->self = block->context = Value::Int(0);
        block->copied_count = Value::Int(static_cast<int64_t>(count));
      }
    }
    const Value value = Value::FromObject(object);
    Value* values = ValuesOf(value, node.kind);
    values[0] = Value::Int(node.number);
    for (size_t i = 1; i < count; ++i) values[i] = Value::Int(0);
    // A fresh object may point to what exists already.
    const size_t other = random_() % kRoots;
    if (node.size > 0 && roots_[other] != nullptr) {
      const size_t slot = random_() % node.size;
      values[slot + 1] = test_.Root(other);
      node.edges[slot] = roots_[other];
      test_.heap.AfterFill(object);
    }
    return value;
  }

  // Follows random edges from a random root; answers node and object, both null/0 if there is none.
  std::pair<Node*, Value> RandomNode() {
    const size_t root = random_() % kRoots;
    Node* node = roots_[root];
    Value value = test_.Root(root);
    for (uint64_t steps = random_() % 6; node != nullptr && steps > 0; --steps) {
      if (node->kind == Kind::kString || node->size == 0) break;
      const size_t slot = random_() % node->size;
      if (node->edges[slot] == nullptr) break;
      value = ValuesOf(value, node->kind)[slot + 1];
      node = node->edges[slot];
    }
    return {node, value};
  }

  void Link() {
    const auto [holder, holder_value] = RandomNode();
    const auto [target, target_value] = RandomNode();
    if (holder == nullptr || holder->kind == Kind::kString || holder->size == 0) return;
    const size_t slot = random_() % holder->size;
    test_.heap.Store(holder_value.AsObject(), ValuesOf(holder_value, holder->kind) + slot + 1,
                     target_value);
    holder->edges[slot] = target;
  }

  void Drop() {
    const size_t root = random_() % kRoots;
    roots_[root] = nullptr;
    test_.roots.values[root] = Value::Int(0);
  }

  void Hash() {
    const auto [node, value] = RandomNode();
    if (node == nullptr) return;
    const uint32_t hash = test_.heap.IdentityHash(value.AsObject());
    if (node->hash != 0) {
      EXPECT_EQ(hash, node->hash);
    }
    node->hash = hash;
  }

  TestHeap test_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Node*> roots_;
};

// SOM_TEST_SEED repeats a run.
uint64_t Seed() {
  const char* text = std::getenv("SOM_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device()();
}

void RunModel(const HeapOptions& options, uint64_t seed, int steps) {
  SCOPED_TRACE(testing::Message() << "SOM_TEST_SEED=" << seed << " nursery "
                                  << options.nursery_bytes << " age " << options.age << " stress "
                                  << options.stress_interval);
  GraphModel model(options, seed);
  for (int i = 0; i < steps; ++i) {
    model.Step();
    if (i % (steps / 10) == 0) model.Compare();
    if (testing::Test::HasFatalFailure()) return;
  }
  model.Compare();
}

TEST(HeapModelTest, RandomGraphsAgreeWithTheModelForAllNurserySizes) {
  const uint64_t seed = Seed();
  uint64_t run = 0;
  for (const bool age : {false, true}) {
    for (size_t nursery = size_t{64} << 10; nursery <= size_t{1} << 20; nursery *= 2) {
      HeapOptions options;
      options.nursery_bytes = nursery;
      options.age = age;
      RunModel(options, seed + run++, 30000);
    }
  }
}

TEST(HeapModelTest, RandomGraphsAgreeWithTheModelUnderStress) {
  const uint64_t seed = Seed();
  for (const uint32_t interval : {1U, 2U, 7U}) {
    HeapOptions options = TestHeap::SmallOptions();
    options.verify = false;
    options.stress_interval = interval;
    RunModel(options, seed + interval, 5000);
  }
}

TEST(HeapModelTest, RandomGraphsAgreeWithTheModelUnderALimitWithVerification) {
  HeapOptions options;
  options.limit_bytes = size_t{4} << 20;
  options.verify = true;
  RunModel(options, Seed(), 3000);
}

}  // namespace
}  // namespace som
