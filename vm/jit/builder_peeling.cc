// Peeling: a loop's first round is built apart, in front of it, where the other rounds know more
// than the first one does.
//
//   sum := 0.                                       sum is 0
//   1 to: n do: [:i |                               first round: sum is 0 + a double
//     sum := sum + (doubles at: i) ]                loop: sum is a double, and in a register
//
// A variable that enters the loop as nil or as an integer, and is something else from the second
// round on, asks for it; and so does a loop whose checks were moved in front of it and failed
// there: behind a first round that makes them, they need not be made again, and none is made in
// vain where there is no round at all. bytecode_graph.cc gives the first round blocks of its own.
#include <algorithm>

#include "vm/jit/builder.h"

namespace som::jit {

namespace {

// Nodes of a loop that may be there twice.
constexpr uint32_t kPeeledNodes = 500;

// The name of a loop's checks among the variables that ask for peeling.
constexpr uint64_t kChecks = ~uint64_t{0};

// Whether it says all that a loop could want to know.
bool IsDefinite(Type type) {
  return type.IsInt() || type.IsDouble() || type.IsBoolean() || type.kind == Type::Kind::kClass;
}

}  // namespace

std::vector<uint32_t> Builder::HeadsToPeel(const Activation& act) const {
  std::vector<uint32_t> heads;
  for (auto it = speculation_.peeled.lower_bound({act.key, 0});
       it != speculation_.peeled.end() && it->first.first == act.key; ++it) {
    if (!it->second.empty()) heads.push_back(it->first.second);
  }
  return heads;
}

// The functions below are asked at the end of a loop, when the bytecode at work is its head.

// Whether the loop could be peeled.
bool Builder::MayPeel(const Loop& loop) const {
  return request_.options.peeling && !loop.has_asked &&
         graph_->node_count() - loop.first_node <= kPeeledNodes;
}

// Whether something in the loop depends on what the variable is.
bool Builder::IsAskedAbout(const Loop& loop, const Node* phi) const {
  // What is only stored, in an object that there is or in a fresh one, may be anything.
  auto asks = [phi](const Node* node) {
    return !node->Has(ir_effect::kAllocates) &&
           std::find(node->inputs.begin(), node->inputs.end(), phi) != node->inputs.end() &&
           (!node->Has(ir_effect::kWrites) || node->inputs[0] == phi);
  };
  const std::vector<Block*>& blocks = graph_->blocks();
  for (size_t b = loop.header->id; b < blocks.size(); ++b) {
    if (std::any_of(blocks[b]->nodes.begin(), blocks[b]->nodes.end(), asks)) return true;
  }
  return false;
}

// Whether the loop will be peeled for the sake of a variable that comes back to its head as
// something else than it has entered as.
bool Builder::Peels(const Loop& loop, const Loop::Variable& variable, Type comes) {
  if (!request_.options.types || !IsDefinite(comes) || comes.IsClass(kNilClass) ||
      !IsDefinite(variable.enters) || comes == variable.enters || !MayPeel(loop) ||
      !IsAskedAbout(loop, variable.phi))
    return false;
  speculation_.NotePeeled(act_->key, act_->offset, VariableKey(variable));
  return true;
}

// Whether peeling the loop has been worth its while, or will be.
void Builder::JudgePeeling(const Loop& loop) {
  if (!loop.has_asked) {
    if ((request_.has_left_at(act_->method, act_->offset) || request_.options.stress_inlining) &&
        MayPeel(loop))
      speculation_.NotePeeled(act_->key, act_->offset, kChecks);
    return;
  }
  std::set<uint64_t>& asking = speculation_.peeled.at({act_->key, act_->offset});
  if (asking.empty()) return;
  std::erase_if(asking, [&](uint64_t key) {
    return key != kChecks && std::none_of(loop.variables.begin(), loop.variables.end(),
                                          [&](const Loop::Variable& variable) {
                                            return VariableKey(variable) == key &&
                                                   variable.phi->type != Type::Anything() &&
                                                   !speculation_.widened.contains({loop.key, key});
                                          });
  });
  if (asking.empty()) speculation_.changed = true;
}

}  // namespace som::jit
