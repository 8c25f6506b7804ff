package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FairDrawTest {
    private static final ChainId A = chain("a");
    private static final ChainId B = chain("b");

    private final FairDraw<ChainId> draw = new FairDraw<>();

    @Test
    void keepsTheMixInShortWindows() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            int chains = 2 + random.nextInt(4);
            SortedMap<ChainId, Double> weights = new TreeMap<>();
            for (int i = 0; i < chains; i++) {
                weights.put(chain("chain-" + i), 0.01 + random.nextDouble());
            }
            double total =
                    weights.values().stream().mapToDouble(Double::doubleValue).sum();
            FairDraw<ChainId> fresh = new FairDraw<>();
            Map<ChainId, Integer> drawn = new TreeMap<>();
            double furthest = 0;
            for (int n = 1; n <= 300; n++) {
                drawn.merge(fresh.next(weights).orElseThrow(), 1, Integer::sum);
                for (Map.Entry<ChainId, Double> entry : weights.entrySet()) {
                    double off = drawn.getOrDefault(entry.getKey(), 0) - n * entry.getValue() / total;
                    furthest = Math.max(furthest, Math.abs(off));
                }
            }
            assertThat(furthest).as("seed %d", seed).isLessThan(chains - 1 + 1e-9);
        }
    }

    @Test
    void neverDrawsWhatHasNoWeight() {
        SortedMap<ChainId, Double> weights = new TreeMap<>(Map.of(A, 1.0, B, 0.0));
        for (int i = 0; i < 100; i++) {
            assertThat(draw.next(weights)).contains(A);
        }
    }

    @Test
    void drawsNothingFromNothing() {
        assertThat(draw.next(new TreeMap<>())).isEmpty();
        assertThat(draw.next(new TreeMap<>(Map.of(A, 0.0)))).isEmpty();
    }

    @Test
    void whatIsLeftTakesTheShareOfAChainThatIsGone() {
        for (int i = 0; i < 10; i++) {
            assertThat(draw.next(new TreeMap<>(Map.of(B, 0.2)))).contains(B);
        }
    }

    @Test
    void whatComesBackAfterAWhileComesBackWithItsShareAndWithoutABurst() {
        SortedMap<ChainId, Double> both = new TreeMap<>(Map.of(A, 0.5, B, 0.5));
        SortedMap<ChainId, Double> onlyA = new TreeMap<>(Map.of(A, 0.5, B, 0.0));
        for (int cycle = 0; cycle < 100; cycle++) {
            for (int i = 0; i < 7; i++) {
                assertThat(draw.next(onlyA)).contains(A);
            }
            int drawn = 0;
            for (int i = 0; i < 9; i++) {
                drawn += draw.next(both).equals(Optional.of(B)) ? 1 : 0;
            }
            assertThat(drawn).as("of 9, in cycle %d", cycle).isBetween(4, 5);
        }
    }

    @Test
    void sharesStayRightWhereverAlternativesComeAndGo() {
        for (long seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            int count = 2 + random.nextInt(6);
            FairDraw<Integer> fresh = new FairDraw<>();
            double[] due = new double[count];
            for (int n = 0; n < 2000; n++) {
                SortedMap<Integer, Double> weights = new TreeMap<>();
                for (int i = 0; i < count; i++) {
                    weights.put(i, random.nextInt(3) == 0 ? 0.0 : i + 1.0);
                }
                double total = weights.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
                if (total > 0) {
                    weights.forEach((i, weight) -> due[i] += weight / total);
                    due[fresh.next(weights).orElseThrow()]--;
                }
            }
            for (double off : due) {
                assertThat(Math.abs(off)).as("seed %d", seed).isLessThan(count);
            }
        }
    }

    private static ChainId chain(String name) {
        return new ChainId(new ServiceId("roadside"), name);
    }
}
