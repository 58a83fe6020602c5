"""Counts how often each run of some lengths occurs in a random sequence.

The result is a checksum of the numbers of different runs and of the squares of how often they occur.
"""

from dna import LETTERS, PLAIN, Dna, check

EXPECTED = {100: 333785, 2000: 126679, 200000: 608055}


def add(sequence, k, total):
    counts = {}
    for i in range(len(sequence) - k + 1):
        run = sequence[i:i + k]
        counts[run] = counts.get(run, 0) + 1
    squares = 0
    for n in counts.values():
        squares += n * n
    return check(check(total, len(counts)), squares % 1000003)


def run(inner):
    dna = Dna()
    sequence = "".join([LETTERS[dna.draw(PLAIN)] for _ in range(inner)])
    total = 0
    for k in (1, 2, 3, 4, 6, 12, 18):
        total = add(sequence, k, total)
    return total == EXPECTED.get(inner, total)
