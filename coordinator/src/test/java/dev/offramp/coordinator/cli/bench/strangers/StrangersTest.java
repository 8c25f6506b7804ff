package dev.offramp.coordinator.cli.bench.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offramp.coordinator.cli.bench.HttpLoad;
import dev.offramp.coordinator.cli.process.MetricsPage;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.v1.Snapshot;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final double WITHIN = 1e-9;
    private static final long MILLI = 1_000_000;

    private static Traffic traffic(int frames, long latencyNanos) {
        List<Long> latencies = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            latencies.add(latencyNanos);
        }
        Traffic traffic = new Traffic();
        HttpLoad.Sent sent = new HttpLoad.Sent(latencies, 1, 2);
        traffic.add(sent, sent);
        return traffic;
    }

    private static Strangers measured() {
        Counted before = Counted.of(MetricsPage.parse("""
                offramp_access_refused_total{reason="flood"} 5.0
                offramp_access_refused_total{reason="expired"} 1.0
                offramp_connections_ended_unproved_total 2.0
                """));
        Counted agents = Counted.of(MetricsPage.parse("""
                offramp_access_refused_total{reason="flood"} 395.0
                offramp_access_refused_total{reason="expired"} 5.0
                offramp_connections_ended_unproved_total 6.0
                """)).since(before);
        Counted coordinator = Counted.of(Snapshot.newBuilder()
                .putRefused("flood", 3)
                .setConnectionsEndedUnproved(3)
                .build());
        Strangers.Row row = new Strangers.Row(
                Kind.EXPIRED,
                new Attempts(380, 0, 2),
                new Attempts(100, 0, 1).plus(new Attempts(300, 0, 1)),
                agents.plus(coordinator),
                new Price(30 * MILLI, 10),
                traffic(110, 9 * MILLI),
                traffic(100, 10 * MILLI),
                traffic(95, 11 * MILLI));
        return new Strangers(List.of(row));
    }

    @Test
    void saysWhatWasCountedAndWhatMembersNoticed() {
        JsonNode row = measured().json().at("/kinds/0");

        assertThat(row.at("/kind").asText()).isEqualTo("expired");
        assertThat(row.at("/attemptsPerSecond").asDouble()).isEqualTo(200);
        assertThat(row.at("/counted/refusedByReason/flood").asLong()).isEqualTo(393);
        assertThat(row.at("/counted/refusedByReason/expired").asLong()).isEqualTo(4);
        assertThat(row.at("/counted/endedUnproved").asLong()).isEqualTo(7);
        assertThat(row.at("/framesRatio").asDouble()).isCloseTo(0.95, within(WITHIN));
        assertThat(row.at("/latencyP50Ratio").asDouble()).isCloseTo(1.1, within(WITHIN));
        assertThat(row.at("/processorMillisPerLetIn").asDouble()).isCloseTo(3, within(WITHIN));
        assertThat(row.at("/attemptsAtDecoy/made").asLong()).isEqualTo(380);
        assertThat(row.at("/quiet/lost").asLong()).isEqualTo(2);
    }

    @Test
    void printsTheSame() {
        StringWriter text = new StringWriter();
        measured().print(new PrintWriter(text));

        assertThat(text.toString())
                .contains("55.0 → 50.0 → 47.5", "0.950", "9.0 → 10.0 → 11.0", "1.100")
                .contains("expired, refused by reason: expired 4, flood 393");
    }

    @Test
    void ordersArriveAsTheyWereGiven() {
        Stranger.Order order =
                new Stranger.Order(2.5, List.of(HostPort.parse("127.0.0.1:7700"), HostPort.parse("127.0.0.1:7701")));
        assertThat(Stranger.Order.parse(order.line())).isEqualTo(order);
        Stranger.Order none = new Stranger.Order(1, List.of());
        assertThat(Stranger.Order.parse(none.line())).isEqualTo(none);
    }

    @Test
    void strangersComeFromNoMembersAddress() throws UnknownHostException {
        Set<InetAddress> addresses = new HashSet<>();
        for (Kind kind : Kind.values()) {
            InetAddress address = InetAddress.getByAddress(kind.from(7));
            assertThat(address.isLoopbackAddress()).isTrue();
            assertThat(address.getHostAddress()).isNotEqualTo("127.0.0.1");
            assertThat(addresses.add(address)).as("%s", kind).isTrue();
        }
        Set<InetAddress> many = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            many.add(InetAddress.getByAddress(Kind.MANY_ADDRESSES.from(i)));
        }
        assertThat(many).hasSize(1000);
    }
}
