"""Random letters of genetic sequences, and the checksum of what is made of them."""

LETTERS = "acgtBDHKMNRSVWY"
PLAIN = (0.30, 0.50, 0.70, 1.0)
AMBIGUOUS = (0.27, 0.39, 0.51, 0.78, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98, 1.0)


class Dna(object):
    def __init__(self):
        self.seed = 42

    def draw(self, probabilities):
        """The index of a letter drawn from a table of cumulative probabilities."""
        self.seed = (self.seed * 3877 + 29573) % 139968
        r = self.seed / 139968.0
        index = 0
        while r >= probabilities[index]:
            index += 1
        return index


def check(total, code):
    return (total * 31 + code) % 1000003
