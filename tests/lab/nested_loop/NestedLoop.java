// The nested loop on HotSpot: prints name, the sum of i * j for all i, j below N as it wraps in 32 bits, and the nanoseconds of a
// round. The loop is entered once, so it is compiled while it runs. Usage: java NestedLoop.java N
public class NestedLoop {
    static int sumOfProducts(int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                sum += i * j;
            }
        }
        return sum;
    }

    public static void main(String[] arguments) {
        int n = Integer.parseInt(arguments[0]);
        long start = System.nanoTime();
        int sum = sumOfProducts(n);
        double elapsed = System.nanoTime() - start;
        System.out.printf(java.util.Locale.ROOT, "hotspot %d %.6f%n", Integer.toUnsignedLong(sum), elapsed / n / n);
    }
}
