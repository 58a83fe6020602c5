/** Turns a random sequence around in place and replaces each letter by that of the opposite strand. The result is its checksum. */
final class ReverseComplement {
    private static final long[][] EXPECTED = {{100, 345616}, {10000, 895495}, {500000, 935382}};
    private static final String TO = "tgcaVHDMKNYSBWR";

    static boolean run(int inner) {
        Dna dna = new Dna();
        byte[] sequence = new byte[inner];
        for (int i = 0; i < inner; i++) {
            sequence[i] = (byte) Dna.LETTERS.charAt(dna.draw(Dna.AMBIGUOUS));
        }
        byte[] complements = new byte[128];
        for (int i = 0; i < TO.length(); i++) {
            complements[Dna.LETTERS.charAt(i)] = (byte) TO.charAt(i);
        }
        for (int low = 0, high = inner - 1; low <= high; low++, high--) {
            byte letter = complements[sequence[low]];
            sequence[low] = complements[sequence[high]];
            sequence[high] = letter;
        }
        long sum = 0;
        for (byte code : sequence) {
            sum = Dna.check(sum, code);
        }
        return Dna.isExpected(EXPECTED, inner, sum);
    }
}
