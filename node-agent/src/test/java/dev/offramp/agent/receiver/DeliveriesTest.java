package dev.offramp.agent.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.forward.BackOff;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On virtual time. */
class DeliveriesTest {
    private static final Duration MIN = Duration.ofSeconds(1);

    private final Deliveries<String> deliveries =
            new Deliveries<>(2, 3, new BackOff(MIN, Duration.ofMinutes(1), new SplittableRandom(4)));
    private long nowNanos;

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    @Test
    void sendsOneAtATimeInOrder() {
        deliveries.offer("a");
        deliveries.offer("b");

        assertThat(deliveries.next(nowNanos)).contains("a");
        assertThat(deliveries.next(nowNanos)).isEmpty();
        deliveries.done();
        assertThat(deliveries.next(nowNanos)).contains("b");
        deliveries.done();
        assertThat(deliveries.next(nowNanos)).isEmpty();
        assertThat(deliveries.size()).isZero();
    }

    @Test
    void givesTheOldestThatWaitsForANewerOne() {
        deliveries.offer("a");
        deliveries.next(nowNanos);
        deliveries.offer("b");
        deliveries.offer("c");

        assertThat(deliveries.offer("d")).isEqualTo(Deliveries.Cost.OLDEST);

        deliveries.done();
        assertThat(deliveries.next(nowNanos)).contains("c");
    }

    @Test
    void triesAgainLaterAndLaterAndThenNoMore() {
        deliveries.offer("a");
        deliveries.offer("b");
        deliveries.next(nowNanos);

        assertThat(deliveries.failed(nowNanos)).isTrue();
        assertThat(deliveries.next(nowNanos)).isEmpty();
        pass(MIN);
        assertThat(deliveries.next(nowNanos)).contains("a");
        assertThat(deliveries.failed(nowNanos)).isTrue();
        pass(MIN.minusMillis(1));
        assertThat(deliveries.next(nowNanos)).isEmpty();
        pass(MIN.plusMillis(1));
        assertThat(deliveries.next(nowNanos)).contains("a");

        assertThat(deliveries.failed(nowNanos))
                .as("the third time was the last")
                .isFalse();
        assertThat(deliveries.next(nowNanos)).isEqualTo(Optional.of("b"));
    }

    /** Whatever happens: all that was offered is delivered, dropped or waits. */
    @Test
    void losesNothingUncounted() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Deliveries<Integer> some = new Deliveries<>(5, 3, new BackOff(MIN, MIN, random.split()));
            int offered = 0;
            int done = 0;
            int dropped = 0;
            boolean onItsWay = false;
            for (int step = 0; step < 500; step++) {
                switch (random.nextInt(3)) {
                    case 0 -> {
                        offered++;
                        dropped += some.offer(step) == Deliveries.Cost.OLDEST ? 1 : 0;
                    }
                    case 1 -> {
                        pass(Duration.ofMillis(300));
                        onItsWay |= some.next(nowNanos).isPresent();
                    }
                    default -> {
                        if (onItsWay && random.nextBoolean()) {
                            some.done();
                            done++;
                            onItsWay = false;
                        } else if (onItsWay) {
                            dropped += some.failed(nowNanos) ? 0 : 1;
                            onItsWay = false;
                        }
                    }
                }
                assertThat(offered).as("seed %d", seed).isEqualTo(done + dropped + some.size());
                assertThat(some.size()).isLessThanOrEqualTo(6);
            }
        }
    }
}
