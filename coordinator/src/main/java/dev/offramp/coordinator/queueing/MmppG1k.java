package dev.offramp.coordinator.queueing;

import java.util.Arrays;

/**
 * MMPP(2)/G/1/K, exact for constant, Erlang and gamma service times: bursty arrivals, K places with the one in service.
 *
 * <p>The embedded chain has the states (jobs left behind, phase of the arrivals). With θ at least as large as every rate
 * and g_m the law of the number of events of a Poisson process of rate θ in one service time
 * ({@link ArrivalCounts}), the probabilities of k arrivals and the expected times with k arrivals so far are
 *
 * <pre>
 * A_k = Σ_m g_m U_{m,k},   B_k = (1/θ) Σ_m P(count > m) U_{m,k},
 * U_{m+1,k} = U_{m,k} (I + D₀/θ) + U_{m,k−1} D₁/θ,   U_{0,0} = I
 * </pre>
 *
 * (uniformisation). From 0 jobs an idle time passes first: (−D₀)⁻¹ long, its end distributed as (−D₀)⁻¹D₁. Throughput is
 * one over the mean time between departures, L = 1 − X/λ, and N is the mean area under the number of jobs between
 * departures over the same time. Sources: Lucantoni, Commun. Statist. Stochastic Models 7 (1991), DOI
 * 10.1080/15326349108807174; Blondia, <i>The N/G/1 finite capacity queue</i>, ibid. 5 (1989). Limits: equal rates in both phases give {@link Mg1k}. Cost: cubic in K. Stateless.
 */
public final class MmppG1k {
    public static final int MAX_CAPACITY = 400;

    /** Events of the uniformised chain in one service time; beyond, the phases switch too often for this method. */
    private static final int MAX_EVENTS = 200_000;

    private static final double NEGLIGIBLE = 1e-15;
    private static final double NEVER = 1e-100;
    private static final double RESCALE_ABOVE = 1e150;

    private MmppG1k() {}

    public static QueueFigures solve(Mmpp arrivals, ServiceMoments service, int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity (" + capacity + ") must lie in 1 … " + MAX_CAPACITY);
        }
        Counts counts = Counts.of(arrivals, service, capacity);
        double[][] idle = idleTimes(arrivals);
        double[] pi = stationary(transitions(arrivals, counts, idle, capacity));
        double cycle = service.mean();
        double area = 0;
        for (int n = 0; n < capacity; n++) {
            for (int phase = 0; phase < 2; phase++) {
                double weight = pi[2 * n + phase];
                if (n == 0) {
                    cycle += weight * (idle[phase][0] + idle[phase][1]);
                    for (int next = 0; next < 2; next++) {
                        area += weight * startOf(arrivals, idle, phase, next) * counts.area(next, 1, capacity);
                    }
                } else {
                    area += weight * counts.area(phase, n, capacity);
                }
            }
        }
        double loss = Math.max(0, 1 - 1 / (cycle * arrivals.arrivalRate()));
        return new QueueFigures(loss, area / cycle, area);
    }

    /** (−D₀)⁻¹: the expected time in each phase until the next arrival. */
    private static double[][] idleTimes(Mmpp arrivals) {
        double one = arrivals.firstRate() + arrivals.leaveFirst();
        double two = arrivals.secondRate() + arrivals.leaveSecond();
        double determinant = one * two - arrivals.leaveFirst() * arrivals.leaveSecond();
        return new double[][] {
            {two / determinant, arrivals.leaveFirst() / determinant},
            {arrivals.leaveSecond() / determinant, one / determinant}
        };
    }

    /** P(phase at the arrival that ends an idle time | phase at its beginning). */
    private static double startOf(Mmpp arrivals, double[][] idle, int phase, int next) {
        return idle[phase][next] * (next == 0 ? arrivals.firstRate() : arrivals.secondRate());
    }

    private static double[][] transitions(Mmpp arrivals, Counts counts, double[][] idle, int capacity) {
        double[][] matrix = new double[2 * capacity][2 * capacity];
        for (int n = 1; n < capacity; n++) {
            for (int phase = 0; phase < 2; phase++) {
                serve(matrix[2 * n + phase], 1, counts, n, phase, capacity);
            }
        }
        for (int phase = 0; phase < 2; phase++) {
            for (int next = 0; next < 2; next++) {
                serve(matrix[phase], startOf(arrivals, idle, phase, next), counts, 1, next, capacity);
            }
        }
        return matrix;
    }

    /** Adds where one service time leads that begins with {@code number} jobs. */
    private static void serve(double[] row, double weight, Counts counts, int number, int phase, int capacity) {
        for (int end = 0; end < 2; end++) {
            for (int k = 0; number - 1 + k < capacity - 1; k++) {
                row[2 * (number - 1 + k) + end] += weight * counts.law[k][2 * phase + end];
            }
            row[2 * (capacity - 1) + end] += weight * counts.tail(capacity - number, phase, end);
        }
    }

    /**
     * Grassmann, Taksar and Heyman's elimination: no subtractions. A state that leads to none below it that a double can tell
     * from never is the lowest; those below are left for good.
     */
    private static double[] stationary(double[][] p) {
        int size = p.length;
        int lowest = 0;
        for (int n = size - 1; n > 0; n--) {
            double out = 0;
            for (int j = 0; j < n; j++) {
                out += p[n][j];
            }
            if (out < NEVER) {
                lowest = n;
                break;
            }
            for (int i = 0; i < n; i++) {
                p[i][n] /= out;
                double factor = p[i][n];
                for (int j = 0; j < n && factor > 0; j++) {
                    p[i][j] += factor * p[n][j];
                }
            }
        }
        double[] pi = new double[size];
        pi[lowest] = 1;
        double sum = 1;
        for (int n = lowest + 1; n < size; n++) {
            for (int i = lowest; i < n; i++) {
                pi[n] += pi[i] * p[i][n];
            }
            sum += pi[n];
            if (sum > RESCALE_ABOVE) {
                for (int i = lowest; i <= n; i++) {
                    pi[i] /= sum;
                }
                sum = 1;
            }
        }
        for (int n = lowest; n < size; n++) {
            pi[n] /= sum;
        }
        return pi;
    }

    /**
     * A_k and B_k, two by two, row by row.
     *
     * @param law A_k for k &lt; K
     * @param time B_k for k &lt; K
     * @param phases where a service time ends that begins in a phase, whatever the count
     * @param mean the mean service time
     */
    private record Counts(double[][] law, double[][] time, double[] phases, double mean) {
        static Counts of(Mmpp arrivals, ServiceMoments service, int capacity) {
            double rate = Math.max(
                    arrivals.firstRate() + arrivals.leaveFirst(), arrivals.secondRate() + arrivals.leaveSecond());
            double expected = rate * service.mean();
            double[][] law = new double[capacity][4];
            double[][] time = new double[capacity][4];
            double[] phases = new double[4];
            double[] events = eventLaw(expected, service.scv());
            double[] stay = {
                1 - (arrivals.firstRate() + arrivals.leaveFirst()) / rate,
                arrivals.leaveFirst() / rate,
                arrivals.leaveSecond() / rate,
                1 - (arrivals.secondRate() + arrivals.leaveSecond()) / rate
            };
            double[] arrive = {arrivals.firstRate() / rate, arrivals.secondRate() / rate};
            double[] any = {stay[0] + arrive[0], stay[1], stay[2], stay[3] + arrive[1]};
            double[][] u = new double[capacity][4];
            u[0] = new double[] {1, 0, 0, 1};
            double[] ends = {1, 0, 0, 1};
            double more = 1;
            for (int m = 0; m < events.length; m++) {
                more = Math.max(0, more - events[m]);
                for (int k = 0; k < capacity && k <= m; k++) {
                    for (int i = 0; i < 4; i++) {
                        law[k][i] += events[m] * u[k][i];
                        time[k][i] += more / rate * u[k][i];
                    }
                }
                for (int i = 0; i < 4; i++) {
                    phases[i] += events[m] * ends[i];
                }
                step(u, Math.min(m + 1, capacity - 1), stay, arrive);
                ends = times(ends, any);
            }
            return new Counts(law, time, phases, service.mean());
        }

        private static double[] eventLaw(double expected, double scv) {
            double spread = Math.sqrt(expected + scv * expected * expected);
            double length = expected + 40 * spread * (1 + scv) + 60;
            if (length > MAX_EVENTS) {
                throw new IllegalArgumentException("the phases switch, or jobs arrive, too often in one service time ("
                        + expected + " times)\nMaybe the rates are in another unit than the service time");
            }
            double[] law = new double[(int) length];
            ArrivalCounts.addTo(law, law.length - 1, 1, expected, scv);
            double sum = 0;
            int last = 0;
            for (int m = 0; m < law.length && sum < 1 - NEGLIGIBLE; m++) {
                sum += law[m];
                last = m;
            }
            return Arrays.copyOf(law, last + 1);
        }

        private static void step(double[][] u, int last, double[] stay, double[] arrive) {
            for (int k = last; k >= 0; k--) {
                double[] next = times(u[k], stay);
                if (k > 0) {
                    for (int i = 0; i < 4; i++) {
                        next[i] += u[k - 1][i] * arrive[i % 2];
                    }
                }
                u[k] = next;
            }
        }

        private static double[] times(double[] a, double[] b) {
            return new double[] {
                a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
                a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3]
            };
        }

        /** P(at least {@code least} arrivals, phase at the end). */
        double tail(int least, int phase, int end) {
            double below = 0;
            for (int k = 0; k < least; k++) {
                below += law[k][2 * phase + end];
            }
            return Math.max(0, phases[2 * phase + end] - below);
        }

        /** The mean area under the number of jobs over a service time that begins with {@code number}. */
        double area(int phase, int number, int capacity) {
            double area = capacity * mean;
            for (int k = 0; number + k < capacity; k++) {
                area -= (capacity - number - k) * (time[k][2 * phase] + time[k][2 * phase + 1]);
            }
            return area;
        }
    }
}
