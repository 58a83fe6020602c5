"""Complete binary trees; the result is the number of nodes walked. A tree of depth d has 2 ** (d + 1) - 1."""


class Tree(object):
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def count(self):
        return 1 if self.left is None else 1 + self.left.count() + self.right.count()


def make(depth):
    return Tree(None, None) if depth == 0 else Tree(make(depth - 1), make(depth - 1))


def nodes(depth):
    return 2 ** (depth + 1) - 1


def run(inner):
    count, expected = make(inner + 1).count(), nodes(inner + 1) + nodes(inner)
    long_lived = make(inner)
    for depth in range(4, inner + 1, 2):
        trees = 2 ** (inner - depth + 4)
        for _ in range(trees):
            count += make(depth).count()
        expected += trees * nodes(depth)
    return count + long_lived.count() == expected
