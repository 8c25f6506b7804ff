package dev.offramp.agent.forward.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.proto.WireException;
import dev.offramp.proto.stream.Payload;
import dev.offramp.proto.v1.Transfer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LandingTest {
    private static final int MAX_BYTES = 64 << 20;

    private static final int MAX_IDLE_BYTES = 8 << 20;

    private final LandingMemory memory = new LandingMemory(MAX_IDLE_BYTES);
    private final Landing landing = new Landing(memory, MAX_BYTES);

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

    @Test
    void takesTheSameMemoryForJobAfterJob() throws Exception {
        for (int job = 0; job < 100; job++) {
            landing.begin(header(900_000), payload(500_000));
            Landing.State.Whole whole = (Landing.State.Whole) landing.goOn(payload(400_000));
            assertThat(whole.activation().size()).isEqualTo(900_000);
            assertThat(whole.activation().bytes().isDirect()).isTrue();
            whole.activation().handBack().run();
            whole.activation().handBack().run();
        }
        assertThat(memory.idleBytes()).isLessThanOrEqualTo(2 * 1_000_000);
    }

    @Test
    void lendsNoMemoryTwice() {
        LandingMemory.Loan one = memory.lend(1000);
        LandingMemory.Loan other = memory.lend(1000);
        one.buffer().put(0, (byte) 1);
        assertThat(other.buffer().get(0)).isZero();
        one.handBack();
        one.handBack();

        LandingMemory.Loan third = memory.lend(1000);
        LandingMemory.Loan fourth = memory.lend(1000);

        assertThat(third.buffer()).isSameAs(one.buffer());
        assertThat(fourth.buffer()).isNotSameAs(one.buffer());
    }

    @Test
    void keepsNoMoreForLaterThanItMay() {
        List<LandingMemory.Loan> loans =
                IntStream.range(0, 12).mapToObj(i -> memory.lend(1 << 20)).toList();
        loans.forEach(LandingMemory.Loan::handBack);
        memory.lend(MAX_IDLE_BYTES + 1L).handBack();

        assertThat(memory.idleBytes()).isEqualTo(MAX_IDLE_BYTES);
        assertThat(memory.lend(100).buffer().capacity()).isEqualTo(100);
    }

    @Test
    void handsBackWhatStaysIncomplete() throws Exception {
        landing.begin(header(10_000), payload(4));
        landing.close();

        assertThat(memory.idleBytes()).isEqualTo(10_000);
        assertThatThrownBy(() -> landing.goOn(payload(4))).isInstanceOf(WireException.class);
    }
}
