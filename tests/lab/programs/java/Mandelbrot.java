/** Mandelbrot set, one bit a point; the result is the exclusive or of all bytes. */
final class Mandelbrot {
    private static final long[][] EXPECTED = {
        {1, 128}, {3, 224}, {10, 127}, {50, 15}, {100, 239}, {500, 191}, {750, 50}, {1000, 101}};

    static boolean run(int inner) {
        int sum = 0;
        int bits = 0;
        int count = 0;
        for (int y = 0; y < inner; y++) {
            double ci = 2.0 * y / inner - 1.0;
            for (int x = 0; x < inner; x++) {
                double cr = 2.0 * x / inner - 1.5;
                double zrzr = 0.0;
                double zi = 0.0;
                double zizi = 0.0;
                int escape = 0;
                for (int round = 0; round < 50; round++) {
                    double zr = zrzr - zizi + cr;
                    zi = 2.0 * zr * zi + ci;
                    zrzr = zr * zr;
                    zizi = zi * zi;
                    if (zrzr + zizi > 4.0) {
                        escape = 1;
                        break;
                    }
                }
                bits = bits * 2 + escape;
                count++;
                if (count == 8 || x == inner - 1) {
                    sum ^= bits << (8 - count);
                    bits = 0;
                    count = 0;
                }
            }
        }
        return Dna.isExpected(EXPECTED, inner, sum);
    }
}
