package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.coordinator.cluster.NodeReport;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.BoardTelemetry;
import dev.offramp.proto.v1.CarriedTelemetry;
import dev.offramp.proto.v1.EdgeTelemetry;
import dev.offramp.proto.v1.HopTelemetry;
import dev.offramp.proto.v1.IngressTelemetry;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.Telemetry;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents say of themselves, and must not. */
class ReportsTest {
    private static Telemetry served(double nanos) {
        return Telemetry.newBuilder()
                .setUptimeNanos(1)
                .addHops(HopTelemetry.newBuilder()
                        .setService("roadside")
                        .setChain("a")
                        .setServed(10)
                        .setServiceNanosSum(nanos)
                        .setServiceNanosSquareSum(1))
                .build();
    }

    @Test
    void soundTelemetryIsRead() throws WireException {
        assertThat(ReportCodec.read(served(1)).hops()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1})
    void serviceTimesThatAreNoneAreRefused(double nanos) {
        assertThatThrownBy(() -> ReportCodec.read(served(nanos)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("expected finite sums from 0");
    }

    @Test
    void linksThatAreNotMeasuredYetAreLeftOut() throws WireException {
        Telemetry report = Telemetry.newBuilder()
                .addLinks(LinkTelemetry.newBuilder().setPeer("new"))
                .addLinks(LinkTelemetry.newBuilder()
                        .setPeer("far")
                        .setRoundTripNanos(3_000_000)
                        .setBytesPerSecond(1e6))
                .build();

        assertThat(ReportCodec.read(report).links())
                .containsExactly(new NodeReport.LinkReport(new NodeId("far"), 0.003, 1e6, List.of()));
        for (double nonsense : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
            Telemetry.Builder wrong = report.toBuilder();
            wrong.getLinksBuilder(1).setBytesPerSecond(nonsense);
            assertThatThrownBy(() -> ReportCodec.read(wrong.build()))
                    .isInstanceOf(WireException.class)
                    .hasMessageContaining("link to far");
        }
    }

    @Test
    void whatTravelledOverAnEdgeIsSummedOverItsCodecs() throws WireException {
        EdgeTelemetry edge = EdgeTelemetry.newBuilder()
                .setService("road")
                .setChain("a")
                .setHop(1)
                .addCarried(CarriedTelemetry.newBuilder().setTransfers(2).setWireBytes(1000))
                .addCarried(CarriedTelemetry.newBuilder().setTransfers(3).setWireBytes(600))
                .build();
        LinkTelemetry link = LinkTelemetry.newBuilder()
                .setPeer("far")
                .setRoundTripNanos(1)
                .setBytesPerSecond(1)
                .addEdges(edge)
                .build();

        assertThat(ReportCodec.read(Telemetry.newBuilder().addLinks(link).build())
                        .links()
                        .getFirst()
                        .edges())
                .containsExactly(new NodeReport.EdgeReport(new ChainId(new ServiceId("road"), "a"), 1, 5, 1600));
        Telemetry.Builder wrong = Telemetry.newBuilder().addLinks(link);
        wrong.getLinksBuilder(0).getEdgesBuilder(0).getCarriedBuilder(0).setWireBytes(-1001);
        assertThatThrownBy(() -> ReportCodec.read(wrong.build()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("expected none below 0");
    }

    @Test
    void whatHoldsABoardBackMustBeKnownHere() {
        Telemetry report = Telemetry.newBuilder()
                .setBoard(BoardTelemetry.newBuilder().addProblemsNowValue(99))
                .build();

        assertThatThrownBy(() -> ReportCodec.read(report))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("telemetry of the board with problems [UNRECOGNIZED]");
    }

    @Test
    void countsBelowZeroAreRefused() {
        Telemetry report = Telemetry.newBuilder()
                .addIngress(IngressTelemetry.newBuilder().setService("roadside").setAccepted(-1))
                .build();

        assertThatThrownBy(() -> ReportCodec.read(report))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("expected none below 0");
    }

    @Test
    void moreRowsThanANodeCanHaveAreRefused() {
        Telemetry report = Telemetry.newBuilder()
                .addAllIngress(Collections.nCopies(4097, IngressTelemetry.getDefaultInstance()))
                .build();

        assertThatThrownBy(() -> ReportCodec.read(report))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("at most 4096");
    }
}
