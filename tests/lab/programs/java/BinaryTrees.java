/** Complete binary trees; the result is the number of nodes walked. A tree of depth d has 2 ** (d + 1) - 1. */
final class BinaryTrees {
    private static final class Tree {
        private final Tree left;
        private final Tree right;

        Tree(Tree left, Tree right) {
            this.left = left;
            this.right = right;
        }

        long count() {
            return left == null ? 1 : 1 + left.count() + right.count();
        }
    }

    private static Tree make(int depth) {
        return depth == 0 ? new Tree(null, null) : new Tree(make(depth - 1), make(depth - 1));
    }

    private static long nodes(int depth) {
        return (1L << (depth + 1)) - 1;
    }

    static boolean run(int inner) {
        long count = make(inner + 1).count();
        long expected = nodes(inner + 1) + nodes(inner);
        Tree longLived = make(inner);
        for (int depth = 4; depth <= inner; depth += 2) {
            long trees = 1L << (inner - depth + 4);
            for (long i = 0; i < trees; i++) {
                count += make(depth).count();
            }
            expected += trees * nodes(depth);
        }
        return count + longLived.count() == expected;
    }
}
