package dev.offramp.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    @Test
    void decidesAsLongAsItMay() {
        AtomicInteger asked = new AtomicInteger();

        Rehearsal.run(() -> asked.incrementAndGet() < 2);

        assertThat(asked).hasValue(2);
    }
}
