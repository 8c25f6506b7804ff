package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    @Test
    void aLatencyLiesBetweenItsBucketsBoundsWhichAreLessThanFivePercentApart() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            double micros = Math.pow(2, random.nextDouble() * 25.9);
            int bucket = LatencyHistogram.bucket(Math.round(micros * 1000));
            double low = Math.pow(2, bucket / 16.0);
            double high = Math.pow(2, (bucket + 1) / 16.0);
            assertThat(micros).isBetween(low * 0.999, high * 1.001);
            assertThat(high / low).isLessThan(1.05);
        }
    }

    @Test
    void theFirstAndTheLastBucketTakeWhatLiesBeyond() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(0);
        histogram.record(999);
        histogram.record(Long.MAX_VALUE);
        long[] counts = histogram.counts();
        assertThat(counts[0]).isEqualTo(2);
        assertThat(counts[LatencyHistogram.BUCKETS - 1]).isEqualTo(1);
        assertThat(LongStream.of(counts).sum()).isEqualTo(3);
    }
}
