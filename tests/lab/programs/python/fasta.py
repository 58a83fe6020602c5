"""Sequences in lines of sixty letters: a pattern repeated, and two drawn at random. The result is the checksum of all lines."""

from dna import AMBIGUOUS, LETTERS, PLAIN, Dna, check

EXPECTED = {10: 166900, 1000: 690592, 200000: 889593}
PATTERN = "GGCTAACGTTCAGGATCCTGA"


def write(line, total):
    for letter in line:
        total = check(total, ord(letter))
    return check(total, 10)


def lines(count, letter, total):
    for left in range(count, 0, -60):
        line = ""
        for _ in range(min(left, 60)):
            line += letter()
        total = write(line, total)
    return total


class Pattern(object):
    def __init__(self):
        self.at = -1

    def letter(self):
        self.at = 0 if self.at == len(PATTERN) - 1 else self.at + 1
        return PATTERN[self.at]


def run(inner):
    dna = Dna()
    total = lines(2 * inner, Pattern().letter, 0)
    total = lines(3 * inner, lambda: LETTERS[dna.draw(AMBIGUOUS)], total)
    total = lines(5 * inner, lambda: LETTERS[dna.draw(PLAIN)], total)
    return total == EXPECTED.get(inner, total)
