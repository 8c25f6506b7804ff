package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What happened between two instants, in differences of the nodes' counters. Immutable by agreement. */
record Window(
        Map<ServiceId, Arrivals> arrivals,
        Map<ServiceId, Jobs> services,
        Map<NodeId, Map<HopId, Served>> hops,
        Map<NodeId, Integer> jobsAt) {
    /**
     * A service's accepted jobs. Its ingresses may have been watched for different times.
     *
     * @param seconds the longest of them
     * @param rate jobs per second, of all
     */
    record Arrivals(double seconds, double rate) {
        Arrivals plus(Arrivals other) {
            return new Arrivals(Math.max(seconds, other.seconds), rate + other.rate);
        }
    }

    /**
     * What became of a service's jobs.
     *
     * @param toldByStep accepted jobs by the step of the policy that held when they came
     * @param completed by exit, from exit 1
     */
    record Jobs(long[] toldByStep, long lost, long[] completed, long withTruth, long correct) {
        static final Jobs NONE = new Jobs(new long[0], 0, new long[0], 0, 0);

        Jobs plus(Jobs other) {
            return new Jobs(
                    sum(toldByStep, other.toldByStep),
                    lost + other.lost,
                    sum(completed, other.completed),
                    withTruth + other.withTruth,
                    correct + other.correct);
        }

        long completedJobs() {
            return Arrays.stream(completed).sum();
        }

        long ended() {
            return completedJobs() + lost;
        }

        /** Lost over ended jobs. */
        double lossRatio() {
            return ended() == 0 ? 0 : (double) lost / ended();
        }

        private static long[] sum(long[] one, long[] other) {
            long[] sum = Arrays.copyOf(one, Math.max(one.length, other.length));
            for (int i = 0; i < other.length; i++) {
                sum[i] += other[i];
            }
            return sum;
        }
    }

    /** What a hop served. */
    record Served(double seconds, long jobs, long completedHere, double secondsSum, double secondsSquareSum) {
        Served plus(Served later) {
            return new Served(
                    seconds + later.seconds,
                    jobs + later.jobs,
                    completedHere + later.completedHere,
                    secondsSum + later.secondsSum,
                    secondsSquareSum + later.secondsSquareSum);
        }

        double mean() {
            return secondsSum / jobs;
        }

        /** Of what it says: its jobs. */
        double weight() {
            return jobs;
        }

        /** Squared coefficient of variation. */
        double scv() {
            return secondsSum > 0 ? Math.max(0, secondsSquareSum * jobs / (secondsSum * secondsSum) - 1) : 0;
        }

        /** Share of the time that the server spent on it. */
        double busy() {
            return seconds > 0 ? secondsSum / seconds : 0;
        }
    }

    static Window empty() {
        return new Window(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    Jobs of(ServiceId service) {
        return services.getOrDefault(service, Jobs.NONE);
    }
}
