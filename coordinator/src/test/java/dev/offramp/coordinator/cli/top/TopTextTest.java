package dev.offramp.coordinator.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.WireException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopTextTest {
    private static final int COLUMNS = 100;

    @Test
    void fitsAHundredColumns() throws WireException {
        assertThat(new TopText(new Paint(false)).lines(view()))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
    }

    @Test
    void looksLikeThis() throws WireException {
        assertThat(String.join("\n", new TopText(new Paint(false)).lines(view())))
                .isEqualTo("""
                        offramp  coordinator up 1m15s   epoch 1   window 5.00 s   conservation residual 0
                        strangers refused  flood 1,500   no_certificate 3

                        NODE       BOARD                              STATE    QUEUE         BUSY  SERVICE SERVED/s      RSS
                        opi-1      Orange Pi Zero (emulated)          up       ██···· 3/8  60.0 %  15.0 ms     40.0   97 MiB
                            71.3 °C, frequency capped, under voltage since boot, storage read-only, clock 3.2 s behind
                          per job  queue 8.00 ms  compute 15.0 ms  serialise 0.05 ms  network 2.00 ms
                          priority 0: 2 queued, lost 25.0 %   3: 1 queued, lost 0.0 %
                        rpi-1      Raspberry Pi 3 Model A+ (emulated) up       ██···· 3/8  60.0 %  6.00 ms      100   97 MiB
                          per job  queue 8.00 ms  compute 6.00 ms  serialise 0.05 ms  network 2.00 ms
                          priority 0: 2 queued, lost 25.0 %   3: 1 queued, lost 0.0 %
                        rpi-2      Raspberry Pi 3 Model A+ (emulated) down 4s  ······ 0/8   0.0 %        –        0   97 MiB
                          priority 0: 2 queued, lost 25.0 %   3: 1 queued, lost 0.0 %

                        roadside  policy 2   accepted 105/s   completed 90.0/s   lost 10.0/s   in flight 75
                          loss     10.0 %  expired 1.0 %   queue_full 9.0 %
                          accuracy 84.4 %  of 450 with known truth
                          exits    1 ▄ 44 %  2 ▅ 56 %
                          latency  p50 20.0  p95 90.9  p99 92.3   mean 25.0 = queueing 8.00 + compute 15.0 + network 2.00 ms
                          refused  busy 10
                          codecs   fp32  int8+zstd""");
    }

    @Test
    void jsonSaysTheSame() throws WireException {
        ObjectNode json = TopJson.of(view());

        assertThat(json.at("/strangersRefused/flood").asLong()).isEqualTo(1500);
        assertThat(json.at("/nodes/1/node").asText()).isEqualTo("rpi-1");
        assertThat(json.at("/nodes/0/condition/problemsNow/0").asText()).isEqualTo("frequency_capped");
        assertThat(json.at("/nodes/0/condition/clockOffsetMillis").asLong()).isEqualTo(-3210);
        assertThat(json.at("/nodes/1/condition/temperatureCelsius").isNull()).isTrue();
        assertThat(json.at("/nodes/1/emulated").asBoolean()).isTrue();
        assertThat(json.at("/services/0/window/lostByReason/queue_full").asLong())
                .isEqualTo(45);
        assertThat(json.at("/services/0/total/accepted").asLong()).isEqualTo(15 * 105);
        assertThat(json.at("/nodes/2/meanServiceMillis").isNull()).isTrue();
        assertThat(json.at("/services/0/codecs/1").asText()).isEqualTo("int8+zstd");
    }

    @Test
    void refreshesInPlaceOnATerminalOnly() {
        StringWriter terminal = new StringWriter();
        LiveScreen live = new LiveScreen(new PrintWriter(terminal), true);
        live.show(List.of("a", "b"));
        live.show(List.of("c"));
        StringWriter file = new StringWriter();
        LiveScreen plain = new LiveScreen(new PrintWriter(file), false);
        plain.show(List.of("a", "b"));
        plain.say("said");
        plain.show(List.of("c"));

        assertThat(terminal.toString()).contains("\u001b[2A").contains("c");
        assertThat(file.toString()).isEqualTo("a\nb\n\nsaid\nc\n\n");
    }

    private static TopView view() throws WireException {
        return TopView.between(SnapshotReader.read(Snapshots.after(10)), SnapshotReader.read(Snapshots.after(15)));
    }
}
