package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.offramp.coordinator.Samples;
import dev.offramp.proto.Codec;
import dev.offramp.proto.v1.AgentReport;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.Command.MessageCase;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.FetchPiece;
import dev.offramp.proto.v1.FetchRequest;
import dev.offramp.proto.v1.GetPlacementRequest;
import dev.offramp.proto.v1.GetPolicyRequest;
import dev.offramp.proto.v1.ListModelsRequest;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.ShadowRow;
import dev.offramp.proto.v1.Telemetry;
import dev.offramp.proto.v1.Verdict;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class CoordinatorRpcTest {
    @TempDir
    private Path directory;

    private PlainCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = PlainCoordinator.start(directory);
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private ControlGrpc.ControlBlockingStub control() {
        return coordinator.operator().control();
    }

    private FakeAgent attach(String node) {
        return coordinator.attach(node);
    }

    private static Status.Code code(Throwable e) {
        return Status.fromThrowable(e).getCode();
    }

    @Test
    void listsNodesWithTheirLastReport() {
        try (FakeAgent agent = attach("n1")) {
            agent.beat();
            List<Node> nodes =
                    control().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList();

            assertThat(nodes).singleElement().satisfies(node -> {
                assertThat(node.getRegistration().getBoard()).isEqualTo("test board");
                assertThat(node.getUp()).isTrue();
            });
        }
    }

    @Test
    void firstReportMustRegister() throws Exception {
        try (FakeAgent agent = FakeAgent.silent(coordinator.address())) {
            agent.send(AgentReport.newBuilder()
                    .setTelemetry(Telemetry.getDefaultInstance())
                    .build());

            assertThat(agent.end()).hasMessageContaining("expected register");
        }
    }

    @Test
    void nameThatIsNoNameIsRefused() throws Exception {
        try (FakeAgent agent = FakeAgent.attach(coordinator.address(), "Not A Name")) {
            assertThat(agent.end()).hasMessageContaining("'Not A Name' is not a name");
        }
    }

    @Test
    void pushedFilesAreFetchedFromAnyOffset() throws Exception {
        assertThat(coordinator.operator().push().getAlreadyThere()).isFalse();

        Iterator<FetchPiece> pieces = AttachmentGrpc.newBlockingStub(
                        coordinator.operator().channel())
                .withDeadlineAfter(Operator.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .fetch(FetchRequest.newBuilder()
                        .setSha256(
                                Operator.MODEL.partitions().getFirst().digest().hex())
                        .setOffset(10)
                        .build());

        assertThat(pieces.next().getBytes())
                .isEqualTo(ByteString.copyFrom(Samples.file("roadside", 0)).substring(10));
        assertThat(pieces.hasNext()).isFalse();
    }

    @Test
    void pushingAgainChangesNothing() throws Exception {
        coordinator.operator().push();

        assertThat(coordinator.operator().push().getAlreadyThere()).isTrue();
        assertThat(control().listModels(ListModelsRequest.getDefaultInstance()).getModelsList())
                .containsExactly(Codec.write(Operator.MODEL));
    }

    @Test
    void changedFileIsRefusedAndNothingIsKept() {
        byte[] changed = Samples.file("roadside", 1);
        changed[0]++;

        assertThatThrownBy(() -> coordinator.operator().push(Samples.file("roadside", 0), changed))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("another SHA-256");
        assertThat(control().listModels(ListModelsRequest.getDefaultInstance()).getModelsList())
                .isEmpty();
    }

    @Test
    void sizesWhoseSumOverflowsAreRefused() {
        var model = Codec.write(Samples.model("roadside", 3)).toBuilder();
        model.getPartitionsBuilder(0).setFileBytes(Long.MAX_VALUE);
        model.getPartitionsBuilder(1).setFileBytes(Long.MAX_VALUE);

        assertThatThrownBy(() -> coordinator.operator().push(model.build())).hasMessageContaining("expected at most");
    }

    @Test
    void unknownFileIsNotFound() {
        Iterator<FetchPiece> pieces = AttachmentGrpc.newBlockingStub(
                        coordinator.operator().channel())
                .withDeadlineAfter(Operator.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .fetch(FetchRequest.newBuilder().setSha256("0".repeat(64)).build());

        assertThatThrownBy(pieces::hasNext)
                .isInstanceOf(StatusRuntimeException.class)
                .satisfies(e -> assertThat(code(e)).isEqualTo(Status.Code.NOT_FOUND));
    }

    @Test
    void placementReachesNodesInOrderAndSurvivesARestart() throws Exception {
        coordinator.operator().push();
        try (FakeAgent one = attach("n1");
                FakeAgent two = attach("n2")) {
            assertThat(control().applyPlacement(Operator.placement("n1", "n2")).getEpoch())
                    .isEqualTo(1);
            for (FakeAgent agent : List.of(one, two)) {
                assertThat(agent.next().getMessageCase()).isEqualTo(MessageCase.PREPARE);
                assertThat(agent.next().getMessageCase()).isEqualTo(MessageCase.POLICY);
                assertThat(agent.next().getMessageCase()).isEqualTo(MessageCase.ACTIVATE);
            }
        }
        stop();
        start();

        assertThat(control()
                        .getPlacement(GetPlacementRequest.getDefaultInstance())
                        .getPlacement()
                        .getEpoch())
                .isEqualTo(1);
        assertThat(control().listModels(ListModelsRequest.getDefaultInstance()).getModelsCount())
                .isEqualTo(1);
        try (FakeAgent one = attach("n1")) {
            Command prepare = one.next();
            assertThat(prepare.getPrepare().getPlacement().getEpoch()).isEqualTo(1);
            assertThat(one.next().getPolicy().getPolicy().getVersion()).isEqualTo(1);
            assertThat(one.next().getActivate().getEpoch()).isEqualTo(1);
        }
    }

    @Test
    void nodeThatCannotPrepareIsNamed() throws Exception {
        coordinator.operator().push();
        try (FakeAgent one = attach("n1");
                FakeAgent two = FakeAgent.attach(
                        coordinator.address(),
                        "n2",
                        command -> command.hasPrepare()
                                        && command.getPrepare().getPlacement().getEpoch() == 1
                                ? "no space left on device"
                                : "")) {
            coordinator.operator().awaitUp("n2");

            assertThatThrownBy(() -> control().applyPlacement(Operator.placement("n1", "n2")))
                    .hasMessageContaining("epoch 1 is undone: node n2 could not prepare it: no space left on device");
            for (FakeAgent agent : List.of(one, two)) {
                assertThat(agent.next().getMessageCase()).isEqualTo(MessageCase.PREPARE);
            }
        }
    }

    @Test
    void acknowledgedPolicyVersionsAreShown() throws Exception {
        coordinator.operator().push();
        try (FakeAgent one = attach("n1")) {
            control().applyPlacement(Operator.placement("n1", "n1"));
            assertThat(one.next().getMessageCase()).isEqualTo(MessageCase.PREPARE);

            var policy = control()
                    .getPolicy(
                            GetPolicyRequest.newBuilder().setService("roadside").build());

            assertThat(policy.getPolicy().getVersion()).isEqualTo(1);
            assertThat(policy.getAcknowledgedMap()).containsEntry("n1", 1L);
        }
    }

    private static AgentReport shadowRow(Verdict... exits) {
        return AgentReport.newBuilder()
                .setTelemetry(Telemetry.newBuilder()
                        .setQueuedJobs(7)
                        .addShadowRows(ShadowRow.newBuilder()
                                .setService("roadside")
                                .setChain("a")
                                .setNumber(1)
                                .addAllExits(List.of(exits))))
                .build();
    }

    @Test
    void shadowJobsAreRecordedOnceAndForgottenWhenTheirIngressBeginsAnew() throws Exception {
        coordinator.operator().push();
        Verdict verdict = Verdict.newBuilder().setConfidence(0.5f).build();
        try (FakeAgent one = attach("n1")) {
            one.send(shadowRow(verdict, verdict));
            one.send(shadowRow(verdict, verdict));
            control().applyPlacement(Operator.placement("n1", "n1"));
            assertThat(shadowRows())
                    .as("told before the placement was acknowledged")
                    .isEqualTo(2);
            assertThat(control()
                            .listNodes(ListNodesRequest.getDefaultInstance())
                            .getNodes(0)
                            .getTelemetry()
                            .getShadowRowsCount())
                    .isZero();
        }
        try (FakeAgent again = attach("n1")) {
            assertThat(again.next().getMessageCase()).isEqualTo(MessageCase.PREPARE);
            assertThat(shadowRows()).isZero();
        }
    }

    private long shadowRows() {
        return control()
                .getPolicy(GetPolicyRequest.newBuilder().setService("roadside").build())
                .getShadowRows();
    }

    @Test
    void anAgentWithMalformedRowsOfShadowJobsIsRefused() throws Exception {
        try (FakeAgent one = attach("n1")) {
            one.send(shadowRow(Verdict.newBuilder().setConfidence(2).build()));
            assertThat(one.end()).hasMessageContaining("malformed verdict");
        }
    }
}
