package dev.offramp.agent.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private final BackOff backOff = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(5), new SplittableRandom(1));

    @Test
    void doublesUpToItsLimitWithJitter() {
        for (int attempt = 0; attempt < 100; attempt++) {
            long full = Math.min(5000, 100L << Math.min(attempt, 20));
            assertThat(backOff.next()).isBetween(Duration.ofMillis(full / 2), Duration.ofMillis(full));
        }
    }

    @Test
    void beginsAnewAfterASuccess() {
        for (int attempt = 0; attempt < 10; attempt++) {
            backOff.next();
        }
        backOff.reset();

        assertThat(backOff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}
