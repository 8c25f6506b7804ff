package dev.offramp.coordinator.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class HopsTest {
    @Test
    void aHopIsItsShareOfTheWay() {
        long[] nanos = new long[100];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (100 - i) * 4_000_000L;
        }

        Hops.Way way = Hops.Way.of(2, nanos, 10);

        assertThat(way.p50()).isEqualTo(102_000_000);
        assertThat(way.p99()).isEqualTo(200_000_000);
    }

    @Test
    void chainsAreComparedWithBareStreamsAndTheSocket() {
        Hops hops = new Hops(List.of(new Hops.Size(
                4096,
                List.of(new Hops.Way(1, 3e6, 4e6, 300), new Hops.Way(2, 2.5e6, 5e6, 250)),
                List.of(new Hops.Way(1, 2e6, 3e6, 500), new Hops.Way(2, 2.5e6, 3e6, 400)),
                new Hops.Way(1, 1e6, 2e6, 1000))));
        StringWriter text = new StringWriter();
        hops.print(new PrintWriter(text));

        assertThat(text.toString()).containsPattern("4096 +2 agents +2.500 +5.000 +1.25 +1.00 +2.50 +250");
        assertThat(hops.json().at("/sizes/0/chains/0/ofStream").asDouble()).isEqualTo(1.5);
        assertThat(hops.json().at("/sizes/0/streams/1/ofStream").asDouble()).isEqualTo(1.25);
        assertThat(hops.json().at("/sizes/0/chains/1/ofRelays").asDouble()).isEqualTo(1);
        assertThat(hops.json().at("/sizes/0/chains/1/ofTcp").asDouble()).isEqualTo(2.5);
        assertThat(hops.json().at("/sizes/0/tcp/perSecond").asDouble()).isEqualTo(1000);
    }

    @Test
    void theNetworkPassesItsInputOnFromCutToCut() throws Exception {
        Manifest manifest = PassThrough.cutting(new ServiceId("pass"), 3, 32).manifest();

        assertThat(manifest.partitions())
                .hasSize(4)
                .allSatisfy(partition -> assertThat(partition.input().bytes()).isEqualTo(4096));
        assertThat(manifest.partitions().getFirst().exits()).isEmpty();
        assertThat(manifest.partitions().subList(1, 4))
                .allSatisfy(partition -> assertThat(partition.exits()).hasSize(1));
    }

    @Test
    void sizesBecomeTheNearestSquares() {
        assertThat(HopCommand.Wanted.of(2, List.of("4KiB", "100KiB"), 10).sides())
                .containsExactly(32, 160);
        assertThatThrownBy(() -> HopCommand.Wanted.of(2, List.of("1GiB"), 10)).hasMessageContaining("expected 4B to");
        assertThatThrownBy(() -> HopCommand.Wanted.of(0, List.of("4KiB"), 10)).hasMessageContaining("0 hops");
    }
}
