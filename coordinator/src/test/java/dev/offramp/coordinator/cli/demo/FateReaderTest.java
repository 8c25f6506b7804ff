package dev.offramp.coordinator.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FateReaderTest {
    @Test
    void readsACompletedFrame() {
        String body = """
                {"job":"rpi-1.1f.7","service":"roadside","chain":"b","epoch":1,"policyVersion":3,"outcome":"completed",
                 "exit":2,"label":{"index":3,"name":"dog"},"confidence":0.93,
                 "latencyMs":{"total":31.5,"queueing":10.25,"compute":20.0,"network":1.25}}""";

        assertThat(FateReader.read(200, body, "dog"))
                .isEqualTo(new Fate.Completed(
                        new Fate.Orders(3, "b"),
                        2,
                        true,
                        new Fate.Latency(31_500_000, 10_250_000, 20_000_000, 1_250_000)));
        assertThat(FateReader.read(200, body, "car"))
                .isInstanceOfSatisfying(Fate.Completed.class, completed -> assertThat(completed.correct())
                        .isFalse());
    }

    @Test
    void readsALostFrame() {
        assertThat(FateReader.read(503, """
                        {"chain":"a","policyVersion":2,"outcome":"lost","reason":"queue_full","node":"opi-1"}""", "dog"))
                .isEqualTo(new Fate.Lost(new Fate.Orders(2, "a"), "queue_full", "opi-1"));
    }

    @Test
    void readsARefusal() {
        assertThat(FateReader.read(503, "{\"error\":{\"code\":\"busy\",\"message\":\"…\"}}", "dog"))
                .isEqualTo(new Fate.Refused("busy"));
    }

    @Test
    void whatSaysNothingIsNoAnswer() {
        assertThat(FateReader.read(200, "<html>", "dog")).isInstanceOf(Fate.Unanswered.class);
        assertThat(FateReader.read(200, "", "dog")).isInstanceOf(Fate.Unanswered.class);
        assertThat(FateReader.read(202, "{\"job\":\"rpi-1.1f.7\"}", "dog")).isInstanceOf(Fate.Unanswered.class);
    }
}
