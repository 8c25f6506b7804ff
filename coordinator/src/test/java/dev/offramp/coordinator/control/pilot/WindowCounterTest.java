package dev.offramp.coordinator.control.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WindowCounterTest {
    private static final ServiceId SERVICE = new ServiceId("road");

    private final WindowCounter counter = new WindowCounter();

    private void heard(String node, long seconds, long accepted) {
        counter.heard(
                new NodeId(node),
                new NodeReport(
                        seconds * 1_000_000_000,
                        0,
                        List.of(),
                        List.of(new NodeReport.IngressReport(SERVICE, accepted, List.of(), 0, List.of(), 0, 0)),
                        List.of()));
    }

    @Test
    void theRateIsThatOfAllIngressesThoughTheyReportAtDifferentTimes() {
        heard("one", 1, 10);
        heard("two", 100, 20);

        heard("one", 4, 40);
        heard("two", 101, 40);

        assertThat(counter.close().arrivals()).containsEntry(SERVICE, new Window.Arrivals(3, 10 + 20));
    }

    @Test
    void aNodeThatStartedAnewIsLeftOutOnce() {
        heard("one", 10, 100);
        heard("one", 1, 5);
        assertThat(counter.close().arrivals()).isEmpty();

        heard("one", 2, 12);
        assertThat(counter.close().arrivals()).containsEntry(SERVICE, new Window.Arrivals(1, 7));
    }

    private void travelled(long seconds, long transfers, long wireBytes) {
        NodeReport.EdgeReport edge = new NodeReport.EdgeReport(new ChainId(SERVICE, "a"), 1, transfers, wireBytes);
        counter.heard(
                new NodeId("one"),
                new NodeReport(
                        seconds * 1_000_000_000,
                        0,
                        List.of(),
                        List.of(),
                        List.of(new NodeReport.LinkReport(new NodeId("two"), 0.001, 1e6, List.of(edge)))));
    }

    @Test
    void theBytesThatTravelAreThoseOfTheLatestJobs() {
        HopId hop = new HopId(new ChainId(SERVICE, "a"), 1);
        assertThat(counter.travelling()).isEmpty();
        travelled(1, 10, 1000);
        assertThat(counter.travelling()).containsEntry(hop, 100.0);
        travelled(2, 12, 1050);
        assertThat(counter.travelling()).containsEntry(hop, 25.0);
        travelled(3, 12, 1050);
        assertThat(counter.travelling()).containsEntry(hop, 25.0);

        // The link was made anew.
        travelled(4, 2, 80);
        assertThat(counter.travelling()).containsEntry(hop, 40.0);
        counter.keep(Set.of());
        assertThat(counter.travelling()).isEmpty();
    }
}
