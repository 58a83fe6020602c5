"""The spectral norm of an infinite matrix, cut to size and approximated by the power method."""

import math

EXPECTED = {1: 1.0, 10: 1.2718440192507248, 20: 1.2738398405412965, 50: 1.2741938369830932,
            100: 1.2742199912349306, 200: 1.2742236013532107, 300: 1.2742239856297708}


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def transposed(i, j):
    return element(j, i)


def multiply(source, destination, at):
    for i in range(len(source)):
        total = 0.0
        for j in range(len(source)):
            total += at(i, j) * source[j]
        destination[i] = total


def multiply_at_a(source, destination):
    product = [0.0] * len(source)
    multiply(source, product, element)
    multiply(product, destination, transposed)


def run(inner):
    u = [1.0] * inner
    v = [0.0] * inner
    for _ in range(10):
        multiply_at_a(u, v)
        multiply_at_a(v, u)
    vbv = vv = 0.0
    for i in range(inner):
        vbv += u[i] * v[i]
        vv += v[i] * v[i]
    norm = math.sqrt(vbv / vv)
    return abs(norm - EXPECTED.get(inner, norm)) <= 1e-15
