package dev.offramp.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedQueueTest {
    private final BoundedQueue<String> queue = new BoundedQueue<>(3, 100, Shares.NONE);

    @Test
    void rejectsArrivalWhenCapacityReached() {
        admit("a", 0, 1);
        admit("b", 0, 1);
        admit("c", 0, 1);
        assertThat(queue.offer("d", 0, 1)).isEqualTo(new Admission.Refused<>());
        assertThat(queue.jobs()).isEqualTo(3);
    }

    @Test
    void theItemInServiceCountsAgainstCapacityUntilItIsReleased() {
        admit("a", 0, 10);
        admit("b", 0, 10);
        admit("c", 0, 10);
        assertThat(queue.poll()).contains("a");
        assertThat(queue.offer("d", 0, 10)).isEqualTo(new Admission.Refused<>());
        queue.release(0, 10);
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
        assertThat(queue.reserve(0, 1)).isTrue();
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
        assertThat(queue.reserve(0, 100)).isTrue();
        assertThat(queue.reserve(0, 1)).isFalse();
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
        BoundedQueue<List<Integer>> lists = new BoundedQueue<>(3, 100, Shares.NONE);
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
        assertThatThrownBy(() -> queue.release(0, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesACapacityOfNothing() {
        assertThatThrownBy(() -> new BoundedQueue<String>(0, 1, Shares.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 jobs");
    }

    @Test
    void theNewestOfALowerPriorityGivesWay() {
        admit("low", 0, 1);
        admit("low too", 0, 1);
        admit("middle", 1, 1);
        assertThat(queue.offer("high", 2, 1)).isEqualTo(new Admission.Admitted<>(List.of("low too")));
        assertThat(queue.offer("high too", 2, 1)).isEqualTo(new Admission.Admitted<>(List.of("low")));
        assertThat(queue.offer("middle too", 1, 1)).isEqualTo(new Admission.Refused<>());
    }

    @Test
    void aPriorityHasNoMoreThanItsShare() {
        BoundedQueue<String> shared = new BoundedQueue<>(3, 100, Shares.of(Map.of(0, 2)));
        assertThat(shared.offer("a", 0, 1)).isInstanceOf(Admission.Admitted.class);
        assertThat(shared.reserve(0, 1)).isTrue();
        assertThat(shared.hasShare(0)).isFalse();
        assertThat(shared.reserve(0, 1)).isFalse();
        assertThat(shared.offer("b", 0, 1)).isEqualTo(new Admission.Refused<>());
        assertThat(shared.offerEvicting("c", 0, 1)).isEqualTo(new Admission.Admitted<>(List.of("a")));
        assertThat(shared.offer("d", 1, 1)).isEqualTo(new Admission.Admitted<>(List.of()));
        assertThat(shared.jobsByPriority()).containsExactly(Map.entry(0, 2), Map.entry(1, 1));
    }

    @Test
    void whoIsAtItsShareTakesNothingFromOthers() {
        BoundedQueue<String> shared = new BoundedQueue<>(3, 100, Shares.of(Map.of(1, 1)));
        assertThat(shared.offer("low", 0, 1)).isInstanceOf(Admission.Admitted.class);
        assertThat(shared.offer("high", 1, 1)).isInstanceOf(Admission.Admitted.class);
        assertThat(shared.offer("high too", 1, 1)).isEqualTo(new Admission.Refused<>());
        assertThat(shared.poll()).contains("high");
        assertThat(shared.offerEvicting("high too", 1, 1)).isEqualTo(new Admission.Refused<>());
    }

    @Test
    void refusesAShareOfNothing() {
        assertThatThrownBy(() -> Shares.of(Map.of(3, 0))).hasMessageContaining("priority 3 (0 jobs)");
    }

    @Test
    void keepsItsBooksItsLimitsAndItsOrderWhateverIsDone() {
        for (long seed = 1; seed <= 300; seed++) {
            new AnyUse(seed).run();
        }
    }

    /** What is done at random, and what must hold after it. */
    private static final class AnyUse {
        private static final int PRIORITIES = 3;
        private static final long BYTES = 50;

        private record Item(int number, int priority, long bytes) {}

        private final long seed;
        private final Random random;
        private final int capacity;
        private final int[] share = new int[PRIORITIES];
        private final BoundedQueue<Item> any;
        private final List<Item> waiting = new ArrayList<>();
        private final Deque<Item> outside = new ArrayDeque<>();
        private int numbers;

        AnyUse(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.capacity = 1 + random.nextInt(5);
            Map<Integer, Integer> shares = new HashMap<>();
            for (int priority = 0; priority < PRIORITIES; priority++) {
                share[priority] = random.nextBoolean() ? capacity : 1 + random.nextInt(capacity);
                shares.put(priority, share[priority]);
            }
            this.any = new BoundedQueue<>(capacity, BYTES, Shares.of(shares));
        }

        void run() {
            for (int step = 0; step < 200; step++) {
                act();
                List<Item> held = new ArrayList<>(waiting);
                held.addAll(outside);
                assertThat(any.bytes())
                        .as("seed %d", seed)
                        .isEqualTo(held.stream().mapToLong(Item::bytes).sum())
                        .isLessThanOrEqualTo(BYTES);
                assertThat(any.jobs())
                        .as("seed %d", seed)
                        .isEqualTo(held.size())
                        .isLessThanOrEqualTo(capacity);
                for (int priority = 0; priority < PRIORITIES; priority++) {
                    int wanted = priority;
                    assertThat(any.jobs(priority))
                            .as("seed %d", seed)
                            .isEqualTo((int) held.stream()
                                    .filter(item -> item.priority() == wanted)
                                    .count())
                            .isLessThanOrEqualTo(share[priority]);
                }
            }
        }

        private void act() {
            Item item = new Item(numbers++, random.nextInt(PRIORITIES), random.nextInt(30));
            switch (random.nextInt(5)) {
                case 0, 1 -> offer(item, random.nextBoolean());
                case 2 -> poll();
                case 3 -> {
                    if (any.reserve(item.priority(), item.bytes())) {
                        outside.add(item);
                    }
                }
                default -> {
                    if (!outside.isEmpty()) {
                        Item gone = outside.remove();
                        any.release(gone.priority(), gone.bytes());
                    }
                }
            }
        }

        private void offer(Item item, boolean evicting) {
            boolean atShare = !any.hasShare(item.priority());
            Admission<Item> admission = evicting
                    ? any.offerEvicting(item, item.priority(), item.bytes())
                    : any.offer(item, item.priority(), item.bytes());
            switch (admission) {
                case Admission.Refused<Item> refused -> {
                    long lower = waiting.stream()
                            .filter(other -> other.priority() < item.priority() && other.bytes() >= item.bytes())
                            .count();
                    assertThat(atShare || lower == 0)
                            .as("seed %d: %s is refused while a lower one waits", seed, item)
                            .isTrue();
                }
                case Admission.Admitted<Item> admitted -> {
                    assertThat(waiting).as("seed %d", seed).containsAll(admitted.evicted());
                    waiting.removeAll(admitted.evicted());
                    for (Item evicted : admitted.evicted()) {
                        assertThat(evicted.priority())
                                .as("seed %d: %s gave way to %s", seed, evicted, item)
                                .isLessThanOrEqualTo(item.priority());
                        assertThat(waiting)
                                .as("seed %d: %s went before those of lower priorities", seed, evicted)
                                .noneMatch(other -> !atShare && other.priority() < evicted.priority());
                    }
                    waiting.add(item);
                }
            }
        }

        /** The oldest of the greatest priority. */
        private void poll() {
            Optional<Item> expected = waiting.stream()
                    .min(Comparator.comparingInt((Item item) -> -item.priority())
                            .thenComparingInt(Item::number));
            Optional<Item> polled = any.poll();
            assertThat(polled).as("seed %d", seed).isEqualTo(expected);
            polled.ifPresent(item -> {
                waiting.remove(item);
                outside.add(item);
            });
        }
    }

    private void admit(String item, int priority, long bytes) {
        assertThat(queue.offer(item, priority, bytes)).isEqualTo(new Admission.Admitted<>(List.of()));
    }
}
