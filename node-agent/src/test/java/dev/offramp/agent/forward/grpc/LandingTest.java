package dev.offramp.agent.forward.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.proto.WireException;
import dev.offramp.proto.stream.Payload;
import dev.offramp.proto.v1.Transfer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class LandingTest {
    private static final int MAX_BYTES = 64 << 20;

    private final Landing landing = new Landing(MAX_BYTES);

    private static Transfer header(long totalBytes) {
        return Transfer.newBuilder().setTotalBytes(totalBytes).build();
    }

    private static Payload payload(int bytes) {
        return Payload.of(ByteBuffer.allocate(bytes));
    }

    @Test
    void takesNoMemoryForALengthThatIsOnlySaid() throws Exception {
        assertThat(landing.begin(header(MAX_BYTES), payload(1000))).isEqualTo(new Landing.State.UnderWay());
        assertThat(landing.reservedBytes()).isLessThan(1 << 20);

        for (int came = 1000; came < MAX_BYTES - 1_000_000; came += 1_000_000) {
            assertThat(landing.goOn(payload(1_000_000))).isEqualTo(new Landing.State.UnderWay());
            assertThat(landing.reservedBytes()).isLessThanOrEqualTo(2L * (came + 1_000_000));
        }
    }

    @Test
    void believesANeighbourThatHasKeptItsWord() throws Exception {
        landing.begin(header(5_000_000), payload(1_000_000));
        assertThat(landing.reservedBytes()).isLessThan(5_000_000);
        landing.goOn(payload(4_000_000));

        landing.begin(header(5_000_000), payload(1));
        assertThat(landing.reservedBytes()).isEqualTo(5_000_000);
        landing.goOn(payload(4_999_999));

        landing.begin(header(6_000_000), payload(1));
        assertThat(landing.reservedBytes()).isEqualTo(5_000_000);
    }

    @Test
    void keepsNothingOfWhatIsTooLarge() throws Exception {
        landing.begin(header(MAX_BYTES + 1L), payload(1));
        for (int came = 0; came < MAX_BYTES - (1 << 20); came += 1 << 20) {
            assertThat(landing.goOn(payload(1 << 20))).isEqualTo(new Landing.State.UnderWay());
            assertThat(landing.reservedBytes()).isZero();
        }
        assertThat(landing.goOn(payload(1 << 20)))
                .isInstanceOfSatisfying(Landing.State.Oversize.class, oversize -> assertThat(oversize.why())
                        .contains("67108865 bytes")
                        .contains("67108864"));
    }

    @Test
    void saysWhatIsWrongWithAPiece() throws Exception {
        assertThatThrownBy(() -> landing.goOn(payload(5)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("a piece of 5 bytes without a transfer");
        landing.begin(header(10), payload(4));
        assertThatThrownBy(() -> landing.begin(header(10), payload(4)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("after 4 of 10 bytes");
        assertThatThrownBy(() -> landing.goOn(payload(7)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("11 bytes of an activation: expected 10");
    }
}
