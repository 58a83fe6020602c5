// Graphs from text, for the tests of the compiled tier's passes and register allocator.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "vm/jit/graph_text.h"
#include "vm/jit/graph_verifier.h"
#include "vm/jit/kind_verifier.h"

namespace som::jit {

// A graph that keeps the rules of graphs.
inline std::unique_ptr<Graph> GraphOf(std::string_view text) {
  std::string error;
  std::unique_ptr<Graph> graph = ParseGraph(text, &error);
  if (graph == nullptr) {
    ADD_FAILURE() << error;
    return std::make_unique<Graph>();
  }
  EXPECT_EQ(VerifyGraph(*graph), "");
  return graph;
}

// The graph that `pass` makes of one; both keep the rules, those of kinds included.
inline std::string After(void (*pass)(Graph&), std::string_view text) {
  std::unique_ptr<Graph> graph = GraphOf(text);
  if (graph->blocks().empty()) return "";
  EXPECT_EQ(VerifyKinds(*graph, nullptr), "");
  pass(*graph);
  EXPECT_EQ(VerifyGraph(*graph), "");
  EXPECT_EQ(VerifyKinds(*graph, nullptr), "");
  return "\n" + GraphText(*graph);
}

}  // namespace som::jit
