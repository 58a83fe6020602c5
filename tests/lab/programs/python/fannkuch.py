"""Pancake flips over all permutations; the result is the greatest number of flips."""

EXPECTED = (None, 0, 1, 2, 4, 7, 10, 16, 22, 30, 38, 51, 65)


class Fannkuch:
    def __init__(self, n):
        self.perm = list(range(1, n + 1))
        self.rotated = [0] * (n + 1)
        self.at_end = False

    def next_permutation(self):
        """Answers a copy of the current permutation and advances to the next one."""
        perm = self.perm
        result = list(perm)
        for r in range(2, len(perm) + 1):
            first = perm[0]
            for i in range(r - 1):
                perm[i] = perm[i + 1]
            perm[r - 1] = first
            self.rotated[r] = (self.rotated[r] + 1) % r
            if self.rotated[r] != 0:
                return result
        self.at_end = True
        return result


def flips(perm):
    count = 0
    first = perm[0]
    while first != 1:
        for i in range(first // 2):
            perm[i], perm[first - 1 - i] = perm[first - 1 - i], perm[i]
        count += 1
        first = perm[0]
    return count


def run(inner):
    fannkuch = Fannkuch(inner)
    most = 0
    while not fannkuch.at_end:
        most = max(most, flips(fannkuch.next_permutation()))
    return most == EXPECTED[inner]
