"""Turns a random sequence around in place and replaces each letter by that of the opposite strand; the result is its checksum."""

from dna import AMBIGUOUS, LETTERS, Dna, check

EXPECTED = {100: 345616, 10000: 895495, 500000: 935382}


def run(inner):
    dna = Dna()
    sequence = [ord(LETTERS[dna.draw(AMBIGUOUS)]) for _ in range(inner)]
    complements = [0] * 128
    for letter, other in zip(LETTERS, "tgcaVHDMKNYSBWR"):
        complements[ord(letter)] = ord(other)
    low, high = 0, inner - 1
    while low <= high:
        sequence[low], sequence[high] = complements[sequence[high]], complements[sequence[low]]
        low += 1
        high -= 1
    total = 0
    for code in sequence:
        total = check(total, code)
    return total == EXPECTED.get(inner, total)
