package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChainDrawTest {
    private static final ChainId A = chain("a");
    private static final ChainId B = chain("b");

    private final ChainDraw draw = new ChainDraw();

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
            ChainDraw fresh = new ChainDraw();
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
    void neverDrawsAChainOfProbabilityZero() {
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

    private static ChainId chain(String name) {
        return new ChainId(new ServiceId("roadside"), name);
    }
}
