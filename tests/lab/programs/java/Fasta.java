import java.util.function.IntUnaryOperator;

/** Sequences in lines of sixty letters: a pattern repeated, and two drawn at random. The result is the checksum of all lines. */
final class Fasta {
    private static final long[][] EXPECTED = {{10, 166900}, {1000, 690592}, {200000, 889593}};
    private static final String PATTERN = "GGCTAACGTTCAGGATCCTGA";

    private static long write(CharSequence line, long sum) {
        for (int i = 0; i < line.length(); i++) {
            sum = Dna.check(sum, line.charAt(i));
        }
        return Dna.check(sum, '\n');
    }

    /** letter: number of a letter of the sequence to the letter. */
    private static long lines(int count, IntUnaryOperator letter, long sum) {
        int at = 0;
        for (int left = count; left > 0; left -= 60) {
            StringBuilder line = new StringBuilder();
            for (int i = Math.min(left, 60); i > 0; i--) {
                line.append((char) letter.applyAsInt(at++));
            }
            sum = write(line, sum);
        }
        return sum;
    }

    static boolean run(int inner) {
        Dna dna = new Dna();
        long sum = lines(2 * inner, at -> PATTERN.charAt(at % PATTERN.length()), 0);
        sum = lines(3 * inner, at -> Dna.LETTERS.charAt(dna.draw(Dna.AMBIGUOUS)), sum);
        sum = lines(5 * inner, at -> Dna.LETTERS.charAt(dna.draw(Dna.PLAIN)), sum);
        return Dna.isExpected(EXPECTED, inner, sum);
    }
}
