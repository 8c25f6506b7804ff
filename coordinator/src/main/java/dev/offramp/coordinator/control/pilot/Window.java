package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What happened between two instants, in differences of the nodes' counters. Immutable by agreement. */
record Window(Map<ServiceId, Jobs> services, Map<HopId, Served> hops, Map<NodeId, Integer> jobsAt) {
    /**
     * What became of a service's jobs.
     *
     * @param seconds the counters' time, the longest of its ingresses
     * @param toldByStep accepted jobs by the step of the policy that held when they came
     * @param completed by exit, from exit 1
     */
    record Jobs(
            double seconds,
            long accepted,
            long[] toldByStep,
            long lost,
            long[] completed,
            long withTruth,
            long correct) {
        static final Jobs NONE = new Jobs(0, 0, new long[0], 0, new long[0], 0, 0);

        Jobs plus(Jobs other) {
            return new Jobs(
                    Math.max(seconds, other.seconds),
                    accepted + other.accepted,
                    sum(toldByStep, other.toldByStep),
                    lost + other.lost,
                    sum(completed, other.completed),
                    withTruth + other.withTruth,
                    correct + other.correct);
        }

        /** One after the other. */
        Jobs then(Jobs later) {
            Jobs both = plus(later);
            return new Jobs(
                    seconds + later.seconds,
                    both.accepted,
                    both.toldByStep,
                    both.lost,
                    both.completed,
                    both.withTruth,
                    both.correct);
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
        return new Window(new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    Jobs of(ServiceId service) {
        return services.getOrDefault(service, Jobs.NONE);
    }
}
