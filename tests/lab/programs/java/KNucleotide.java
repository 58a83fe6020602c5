import java.util.HashMap;
import java.util.Map;

/**
 * Counts how often each run of some lengths occurs in a random sequence. The result is a checksum of the numbers of different runs and of
 * the squares of how often they occur.
 */
final class KNucleotide {
    private static final long[][] EXPECTED = {{100, 333785}, {2000, 126679}, {200000, 608055}};

    private static long add(String sequence, int k, long sum) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i + k <= sequence.length(); i++) {
            counts.merge(sequence.substring(i, i + k), 1, Integer::sum);
        }
        long squares = 0;
        for (long n : counts.values()) {
            squares += n * n;
        }
        return Dna.check(Dna.check(sum, counts.size()), squares % 1000003);
    }

    static boolean run(int inner) {
        Dna dna = new Dna();
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < inner; i++) {
            letters.append(Dna.LETTERS.charAt(dna.draw(Dna.PLAIN)));
        }
        String sequence = letters.toString();
        long sum = 0;
        for (int k : new int[] {1, 2, 3, 4, 6, 12, 18}) {
            sum = add(sequence, k, sum);
        }
        return Dna.isExpected(EXPECTED, inner, sum);
    }
}
