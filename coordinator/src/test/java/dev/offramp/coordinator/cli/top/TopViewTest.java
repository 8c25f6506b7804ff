package dev.offramp.coordinator.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Snapshot;
import org.junit.jupiter.api.Test;

class TopViewTest {
    @Test
    void ratesAreDifferencesOverTheNodesOwnTime() throws WireException {
        TopView view = TopView.between(reading(10), reading(15));

        assertThat(view.windowSeconds()).isEqualTo(5);
        TopView.ServiceRow service = view.services().getFirst();
        assertThat(service.acceptedPerSecond()).isCloseTo(105, within(1e-9));
        assertThat(service.completedPerSecond()).isCloseTo(90, within(1e-9));
        assertThat(service.lossRatio()).hasValueCloseTo(0.1, within(1e-9));
        assertThat(service.accuracy()).hasValueCloseTo(76.0 / 90, within(1e-9));
        assertThat(service.window().inFlight()).isEqualTo(75);
        assertThat(service.total().accepted()).isEqualTo(15 * 105);
        assertThat(service.policyVersion()).hasValue(2);
    }

    @Test
    void tellsHowBusyANodeIsAndHowLongItServes() throws WireException {
        TopView.NodeRow row = nodeOf(TopView.between(reading(10), reading(15)), "rpi-1");

        assertThat(row.utilisation()).hasValueCloseTo(0.6, within(1e-9));
        assertThat(row.meanServiceNanos()).hasValueCloseTo(6e6, within(1e-3));
        assertThat(row.serviceScv()).hasValueCloseTo(0.0, within(1e-9));
        assertThat(row.servedPerSecond()).isCloseTo(100, within(1e-9));
    }

    @Test
    void countsARestartedNodeFromItsStart() throws WireException {
        Snapshot restarted =
                Snapshot.newBuilder().addNodes(Snapshots.ingress(2, 8)).build();
        TopView view = TopView.between(reading(10), SnapshotReader.read(restarted));

        assertThat(view.services().getFirst().window().accepted()).isEqualTo(210);
        assertThat(view.services().getFirst().acceptedPerSecond()).isCloseTo(105, within(1e-9));
    }

    @Test
    void tellsPrioritiesApart() throws WireException {
        TopView.NodeRow row = nodeOf(TopView.between(reading(10), reading(15)), "rpi-1");

        assertThat(row.priorities())
                .containsExactly(entry(0, new PriorityTotals(2, 200, 50)), entry(3, new PriorityTotals(1, 300, 0)));
        assertThat(String.join("\n", new TopText(new Paint(false)).lines(TopView.between(reading(10), reading(15)))))
                .contains("priority 0: 2 queued, lost 25.0 %   3: 1 queued, lost 0.0 %");
    }

    @Test
    void knowsNoMeansWhereNothingWasServed() throws WireException {
        TopView.NodeRow row = nodeOf(TopView.between(reading(10), reading(15)), "rpi-2");

        assertThat(row.meanServiceNanos()).isEmpty();
        assertThat(row.serviceScv()).isEmpty();
    }

    @Test
    void spansNoMoreReadingsThanItsWindow() throws WireException {
        TopWindow window = new TopWindow(3);
        TopView view = window.add(reading(1));
        assertThat(view.windowSeconds()).isZero();
        for (int second = 2; second <= 10; second++) {
            view = window.add(reading(second));
        }

        assertThat(view.windowSeconds()).isEqualTo(3);
    }

    private static TopView.NodeRow nodeOf(TopView view, String name) {
        return view.nodes().stream()
                .filter(row -> row.now().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ClusterReading reading(int seconds) throws WireException {
        return SnapshotReader.read(Snapshots.after(seconds));
    }
}
