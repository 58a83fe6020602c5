"""Mandelbrot set, one bit a point; the result is the exclusive or of all bytes."""

EXPECTED = {1: 128, 3: 224, 10: 127, 50: 15, 100: 239, 500: 191, 750: 50, 1000: 101}


def mandelbrot(size):
    total = byte = count = 0
    for y in range(size):
        ci = (2.0 * y / size) - 1.0
        for x in range(size):
            cr = (2.0 * x / size) - 1.5
            zrzr = zi = zizi = 0.0
            step = escape = 0
            while step < 50:
                zr = zrzr - zizi + cr
                zi = 2.0 * zr * zi + ci
                zrzr = zr * zr
                zizi = zi * zi
                if zrzr + zizi > 4.0:
                    escape = 1
                    break
                step += 1
            byte = byte * 2 + escape
            count += 1
            if count == 8:
                total ^= byte
                byte = count = 0
            elif x == size - 1:
                total ^= byte << (8 - count)
                byte = count = 0
    return total


def run(inner):
    result = mandelbrot(inner)
    return EXPECTED.get(inner, result) == result
