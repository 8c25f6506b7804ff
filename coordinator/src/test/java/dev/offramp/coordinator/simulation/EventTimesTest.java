package dev.offramp.coordinator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventTimesTest {
    @Test
    void findsTheEarliestAfterAnyChanges() {
        for (int slots = 1; slots <= 40; slots++) {
            Random random = new Random(slots);
            EventTimes events = new EventTimes(slots);
            double[] naive = new double[slots];
            Arrays.fill(naive, Double.POSITIVE_INFINITY);
            for (int i = 0; i < 2_000; i++) {
                int slot = random.nextInt(slots);
                naive[slot] = random.nextInt(5) == 0 ? Double.POSITIVE_INFINITY : random.nextInt(50);
                events.set(slot, naive[slot]);
                int earliest = 0;
                for (int other = 1; other < slots; other++) {
                    earliest = naive[other] < naive[earliest] ? other : earliest;
                }
                assertThat(events.first()).as("slots %d", slots).isEqualTo(earliest);
                assertThat(events.at(earliest)).isEqualTo(naive[earliest]);
            }
        }
    }

    @Test
    void dequeIsADeque() {
        Random random = new Random(1);
        IntDeque deque = new IntDeque();
        Deque<Integer> naive = new ArrayDeque<>();
        for (int i = 0; i < 50_000; i++) {
            int dice = random.nextInt(5);
            if (dice < 3 - (i / 5_000) % 2) {
                deque.addLast(i);
                naive.addLast(i);
            } else if (!naive.isEmpty() && dice == 3) {
                assertThat(deque.removeLast()).isEqualTo(naive.removeLast());
            } else if (!naive.isEmpty()) {
                assertThat(deque.first()).isEqualTo(naive.peekFirst());
                assertThat(deque.removeFirst()).isEqualTo(naive.removeFirst());
            }
            assertThat(deque.size()).isEqualTo(naive.size());
        }
    }
}
