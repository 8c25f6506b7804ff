package dev.offramp.agent.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.CoreSnapshot;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.Verdict;
import dev.offramp.proto.v1.ShadowRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetryCodecTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final ChainId CHAIN = new ChainId(SERVICE, "a");

    private static CoreSnapshot snapshot(CoreSnapshot.ShadowRow... latest) {
        CoreSnapshot.Ingress ingress = new CoreSnapshot.Ingress(
                SERVICE,
                9,
                0,
                List.of(),
                Map.of(),
                new long[0],
                0,
                0,
                0,
                Map.of(),
                new long[0],
                new CoreSnapshot.Shadows(5, 1, List.of(latest)));
        return new CoreSnapshot(0, 0, 0, 1, Map.of(), 0, 0, 0, List.of(), List.of(ingress), List.of());
    }

    private static CoreSnapshot.ShadowRow row(long number) {
        return new CoreSnapshot.ShadowRow(number, CHAIN, List.of(new Verdict(1, 0.5f), new Verdict(2, 0.75f)));
    }

    @Test
    void everyRowOfAShadowJobIsToldOnce() {
        CoreSnapshot snapshot = snapshot(row(4), row(5));

        assertThat(TelemetryCodec.shadowRows(snapshot, service -> 0))
                .extracting(ShadowRow::getNumber)
                .containsExactly(4L, 5L);
        ShadowRow last = TelemetryCodec.shadowRows(snapshot, service -> 4).getFirst();
        assertThat(last.getService()).isEqualTo("roadside");
        assertThat(last.getChain()).isEqualTo("a");
        assertThat(last.getExits(1).getLabel()).isEqualTo(2);
        assertThat(last.getExits(1).getConfidence()).isEqualTo(0.75f);
        assertThat(TelemetryCodec.shadowRows(snapshot, service -> 5)).isEmpty();
    }

    @Test
    void shadowJobsAreCountedApart() {
        var ingress = TelemetryCodec.write(snapshot(), Map.of(), Map.of(), 0, 0).getIngress(0);

        assertThat(ingress.getShadowCompleted()).isEqualTo(5);
        assertThat(ingress.getShadowLost()).isEqualTo(1);
    }
}
