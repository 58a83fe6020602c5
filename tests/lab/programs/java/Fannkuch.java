/** Pancake flips over all permutations; the result is the greatest number of flips. */
final class Fannkuch {
    private static final int[] EXPECTED = {-1, 0, 1, 2, 4, 7, 10, 16, 22, 30, 38, 51, 65};

    private final int[] perm;
    private final int[] rotated;

    private Fannkuch(int n) {
        perm = new int[n];
        rotated = new int[n + 1];
        for (int i = 0; i < n; i++) {
            perm[i] = i + 1;
        }
    }

    /** Moves on to the next permutation; false behind the last. */
    private boolean advance() {
        for (int r = 2; r <= perm.length; r++) {
            int first = perm[0];
            for (int i = 0; i < r - 1; i++) {
                perm[i] = perm[i + 1];
            }
            perm[r - 1] = first;
            rotated[r] = (rotated[r] + 1) % r;
            if (rotated[r] != 0) {
                return true;
            }
        }
        return false;
    }

    private static int flips(int[] perm) {
        int count = 0;
        for (int first = perm[0]; first != 1; first = perm[0]) {
            for (int i = 0; i < first / 2; i++) {
                int element = perm[i];
                perm[i] = perm[first - 1 - i];
                perm[first - 1 - i] = element;
            }
            count++;
        }
        return count;
    }

    static boolean run(int inner) {
        Fannkuch fannkuch = new Fannkuch(inner);
        int most = 0;
        do {
            most = Math.max(most, flips(fannkuch.perm.clone()));
        } while (fannkuch.advance());
        return most == EXPECTED[inner];
    }
}
