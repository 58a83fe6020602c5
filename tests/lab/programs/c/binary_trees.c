// Complete binary trees; the result is the number of nodes walked. A tree of depth d has 2 ** (d +
// 1) - 1.

#include <stdlib.h>

#include "programs.h"

struct Tree {
  struct Tree* left;
  struct Tree* right;
};

static struct Tree* Make(int depth) {
  struct Tree* tree = malloc(sizeof *tree);
  tree->left = depth == 0 ? NULL : Make(depth - 1);
  tree->right = depth == 0 ? NULL : Make(depth - 1);
  return tree;
}

static long Count(const struct Tree* tree) {
  return tree->left == NULL ? 1 : 1 + Count(tree->left) + Count(tree->right);
}

static void Free(struct Tree* tree) {
  if (tree->left != NULL) {
    Free(tree->left);
    Free(tree->right);
  }
  free(tree);
}

static long CountAndFree(struct Tree* tree) {
  const long count = Count(tree);
  Free(tree);
  return count;
}

static long Nodes(int depth) { return (1L << (depth + 1)) - 1; }

bool BinaryTrees(int inner) {
  long count = CountAndFree(Make(inner + 1));
  long expected = Nodes(inner + 1) + Nodes(inner);
  struct Tree* long_lived = Make(inner);
  for (int depth = 4; depth <= inner; depth += 2) {
    const long trees = 1L << (inner - depth + 4);
    for (long i = 0; i < trees; ++i) count += CountAndFree(Make(depth));
    expected += trees * Nodes(depth);
  }
  return count + CountAndFree(long_lived) == expected;
}
