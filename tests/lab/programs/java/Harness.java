/** Runs a program of this folder as the SOM suite's harness would: Harness NAME ITERATIONS INNER. */
public final class Harness {
    /** A program: inner value to whether its result is right. */
    interface Program {
        boolean run(int inner);
    }

    private static Program find(String name) {
        switch (name) {
            case "BinaryTrees": return BinaryTrees::run;
            case "Dhrystone": return Dhrystone::run;
            case "Fannkuch": return Fannkuch::run;
            case "Fasta": return Fasta::run;
            case "KNucleotide": return KNucleotide::run;
            case "Mandelbrot": return Mandelbrot::run;
            case "NBody": return NBody::run;
            case "ReverseComplement": return ReverseComplement::run;
            case "Richards": return Richards::run;
            case "SpectralNorm": return SpectralNorm::run;
            default: return null;
        }
    }

    public static void main(String[] arguments) {
        Program program = find(arguments[0]);
        if (program == null) {
            System.err.println("no benchmark " + arguments[0]);
            System.exit(1);
        }
        for (int left = Integer.parseInt(arguments[1]); left > 0; left--) {
            long start = System.nanoTime();
            boolean verified = program.run(Integer.parseInt(arguments[2]));
            long microseconds = (System.nanoTime() - start) / 1000;
            if (!verified) {
                System.err.println(arguments[0] + ": Benchmark failed with incorrect result");
                System.exit(1);
            }
            System.out.println(arguments[0] + ": iterations=1 runtime: " + microseconds + "us");
        }
    }
}
