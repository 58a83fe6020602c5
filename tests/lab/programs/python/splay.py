"""A splay tree of 8000 nodes with payload in which nodes are replaced."""

TREE_SIZE, REPLACEMENTS, PAYLOAD_DEPTH = 8000, 80, 5
EXPECTED = {1: 1744602750, 2: 1068978771, 5: 931533426, 10: -665298307, 20: -620673136,
            50: 1332035630, 100: -1749808039}


def signed(x):
    x &= 0xffffffff
    return x - 0x100000000 if x >= 0x80000000 else x


class Jenkins:
    """Robert Jenkins' 32-bit integer hash, applied to its own output."""

    def __init__(self, seed):
        self.seed = seed

    def next(self):
        s = self.seed
        s = signed((s + 2127912214) + (s << 12))
        s = signed((s ^ 3345072700) ^ ((s & 0xffffffff) >> 19))
        s = signed((s + 374761393) + (s << 5))
        s = signed((s + 3550635116) ^ (s << 9))
        s = signed((s + 4251993797) + (s << 3))
        s = signed((s ^ 3042594569) ^ ((s & 0xffffffff) >> 16))
        self.seed = s
        return s


def leaf_text(tag):
    return "String for key " + tag + " in leaf node"


class Leaf:
    def __init__(self, tag):
        self.numbers = [0] * 10
        for i in range(10):
            self.numbers[i] = i
        self.text = leaf_text(tag)

    def is_intact(self, depth, tag):
        return depth == 0 and self.numbers[9] == 9 and self.text == leaf_text(tag)


class Payload:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def is_intact(self, depth, tag):
        return self.left.is_intact(depth - 1, tag)


def payload(depth, tag):
    if depth == 0:
        return Leaf(tag)
    return Payload(payload(depth - 1, tag), payload(depth - 1, tag))


class Node:
    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.left = None
        self.right = None

    def rotate_right(self):
        child = self.left
        self.left = child.right
        child.right = self
        return child

    def rotate_left(self):
        child = self.right
        self.right = child.left
        child.left = self
        return child

    def each(self, visit):
        node = self
        while node is not None:
            if node.left is not None:
                node.left.each(visit)
            visit(node)
            node = node.right


class Tree:
    def __init__(self):
        self.root = None

    def splay(self, key):
        """Top-down: smaller and greater keys are collected in two trees on the way to the key."""
        if self.root is None:
            return
        scratch = left = right = Node(None, None)
        current = self.root
        while True:
            if key < current.key:
                if current.left is None:
                    break
                if key < current.left.key:
                    current = current.rotate_right()
                if current.left is None:
                    break
                right.left = current
                right = current
                current = current.left
            elif key > current.key:
                if current.right is None:
                    break
                if key > current.right.key:
                    current = current.rotate_left()
                if current.right is None:
                    break
                left.right = current
                left = current
                current = current.right
            else:
                break
        left.right = current.left
        right.left = current.right
        current.left = scratch.right
        current.right = scratch.left
        self.root = current

    def insert(self, key, value):
        node = Node(key, value)
        if self.root is None:
            self.root = node
            return
        self.splay(key)
        root = self.root
        if root.key == key:
            return
        if key > root.key:
            node.left = root
            node.right = root.right
            root.right = None
        else:
            node.right = root
            node.left = root.left
            root.left = None
        self.root = node

    def remove(self, key):
        if self.root is not None:
            self.splay(key)
        if self.root is None or self.root.key != key:
            raise AssertionError(f"Key not found in splay tree: {key}")
        right = self.root.right
        if self.root.left is None:
            self.root = right
        else:
            self.root = self.root.left
            self.splay(key)
            self.root.right = right

    def find(self, key):
        if self.root is None:
            return None
        self.splay(key)
        return self.root if self.root.key == key else None

    def greatest_below(self, key):
        if self.root is None:
            return None
        self.splay(key)
        if self.root.key < key:
            return self.root
        node = self.root.left
        while node is not None and node.right is not None:
            node = node.right
        return node


class Splay:
    def __init__(self):
        self.random = Jenkins(49734321)
        self.tree = Tree()

    def insert_new_node(self):
        key = self.random.next()
        while self.tree.find(key) is not None:
            key = self.random.next()
        self.tree.insert(key, payload(PAYLOAD_DEPTH, str(key)))
        return key

    def replace_nodes(self):
        for _ in range(REPLACEMENTS):
            key = self.insert_new_node()
            previous = self.tree.greatest_below(key)
            self.tree.remove(key if previous is None else previous.key)

    def checksum(self):
        count = total = 0
        last = None

        def visit(node):
            nonlocal count, total, last
            count += 1
            if last is not None and last >= node.key:
                raise AssertionError("Splay tree is not sorted")
            last = node.key
            if not node.value.is_intact(PAYLOAD_DEPTH, str(last)):
                raise AssertionError("Splay tree lost a payload")
            total = signed(total * 31 + last)

        self.tree.root.each(visit)
        if count != TREE_SIZE:
            raise AssertionError("Splay tree has the wrong size")
        return total


def run(inner):
    splay = Splay()
    for _ in range(TREE_SIZE):
        splay.insert_new_node()
    for _ in range(inner):
        splay.replace_nodes()
    total = splay.checksum()
    return EXPECTED.get(inner, total) == total
