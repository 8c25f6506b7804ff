package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.Register;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Agents that have acted on epochs and versions of which this coordinator knows nothing. */
@Tag("slow")
class ActedOnTest {
    @TempDir
    private Path directory;

    private PlainCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = PlainCoordinator.start(directory.resolve("coordinator"));
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    static Stream<Register> impossible() {
        long tooMany = MostIssued.by(Instant.now().plusSeconds(3600));
        return Stream.of(
                FakeAgent.registration("n1").setEpoch(tooMany).build(),
                FakeAgent.registration("n1").setEpoch(Long.MAX_VALUE).build(),
                FakeAgent.registration("n1").setEpoch(-1).build(),
                FakeAgent.registration("n1")
                        .putPolicyVersions("roadside", tooMany)
                        .build(),
                FakeAgent.registration("n1").putPolicyVersions("roadside", -1).build());
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void whatNoCoordinatorCanHaveIssuedIsRefusedAndCounted(Register registration) throws Exception {
        try (FakeAgent agent = FakeAgent.attach(coordinator.channel(), registration, command -> "")) {
            assertThat(agent.end())
                    .hasMessageContaining("INVALID_ARGUMENT")
                    .hasMessageContaining("expected 0 to")
                    .hasMessageContaining("delete them");
        }
        assertThat(coordinator.refusals()).containsEntry(Refusal.NEVER_ISSUED, 1L);
    }

    @Test
    void feedsThatNoCoordinatorCanHaveIssuedAreRefusedAndCounted() throws Exception {
        try (FakeAgent agent = FakeAgent.attach(coordinator.address(), "n1")) {
            agent.send(AgentReport.newBuilder()
                    .setAck(Ack.newBuilder().setFeedsVersion(Long.MAX_VALUE))
                    .build());

            assertThat(agent.end()).hasMessageContaining("node n1 has acted on feeds " + Long.MAX_VALUE);
        }
        assertThat(coordinator.refusals()).containsEntry(Refusal.NEVER_ISSUED, 1L);
    }

    @Test
    void aNodeThatClaimsTheMostKeepsNobodyOutNotEvenOfACoordinatorThatBeginsAnew() throws Exception {
        long most = MostIssued.by(Instant.now());
        long epoch;
        coordinator.operator().push();
        try (FakeAgent liar = coordinator.attach(
                        FakeAgent.registration("n2").setEpoch(most).build());
                FakeAgent honest = coordinator.attach("n1")) {
            epoch = place();
            assertThat(epoch).isEqualTo(most + 1);
        }
        coordinator.close();
        coordinator = PlainCoordinator.start(directory.resolve("anew"));
        coordinator.operator().push();

        try (FakeAgent honest =
                coordinator.attach(FakeAgent.registration("n1").setEpoch(epoch).build())) {
            assertThat(place()).isEqualTo(epoch + 1);
        }
    }

    private long place() {
        return coordinator
                .operator()
                .control()
                .applyPlacement(Operator.placement("n1", "n1"))
                .getEpoch();
    }
}
