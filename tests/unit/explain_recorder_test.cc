// Recordings of --explain: what is replayed from the changes is what was there, at every step.
#include "vm/explain/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "compiler/concat.h"
#include "primitives/register.h"
#include "vm/code/frame.h"
#include "vm/explain/document.h"
#include "vm/interpreter/handler_support.h"
#include "vm/loading/universe.h"
#include "vm/observation/observer.h"
#include "vm/observation/stack_trace.h"
#include "vm/observation/value_text.h"
#include "vm/vm.h"

namespace som::explain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Closures, contexts, objects that change, loops of every kind, recursion, non-local returns, and an
// inlined message that turns out to be a real one.
constexpr std::string_view kProgram = R"(
Sample = (
  | count list |
  run = (
    | sum counter |
    list := Array new: 5 withAll: 7.
    count := 0.
    sum := 0.
    1 to: 5 do: [:i | list at: i put: i * i. sum := sum + (self bump: i) ].
    list do: [:each | sum := sum + each ].
    counter := self counter.
    counter value.
    counter value.
    (self find: 16) println.
    (self fib: 5) println.
    #(1 2.5 'three' #four) do: [:each | each println ].
    3 timesRepeat: [ list := Array new: 2 withAll: Sample new ].
    [ count < 20 ] whileTrue: [ count := count + 1 ].
    (self choose: 3) println.
    100 factorial.
    sum println
  )
  bump: n = ( count := count + n. ^ count )
  counter = ( | n | n := 0. ^ [ n := n + 1. n ] )
  find: x = ( list do: [:each | each = x ifTrue: [ ^ each ] ]. ^ nil )
  fib: n = ( n < 2 ifTrue: [ ^ n ]. ^ (self fib: n - 1) + (self fib: n - 2) )
  choose: x = ( ^ [ :a | a > 2 ifTrue: [ 'big' ] ifFalse: [ 'small' ] ] value: x )
)
)";

// The state in front of a step, as words.
struct State {
  std::vector<std::string> stack;  // titles, newest first
  std::vector<std::string> words;  // of the newest
  std::vector<std::string> fields;  // of its self
  Opcode opcode{};
  uint32_t offset = 0;
  bool operator==(const State&) const = default;
};

void PrintTo(const State& state, std::ostream* out) {
  const auto list = [&](const char* title, const std::vector<std::string>& texts) {
    *out << title << ":";
    for (const std::string& text : texts) *out << " [" << text << "]";
    *out << "\n";
  };
  *out << "\n" << NameOf(state.opcode) << " at " << state.offset << "\n";
  list("stack", state.stack);
  list("words", state.words);
  list("fields", state.fields);
}

// Looks at each step for itself and keeps all of it.
class Witness final : public Listener {
 public:
  explicit Witness(VM& vm) : vm_(vm) { vm.set_listener(this); }

  void Bytecode(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) override {
    State state;
    state.opcode = static_cast<Opcode>(*ip);
    const Method& method = *FrameMethod(base);
    state.offset = static_cast<uint32_t>(ip - method.code);
    for (const Value* frame = base; frame != nullptr; frame = FramePrevious(frame))
      state.stack.push_back(MethodTitle(vm, *FrameMethod(frame)));
    for (const Value* word = FrameReceiver(base); word < base; ++word)
      state.words.push_back(ValueText(vm, *word));
    state.words.push_back(ValueText(vm, base[kFrameSelf]));
    const Value* locals = FrameLocals(base);
    for (int i = 0; i < method.local_count; ++i) state.words.push_back(ValueText(vm, locals[i]));
    const Value* empty = locals + method.local_count;
    for (const Value* operand = empty + 1; operand < sp; ++operand)
      state.words.push_back(ValueText(vm, *operand));
    if (sp > empty) state.words.push_back(ValueText(vm, tos));
    const Value self = base[kFrameSelf];
    if (IsKind(self, Kind::kInstance)) {
      const uint32_t count = vm.classes().Of(self)->FieldCount();
      for (uint32_t i = 0; i < count; ++i)
        state.fields.push_back(ValueText(vm, As<Instance>(self)->fields[i]));
    }
    states_.push_back(std::move(state));
  }
  void Activation(Method* method, Value* /*base*/) override {
    if (vm_.symbols().NameOf(method->selector) == "run" && !has_run_) {
      has_run_ = true;
      before_ = states_.size();
    }
  }
  void BlockCreated(BlockSite* /*site*/) override {}
  void ContextCreated() override {}
  void Quickened(bool /*back*/) override {}

  // From the first bytecode of run on.
  std::vector<State> states() const {
    return {states_.begin() + static_cast<ptrdiff_t>(before_), states_.end()};
  }

 private:
  VM& vm_;
  bool has_run_ = false;
  size_t before_ = 0;
  std::vector<State> states_;
};

// A recording read from its start to its end.
class Replay {
 public:
  explicit Replay(const Recording& recording) : recording_(recording) {}

  // The state in front of the next step.
  State Next() {
    const auto now = static_cast<int32_t>(step_);
    const RecordedStep& step = recording_.steps[step_++];
    for (; change_ < step.changes; ++change_)
      words_[step.activation][recording_.changes[change_].word] = recording_.changes[change_].value;
    for (; object_change_ < recording_.object_changes.size() &&
           recording_.object_changes[object_change_].step <= now;
         ++object_change_) {
      const ObjectChange& change = recording_.object_changes[object_change_];
      for (const auto& [index, value] : change.values) objects_[change.object][index] = value;
    }
    for (; opcode_change_ < recording_.opcode_changes.size() &&
           recording_.opcode_changes[opcode_change_].step <= now;
         ++opcode_change_) {
      const OpcodeChange& change = recording_.opcode_changes[opcode_change_];
      opcodes_[{change.unit, change.instruction}] = change.opcode;
    }
    State state;
    const RecordedActivation& activation = At(step.activation);
    const RecordedUnit& unit = recording_.units[static_cast<size_t>(activation.unit)];
    const RecordedInstruction& instruction =
        unit.instructions[static_cast<size_t>(step.instruction)];
    const auto changed = opcodes_.find({activation.unit, step.instruction});
    state.opcode = changed == opcodes_.end() ? instruction.first : changed->second;
    state.offset = instruction.offset;
    for (int32_t number = step.activation; number >= 0; number = At(number).parent)
      state.stack.push_back(recording_.units[static_cast<size_t>(At(number).unit)].title);
    std::map<int32_t, Ref>& words = words_[step.activation];
    const auto arguments = static_cast<int32_t>(unit.argument_count);
    const int32_t first_local = arguments + 3;
    const auto locals = static_cast<int32_t>(unit.names.size()) - arguments;
    for (int32_t word = 0; word < first_local + locals + words[WordChange::kDepth]; ++word) {
      if (word != arguments + 2) state.words.push_back(TextOf(words[word]));
    }
    const Ref self = words[arguments + 1];
    if (self < 0 && recording_.objects[static_cast<size_t>(~self)].kind == Kind::kInstance) {
      for (const auto& [index, value] : objects_[~self]) state.fields.push_back(TextOf(value));
    }
    return state;
  }

  std::string TextOf(Ref ref) const {
    if (ref >= 0) return recording_.atoms[static_cast<size_t>(ref)].text;
    const RecordedObject& object = recording_.objects[static_cast<size_t>(~ref)];
    if (object.kind == Kind::kArray) return Concat("an Array of ", object.detail);
    if (!object.text.empty()) return object.text;
    return Concat("a ", recording_.names[static_cast<size_t>(object.class_name)]);
  }

 private:
  const RecordedActivation& At(int32_t number) const {
    return recording_.activations[static_cast<size_t>(number)];
  }

  const Recording& recording_;
  size_t step_ = 0;
  size_t change_ = 0;
  size_t object_change_ = 0;
  size_t opcode_change_ = 0;
  std::map<int32_t, std::map<int32_t, Ref>> words_;
  std::map<int32_t, std::map<int32_t, Ref>> objects_;
  std::map<std::pair<int32_t, int32_t>, Opcode> opcodes_;
};

// A program that has been run and recorded.
class Recorded {
 public:
  explicit Recorded(std::string_view text, Options options = Interpreted(),
                    RecorderOptions settings = {}) {
    options.class_path = {"core-lib"};
    options.recorded = true;
    vm_ = std::make_unique<VM>(options, &StandardPrimitives());
    witness_ = std::make_unique<Witness>(*vm_);
    if (settings.most_steps == 0) settings.most_steps = 100000;
    settings.program = "Sample";
    recorder_ = std::make_unique<Recorder>(*vm_, std::move(settings));
    recorder_->set_limit_hook([this] { ++limits_; });
    testing::internal::CaptureStdout();
    status_ = RunText(*vm_, std::string(text), {"one"});
    stdout_ = testing::internal::GetCapturedStdout();
    recorder_->Finish(status_);
  }

  static Options Interpreted() {
    Options options;
    options.jit = false;
    return options;
  }

  const Recording& recording() const { return recorder_->recording(); }
  const std::vector<State> witnessed() const { return witness_->states(); }
  int status() const { return status_; }
  int limits() const { return limits_; }
  uint64_t collections() { return vm_->heap().statistics().young_collections; }
  const std::string& output() const { return stdout_; }
  bool has_tier() { return vm_->tier() != nullptr; }

  // The states that the sends of `selector` in a unit went through.
  std::vector<std::string> StatesOf(const std::string& unit, const std::string& selector) const {
    std::vector<std::string> states;
    for (const SiteChange& change : recording().site_changes) {
      const RecordedUnit& changed = recording().units[static_cast<size_t>(change.unit)];
      if (changed.title != unit ||
          changed.instructions[static_cast<size_t>(change.instruction)].operands != "#" + selector)
        continue;
      const std::string state(NameOf(change.state));
      if (states.empty() || states.back() != state) states.push_back(state);
    }
    return states;
  }

  std::set<std::string> OpcodesWritten() const {
    std::set<std::string> written;
    for (const OpcodeChange& change : recording().opcode_changes)
      written.insert(std::string(NameOf(change.opcode)));
    return written;
  }

  std::set<std::string> TierEvents() const {
    std::set<std::string> kinds;
    for (const TierEvent& event : recording().tier_events) kinds.insert(event.kind);
    return kinds;
  }

 private:
  std::unique_ptr<VM> vm_;
  std::unique_ptr<Witness> witness_;
  std::unique_ptr<Recorder> recorder_;
  int status_ = 0;
  int limits_ = 0;
  std::string stdout_;
};

void ExpectFaithful(const Recorded& run) {
  const std::vector<State> states = run.witnessed();
  // Behind the recording there is the rest of System>>initialize:.
  ASSERT_GE(states.size(), run.recording().steps.size());
  ASSERT_GT(run.recording().steps.size(), 200U);
  Replay replay(run.recording());
  for (size_t i = 0; i < run.recording().steps.size(); ++i)
    ASSERT_EQ(replay.Next(), states[i]) << "step " << i;
}

TEST(ExplainRecorder, ReplaysToWhatWasThere) {
  const Recorded run(kProgram);
  EXPECT_EQ(run.status(), 0);
  EXPECT_THAT(run.output(), HasSubstr("16\n5\n1\n2.5\nthree\n#four\nbig\n"));
  EXPECT_EQ(run.recording().end, Recording::End::kReturned);
  ExpectFaithful(run);
}

TEST(ExplainRecorder, ReplaysWhenObjectsMove) {
  Options options = Recorded::Interpreted();
  options.heap.stress_interval = 1;
  Recorded run(kProgram, options);
  EXPECT_GT(run.collections(), 50U);
  ExpectFaithful(run);
}

TEST(ExplainRecorder, ReplaysInEveryDesign) {
  Options plain = Recorded::Interpreted();
  plain.quicken = false;
  plain.superinstructions = false;
  plain.inline_control = false;
  plain.loops = LoopStrategy::kLibrary;
  plain.doubles = DoubleEncoding::kBoxed;
  plain.inline_cache = InlineCachePolicy::kNone;
  plain.dispatch = Dispatch::kSwitch;
  ExpectFaithful(Recorded(kProgram, plain));
  Options primitive = Recorded::Interpreted();
  primitive.loops = LoopStrategy::kPrimitive;
  primitive.inline_cache = InlineCachePolicy::kMono;
  primitive.dispatch = Dispatch::kGoto;
  ExpectFaithful(Recorded(kProgram, primitive));
  Options rewritten = Recorded::Interpreted();
  rewritten.loops = LoopStrategy::kRewritten;
  ExpectFaithful(Recorded(kProgram, rewritten));
}

// The activation goes on in a version of its code with the real message.
TEST(ExplainRecorder, ReplaysWhereAnInlinedMessageBecomesReal) {
  const Recorded run(R"(
Sample = (
  run = ( 1 to: 20 do: [:i | self choose: i = 15 ]. self choose: self )
  choose: x = ( ^ x ifTrue: [ 1 ] ifFalse: [ 2 ] )
  ifTrue: a ifFalse: b = ( ^ a value + b value )
)
)");
  EXPECT_EQ(run.status(), 0);
  ASSERT_NE(run.recording().activations.back().kind, RecordedActivation::Kind::kOlder);
  const bool goes_on = std::any_of(
      run.recording().activations.begin(), run.recording().activations.end(),
      [](const RecordedActivation& a) { return a.kind == RecordedActivation::Kind::kGoesOn; });
  EXPECT_TRUE(goes_on);
  Replay replay(run.recording());
  const std::vector<State> states = run.witnessed();
  for (size_t i = 0; i < run.recording().steps.size(); ++i)
    ASSERT_EQ(replay.Next(), states[i]) << "step " << i;
}

TEST(ExplainRecorder, SeesCachesLearn) {
  const Recorded learnt(R"(
Sample = (
  run = (
    self show: 1. self show: 2. self show: 'a'. self show: #b.
    self show: 2.5. self show: nil. self show: true. self show: false. self show: self
  )
  show: x = ( ^ x asString )
)
)");
  EXPECT_EQ(learnt.status(), 0);
  EXPECT_THAT(learnt.StatesOf("Sample>>show:", "asString"), ElementsAre("mono", "poly", "mega"));
  EXPECT_THAT(learnt.StatesOf("Sample>>run", "show:"), ElementsAre("mono"));
  // A miss is what the step in front of the change did.
  for (const SiteChange& change : learnt.recording().site_changes) {
    if (change.is_first) continue;
    const RecordedStep& step = learnt.recording().steps[static_cast<size_t>(change.step) - 1];
    EXPECT_EQ(learnt.recording().activations[static_cast<size_t>(step.activation)].unit,
              change.unit);
  }
}

TEST(ExplainRecorder, SeesCodeBeingRewritten) {
  const Recorded run(kProgram);
  EXPECT_THAT(run.OpcodesWritten(), Contains("AddInt"));
  EXPECT_THAT(run.OpcodesWritten(), Contains("ArrayAtPutPop"));
  const std::set<std::string> written = run.OpcodesWritten();
  const bool fuses = std::any_of(written.begin(), written.end(), [](const std::string& name) {
    const std::optional<Opcode> opcode = FindOpcode(name);
    return opcode.has_value() && IsSuperinstruction(*opcode);
  });
  EXPECT_TRUE(fuses);

  Options options = Recorded::Interpreted();
  options.quicken = false;
  EXPECT_THAT(Recorded(kProgram, options).OpcodesWritten(), Not(Contains("AddInt")));
}

TEST(ExplainRecorder, KnowsHomesAndVariables) {
  const Recorded run(kProgram);
  const Recording& recording = run.recording();
  // `n` of counter lives in a context.
  const auto named = std::find_if(recording.context_names.begin(), recording.context_names.end(),
                                  [](const ContextName& name) { return name.name == "n"; });
  ASSERT_NE(named, recording.context_names.end());
  EXPECT_EQ(recording.objects[static_cast<size_t>(named->object)].kind, Kind::kContext);
  // The closure of find: returns from find:.
  bool has_home = false;
  for (const RecordedObject& object : recording.objects) {
    if (object.kind != Kind::kBlock || object.home < 0) continue;
    const RecordedActivation& home = recording.activations[static_cast<size_t>(object.home)];
    has_home |= recording.units[static_cast<size_t>(home.unit)].title == "Sample>>find:";
  }
  EXPECT_TRUE(has_home);
}

TEST(ExplainRecorder, OutputBelongsToItsStep) {
  const Recorded run("Sample = ( run = ( 'one' println. 2 println. #('x') do: [:e | e print ] ) )");
  std::string all;
  int32_t last = -1;
  for (const RecordedOutput& output : run.recording().output) {
    EXPECT_GE(output.step, last);
    last = output.step;
    EXPECT_FALSE(output.is_error);
    all += output.text;
  }
  EXPECT_EQ(all, "one\n2\nx");
  EXPECT_EQ(run.output(), all);
}

TEST(ExplainRecorder, ErrorsAreOutput) {
  testing::internal::CaptureStderr();
  const Recorded run("Sample = ( run = ( 'before' println. nil foo. 'behind' println ) )");
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(run.status(), 1);
  EXPECT_EQ(run.recording().end, Recording::End::kProgram);
  ASSERT_TRUE(run.recording().status.has_value());
  EXPECT_EQ(run.recording().status.value_or(0), 1);
  const auto error = std::find_if(run.recording().output.begin(), run.recording().output.end(),
                                  [](const RecordedOutput& output) { return output.is_error; });
  ASSERT_NE(error, run.recording().output.end());
  EXPECT_THAT(error->text, HasSubstr("Traceback"));
}

TEST(ExplainRecorder, StopsAtItsLimit) {
  RecorderOptions settings;
  settings.most_steps = 50;
  const Recorded run(kProgram, Recorded::Interpreted(), settings);
  EXPECT_EQ(run.status(), 0);
  EXPECT_EQ(run.recording().steps.size(), 50U);
  EXPECT_EQ(run.recording().end, Recording::End::kLimit);
  EXPECT_EQ(run.limits(), 1);
  EXPECT_THAT(run.output(), HasSubstr("big\n"));
}

TEST(ExplainRecorder, StartsWhereItIsToldTo) {
  const auto first_title = [](const std::string& place) {
    RecorderOptions settings;
    EXPECT_TRUE(StartCondition::Parse(place, &settings.start));
    const Recorded run(kProgram, Recorded::Interpreted(), settings);
    const Recording& recording = run.recording();
    if (recording.steps.empty()) return std::string("nothing");
    const RecordedActivation& activation =
        recording.activations[static_cast<size_t>(recording.steps.front().activation)];
    const RecordedUnit& unit = recording.units[static_cast<size_t>(activation.unit)];
    return Concat(unit.title, ":",
                  unit.instructions[static_cast<size_t>(recording.steps.front().instruction)]
                      .span.line);
  };
  EXPECT_EQ(first_title(""), "Sample>>run:4");
  EXPECT_EQ(first_title("Sample>>fib:"), "Sample>>fib::26");
  EXPECT_EQ(first_title("standard input:15"), "Sample>>run:15");
  EXPECT_EQ(first_title("Sample>>nothing"), "nothing");
  EXPECT_EQ(first_title("standard input:4000"), "nothing");
}

TEST(StartCondition, RefusesOtherTexts) {
  StartCondition condition;
  for (const char* text : {"x", ">>x", "A>>", "A.som:", ":7", "A.som:0", "A.som:seven", "A.som:7x"})
    EXPECT_FALSE(StartCondition::Parse(text, &condition)) << text;
  for (const char* text : {"A>>b", "A class>>b:c:", "A>>+", "A.som:7", "dir/A.som:12"})
    EXPECT_TRUE(StartCondition::Parse(text, &condition)) << text;
}

TEST(ExplainRecorder, TellsOfTheCompiledTier) {
  Options options;
  options.jit_requested = true;
  options.jit_threshold = 3;
  options.jit_record = "";
  const Recorded run(R"(
Sample = (
  run = ( 1 to: 10 do: [:i | self add: i to: i ]. self add: 1.5 to: 2.5 )
  add: a to: b = ( ^ self sum: a with: b )
  sum: a with: b = ( ^ a + b )
)
)",
                     options);
  EXPECT_EQ(run.status(), 0);
  EXPECT_EQ(run.recording().has_tier, const_cast<Recorded&>(run).has_tier());
  if (!run.recording().has_tier) GTEST_SKIP() << "no compiled tier here";
  EXPECT_THAT(run.TierEvents(), Contains("compiled"));
  EXPECT_THAT(run.TierEvents(), Contains("ran"));
  EXPECT_THAT(run.TierEvents(), Contains("left"));
  const auto left = std::find_if(run.recording().tier_events.begin(),
                                 run.recording().tier_events.end(),
                                 [](const TierEvent& event) { return event.kind == "left"; });
  EXPECT_THAT(left->lines, Contains(HasSubstr("goes on in the interpreter at Sample>>sum:with:")));
}

TEST(ExplainDocument, IsJsonThatNoTextCanLeave) {
  const Recorded run("Sample = ( run = ( '</script><b>' println ) )");
  const auto json = nlohmann::json::parse(JsonOf(run.recording()));
  EXPECT_EQ(json["end"], "returned");
  EXPECT_EQ(json["steps"]["activations"].size(), run.recording().steps.size());
  EXPECT_EQ(json["steps"]["instructions"].size(), run.recording().steps.size());
  const std::string page = PageOf(run.recording());
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script>\\u003cb>"));
}

}  // namespace
}  // namespace som::explain
