package dev.offramp.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedQueueTest {
    private final BoundedQueue<String> queue = new BoundedQueue<>(3, 100);

    @Test
    void rejectsArrivalWhenCapacityReached() {
        admit("a", 0, 1);
        admit("b", 0, 1);
        admit("c", 0, 1);
        assertThat(queue.offer("d", 9, 1)).isEqualTo(new Admission.Refused<>());
        assertThat(queue.jobs()).isEqualTo(3);
    }

    @Test
    void theItemInServiceCountsAgainstCapacityUntilItIsReleased() {
        admit("a", 0, 10);
        admit("b", 0, 10);
        admit("c", 0, 10);
        assertThat(queue.poll()).contains("a");
        assertThat(queue.offer("d", 0, 10)).isEqualTo(new Admission.Refused<>());
        queue.release(10);
        admit("d", 0, 10);
        assertThat(queue.bytes()).isEqualTo(30);
    }

    @Test
    void rejectsArrivalWhenBytesRunOut() {
        admit("a", 0, 60);
        assertThat(queue.offer("b", 0, 41)).isEqualTo(new Admission.Refused<>());
        admit("b", 0, 40);
        assertThat(queue.bytes()).isEqualTo(100);
    }

    @Test
    void servesGreaterPrioritiesFirstAndEqualOnesInOrderOfArrival() {
        admit("low", 0, 1);
        admit("high", 5, 1);
        admit("high too", 5, 1);
        assertThat(List.of(queue.poll(), queue.poll(), queue.poll()).stream().map(item -> item.orElse("nothing")))
                .containsExactly("high", "high too", "low");
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void evictsTheOldestOfTheLowestPriority() {
        admit("high", 1, 1);
        admit("low", 0, 1);
        admit("low too", 0, 1);
        assertThat(queue.offerEvicting("new", 0, 1)).isEqualTo(new Admission.Admitted<>(List.of("low")));
        assertThat(queue.offerEvicting("newer", 2, 1)).isEqualTo(new Admission.Admitted<>(List.of("low too")));
    }

    @Test
    void refusesANewcomerOfLowerPriorityThanEverythingThatWaits() {
        admit("a", 1, 1);
        admit("b", 1, 1);
        admit("c", 1, 1);
        assertThat(queue.offerEvicting("d", 0, 1)).isEqualTo(new Admission.Refused<>());
    }

    @Test
    void neverEvictsWhatIsInServiceOrReserved() {
        admit("in service", 0, 1);
        assertThat(queue.poll()).contains("in service");
        assertThat(queue.reserve(1)).isTrue();
        admit("waiting", 0, 1);
        assertThat(queue.offerEvicting("a", 0, 1)).isEqualTo(new Admission.Admitted<>(List.of("waiting")));
        assertThat(queue.poll()).contains("a");
        assertThat(queue.offerEvicting("b", 9, 1)).isEqualTo(new Admission.Refused<>());
    }

    @Test
    void evictsAsManyAsTheBytesNeedAndNoneInVain() {
        admit("a", 0, 40);
        admit("b", 0, 40);
        assertThat(queue.offerEvicting("too large", 0, 101)).isEqualTo(new Admission.Refused<>());
        assertThat(queue.jobs()).isEqualTo(2);
        assertThat(queue.offerEvicting("large", 0, 90)).isEqualTo(new Admission.Admitted<>(List.of("a", "b")));
        assertThat(queue.bytes()).isEqualTo(90);
    }

    @Test
    void entersReservedRoomWhenFull() {
        assertThat(queue.reserve(100)).isTrue();
        assertThat(queue.reserve(1)).isFalse();
        queue.enter("late", 0, 100);
        assertThat(queue.poll()).contains("late");
    }

    @Test
    void removesOnlyWhatWaits() {
        admit("a", 0, 7);
        assertThat(queue.remove("b")).isFalse();
        assertThat(queue.remove("a")).isTrue();
        assertThat(queue.remove("a")).isFalse();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void tellsEqualItemsApart() {
        BoundedQueue<List<Integer>> lists = new BoundedQueue<>(3, 100);
        List<Integer> one = new ArrayList<>();
        List<Integer> other = new ArrayList<>();
        assertThat(lists.offer(one, 0, 1)).isEqualTo(new Admission.Admitted<>(List.of()));
        assertThat(lists.offer(other, 0, 2)).isEqualTo(new Admission.Admitted<>(List.of()));
        assertThat(lists.remove(other)).isTrue();
        assertThat(lists.bytes()).isEqualTo(1);
        assertThat(lists.poll().orElseThrow()).isSameAs(one);
    }

    @Test
    void objectsToReleasingMoreThanIsHeld() {
        assertThatThrownBy(() -> queue.release(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesACapacityOfNothing() {
        assertThatThrownBy(() -> new BoundedQueue<String>(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 jobs");
    }

    @Test
    void keepsItsBooksAndItsLimitsWhateverIsDone() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            int capacity = 1 + random.nextInt(5);
            BoundedQueue<Integer> any = new BoundedQueue<>(capacity, 50);
            List<Integer> waiting = new ArrayList<>();
            Deque<Long> outside = new ArrayDeque<>();
            long[] bytesOf = new long[200];
            for (int step = 0; step < 200; step++) {
                bytesOf[step] = random.nextInt(30);
                act(any, random, step, bytesOf, waiting, outside);
                long expected =
                        waiting.stream().mapToLong(item -> bytesOf[item]).sum()
                                + outside.stream().mapToLong(Long::longValue).sum();
                assertThat(any.bytes()).as("seed %d", seed).isEqualTo(expected).isLessThanOrEqualTo(50);
                assertThat(any.jobs())
                        .as("seed %d", seed)
                        .isEqualTo(waiting.size() + outside.size())
                        .isLessThanOrEqualTo(capacity);
            }
        }
    }

    private static void act(
            BoundedQueue<Integer> any,
            Random random,
            Integer item,
            long[] bytesOf,
            List<Integer> waiting,
            Deque<Long> outside) {
        long bytes = bytesOf[item];
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                Admission<Integer> admission = random.nextBoolean()
                        ? any.offer(item, random.nextInt(3), bytes)
                        : any.offerEvicting(item, random.nextInt(3), bytes);
                if (admission instanceof Admission.Admitted<Integer> admitted) {
                    waiting.removeAll(admitted.evicted());
                    waiting.add(item);
                }
            }
            case 2 ->
                any.poll().ifPresent(polled -> {
                    waiting.remove(polled);
                    outside.add(bytesOf[polled]);
                });
            case 3 -> {
                if (any.reserve(bytes)) {
                    outside.add(bytes);
                }
            }
            default -> {
                if (!outside.isEmpty()) {
                    any.release(outside.remove());
                }
            }
        }
    }

    private void admit(String item, int priority, long bytes) {
        assertThat(queue.offer(item, priority, bytes)).isEqualTo(new Admission.Admitted<>(List.of()));
    }
}
