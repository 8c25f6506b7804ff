package dev.offramp.agent.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SoftHeapLimitTest {
    private static final long MIB = 1L << 20;

    private final AtomicLong committed = new AtomicLong(12 * MIB);
    private final AtomicInteger collections = new AtomicInteger();
    private long livingBytes = 10 * MIB;
    private final SoftHeapLimit limit = new SoftHeapLimit(committed::get, () -> {
        collections.incrementAndGet();
        committed.set(livingBytes);
    });

    @Test
    void leavesASmallHeapAlone() {
        limit.check();
        assertThat(collections).hasValue(0);
    }

    @Test
    void collectsAHeapThatHasGrown() {
        committed.set(40 * MIB);
        limit.check();
        limit.check();
        assertThat(collections).hasValue(1);
        assertThat(committed).hasValue(livingBytes);
    }

    @Test
    void doesNotCollectAgainWhatIsNeeded() {
        livingBytes = 60 * MIB;
        committed.set(livingBytes);
        for (int i = 0; i < 10; i++) {
            limit.check();
        }
        assertThat(collections).hasValue(1);
    }

    @Test
    void comesBackToTheFloorAfterAPeak() {
        doesNotCollectAgainWhatIsNeeded();
        livingBytes = 10 * MIB;
        committed.set(121 * MIB);
        limit.check();
        committed.set(21 * MIB);
        limit.check();
        assertThat(collections).hasValue(3);
    }
}
