package dev.offramp.agent.core;

import dev.offramp.partition.Overflow;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * What a virtual cluster goes through.
 *
 * @param framesPerSecond over all services
 * @param meanServiceNanos of one inference
 * @param capacityBytes small ones refuse
 * @param epochs placements one after the other
 * @param faults kills, cuts, silences, hangs, failed inferences, duplicates
 * @param nanosPerByte of a transfer
 */
record Scenario(
        int nodes,
        int services,
        List<Overflow> overflows,
        int capacityJobs,
        long capacityBytes,
        int servers,
        double framesPerSecond,
        long meanServiceNanos,
        Duration deadline,
        int epochs,
        boolean faults,
        long nanosPerByte) {
    static Scenario random(Random random) {
        List<Overflow> all = List.of(Overflow.values());
        List<Overflow> overflows = random.nextBoolean() ? all : List.of(all.get(random.nextInt(all.size())));
        return new Scenario(
                1 + random.nextInt(6),
                1 + random.nextInt(3),
                overflows,
                1 + random.nextInt(8),
                random.nextInt(3) == 0 ? 200 : 100_000,
                1 + random.nextInt(2),
                20 + random.nextInt(300),
                1_000_000 + random.nextInt(20_000_000),
                Duration.ofMillis(20 + random.nextInt(300)),
                1 + random.nextInt(4),
                random.nextInt(4) != 0,
                random.nextInt(3) == 0 ? 100_000 : 2_000);
    }

    /** Nothing is full, nothing fails, nothing is late: then nothing is lost, whatever is re-placed. */
    static Scenario calm(Random random) {
        return new Scenario(
                1 + random.nextInt(6),
                1 + random.nextInt(3),
                List.of(Overflow.values()),
                200,
                1_000_000,
                2,
                60,
                2_000_000,
                Duration.ofSeconds(20),
                4,
                false,
                2_000);
    }
}
