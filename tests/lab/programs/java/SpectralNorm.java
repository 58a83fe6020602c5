import java.util.Arrays;

/** The spectral norm of an infinite matrix, cut to size and approximated by the power method. */
final class SpectralNorm {
    private static final double[][] EXPECTED = {
        {1, 1.0}, {10, 1.2718440192507248}, {20, 1.2738398405412965}, {50, 1.2741938369830932},
        {100, 1.2742199912349306}, {200, 1.2742236013532107}, {300, 1.2742239856297708}};

    private static double element(int i, int j) {
        return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
    }

    private static void multiply(double[] source, double[] destination, boolean transposed) {
        for (int i = 0; i < source.length; i++) {
            double sum = 0.0;
            for (int j = 0; j < source.length; j++) {
                sum += (transposed ? element(j, i) : element(i, j)) * source[j];
            }
            destination[i] = sum;
        }
    }

    private static void multiplyAtA(double[] source, double[] destination) {
        double[] product = new double[source.length];
        multiply(source, product, false);
        multiply(product, destination, true);
    }

    static boolean run(int inner) {
        double[] u = new double[inner];
        double[] v = new double[inner];
        Arrays.fill(u, 1.0);
        for (int round = 0; round < 10; round++) {
            multiplyAtA(u, v);
            multiplyAtA(v, u);
        }
        double vbv = 0.0;
        double vv = 0.0;
        for (int i = 0; i < inner; i++) {
            vbv += u[i] * v[i];
            vv += v[i] * v[i];
        }
        double norm = Math.sqrt(vbv / vv);
        for (double[] pair : EXPECTED) {
            if (pair[0] == inner) {
                return Math.abs(norm - pair[1]) <= 1e-15;
            }
        }
        return norm > 1;
    }
}
