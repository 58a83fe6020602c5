/** The planets' orbits: bodies as objects, energy as the check. */
final class NBody {
    private static final double SOLAR_MASS = 4 * 3.141592653589793 * 3.141592653589793;
    private static final double DAYS_PER_YEAR = 365.24;
    private static final double[][] PLANETS = {
        {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0},
        {4.8414314424647209, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694,
            0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609},
        {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726862411,
            0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812},
        {12.894369562139131, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618,
            0.0023784717395948095, -0.0000296589568540237556, 0.0000436624404335156298},
        {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322,
            0.00162824170038242295, -0.000095159225451971587, 0.0000515138902046611451}};
    private static final double[][] EXPECTED = {
        {1, -0.16907495402506745}, {10, -0.16907302171469984}, {1000, -0.169087605234606}, {5000, -0.16902000037197631},
        {200000, -0.16908371256962418}, {250000, -0.1690859889909308}};

    private static final class Body {
        private double x;
        private double y;
        private double z;
        private double vx;
        private double vy;
        private double vz;
        private final double mass;

        Body(double[] planet) {
            x = planet[0];
            y = planet[1];
            z = planet[2];
            vx = planet[3] * DAYS_PER_YEAR;
            vy = planet[4] * DAYS_PER_YEAR;
            vz = planet[5] * DAYS_PER_YEAR;
            mass = planet[6] * SOLAR_MASS;
        }
    }

    private final Body[] bodies = new Body[PLANETS.length];

    private NBody() {
        double px = 0.0;
        double py = 0.0;
        double pz = 0.0;
        for (int i = 0; i < bodies.length; i++) {
            Body body = new Body(PLANETS[i]);
            bodies[i] = body;
            px += body.vx * body.mass;
            py += body.vy * body.mass;
            pz += body.vz * body.mass;
        }
        bodies[0].vx = 0.0 - px / SOLAR_MASS;
        bodies[0].vy = 0.0 - py / SOLAR_MASS;
        bodies[0].vz = 0.0 - pz / SOLAR_MASS;
    }

    private void advance(double dt) {
        for (int i = 0; i < bodies.length; i++) {
            Body a = bodies[i];
            for (int j = i + 1; j < bodies.length; j++) {
                Body b = bodies[j];
                double dx = a.x - b.x;
                double dy = a.y - b.y;
                double dz = a.z - b.z;
                double squared = dx * dx + dy * dy + dz * dz;
                double magnitude = dt / (squared * Math.sqrt(squared));
                a.vx -= dx * b.mass * magnitude;
                a.vy -= dy * b.mass * magnitude;
                a.vz -= dz * b.mass * magnitude;
                b.vx += dx * a.mass * magnitude;
                b.vy += dy * a.mass * magnitude;
                b.vz += dz * a.mass * magnitude;
            }
        }
        for (Body body : bodies) {
            body.x += dt * body.vx;
            body.y += dt * body.vy;
            body.z += dt * body.vz;
        }
    }

    private double energy() {
        double e = 0.0;
        for (int i = 0; i < bodies.length; i++) {
            Body a = bodies[i];
            e += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
            for (int j = i + 1; j < bodies.length; j++) {
                Body b = bodies[j];
                double dx = a.x - b.x;
                double dy = a.y - b.y;
                double dz = a.z - b.z;
                e -= a.mass * b.mass / Math.sqrt(dx * dx + dy * dy + dz * dz);
            }
        }
        return e;
    }

    static boolean run(int inner) {
        NBody system = new NBody();
        for (int i = 0; i < inner; i++) {
            system.advance(0.01);
        }
        double energy = system.energy();
        for (double[] pair : EXPECTED) {
            if (pair[0] == inner) {
                return Math.abs(energy - pair[1]) <= 1e-15;
            }
        }
        return Math.abs(energy + 0.169) <= 0.001;
    }
}
