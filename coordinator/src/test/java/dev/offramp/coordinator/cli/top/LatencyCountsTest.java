package dev.offramp.coordinator.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyCountsTest {
    private static final double BUCKET_WIDTH = Math.pow(2, 1 / 16.0) - 1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void quantilesAreWithinABucketOfTheTruth(long seed) {
        Random random = new Random(seed);
        double[] millis = random.doubles(2000)
                .map(uniform -> 5 + 200 * uniform * uniform)
                .sorted()
                .toArray();
        Map<Integer, Long> counts = new TreeMap<>();
        Arrays.stream(millis).forEach(one -> counts.merge(LatencyCounts.bucket((long) (one * 1e6)), 1L, Long::sum));

        for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
            double exact = millis[(int) Math.max(0, Math.ceil(quantile * millis.length) - 1)];
            assertThat(new LatencyCounts(counts).quantileMillis(quantile).orElseThrow())
                    .as("seed %d, quantile %s", seed, quantile)
                    .isCloseTo(exact, within(exact * (BUCKET_WIDTH + 0.005)));
        }
    }

    @Test
    void hasNoQuantileWithoutJobs() {
        assertThat(LatencyCounts.NONE.quantileMillis(0.5)).isEmpty();
    }

    @Test
    void theShortestAndTheLongestHaveTheirBuckets() {
        assertThat(LatencyCounts.bucket(0)).isZero();
        assertThat(LatencyCounts.bucket(Long.MAX_VALUE)).isEqualTo(415);
    }
}
