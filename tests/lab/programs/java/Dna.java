/** Random letters of genetic sequences, and the checksum of what is made of them. */
final class Dna {
    static final String LETTERS = "acgtBDHKMNRSVWY";
    static final double[] PLAIN = {0.30, 0.50, 0.70, 1.0};
    static final double[] AMBIGUOUS = {
        0.27, 0.39, 0.51, 0.78, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98, 1.0};

    private int seed = 42;

    /** The index of a letter drawn from a table of cumulative probabilities. */
    int draw(double[] probabilities) {
        seed = (seed * 3877 + 29573) % 139968;
        double r = seed / 139968.0;
        int index = 0;
        while (r >= probabilities[index]) {
            index++;
        }
        return index;
    }

    static long check(long sum, long code) {
        return (sum * 31 + code) % 1000003;
    }

    /** True when {@code sum} stands behind {@code inner} in the table of pairs, or the table does not know that size. */
    static boolean isExpected(long[][] table, int inner, long sum) {
        for (long[] pair : table) {
            if (pair[0] == inner) {
                return pair[1] == sum;
            }
        }
        return true;
    }
}
