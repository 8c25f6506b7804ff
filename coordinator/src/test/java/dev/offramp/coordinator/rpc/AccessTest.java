package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.offramp.coordinator.Members;
import dev.offramp.proto.access.AccessTable;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.EnrolmentGrpc;
import dev.offramp.proto.v1.JoinRequest;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of rights, as a coordinator with certificates enforces it over real connections. */
class AccessTest {
    private static final Set<Status.Code> REFUSED = Set.of(Status.Code.PERMISSION_DENIED, Status.Code.UNAUTHENTICATED);

    private static List<MethodDescriptor<?, ?>> served() {
        return Stream.of(
                        ControlGrpc.getServiceDescriptor(),
                        AttachmentGrpc.getServiceDescriptor(),
                        EnrolmentGrpc.getServiceDescriptor())
                .<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream())
                .toList();
    }

    /** What an empty request gets. */
    private static Status.Code call(ManagedChannel channel, MethodDescriptor<?, ?> method) throws Exception {
        return RawCall.of(channel, method, List.of(new byte[0]));
    }

    @Test
    void everyMethodIsOpenToTheRolesOfTheTableAndToNobodyElse(@TempDir Path directory) throws Exception {
        try (Members members = Members.start(directory)) {
            List<String> wrong = new ArrayList<>();
            for (Role role : Role.enrolled()) {
                ManagedChannel channel = members.channel(members.issue(identity(role)));
                for (MethodDescriptor<?, ?> method : served()) {
                    String name = method.getFullMethodName();
                    boolean may = AccessTable.method(name).orElseThrow().contains(role);
                    Status.Code answer = call(channel, method);
                    if (REFUSED.contains(answer) == may) {
                        wrong.add("%s as %s: %s".formatted(name, role, answer));
                    }
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    private static Identity identity(Role role) {
        return role == Role.CAMERA
                ? Identity.parse("offramp://camera/gate-1?service=roadside&rate=30&bytes=1048576")
                : Identity.of(role, "somebody");
    }

    @Test
    void withoutACertificateThereIsNothingButJoining(@TempDir Path directory) throws Exception {
        try (Members members = Members.start(directory)) {
            List<String> open = new ArrayList<>();
            for (MethodDescriptor<?, ?> method : served()) {
                if (!REFUSED.contains(call(members.channelWithoutCertificate(), method))) {
                    open.add(method.getFullMethodName());
                }
            }
            assertThat(open).containsExactly("offramp.v1.Enrolment/Join");
        }
    }

    @Test
    void aStrangerThatCallsAndCallsIsShownOut(@TempDir Path directory) throws Exception {
        try (Members members = Members.start(directory)) {
            ManagedChannel channel = members.channelWithoutCertificate();
            for (int i = 0; i < 16; i++) {
                assertThat(call(channel, ControlGrpc.getListNodesMethod())).isEqualTo(Status.Code.UNAUTHENTICATED);
            }
            assertThat(call(channel, ControlGrpc.getListNodesMethod()))
                    .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNAVAILABLE);
            assertThat(members.refusals()).containsEntry(Refusal.FLOOD, 1L);
        }
    }

    @Test
    void joiningTakesNoMoreThanItNeeds(@TempDir Path directory) throws Exception {
        try (Members members = Members.start(directory)) {
            ManagedChannel channel = members.channelWithoutCertificate();
            MethodDescriptor<?, ?> join = EnrolmentGrpc.getJoinMethod();
            byte[] large = JoinRequest.newBuilder()
                    .setCsr(ByteString.copyFrom(new byte[17 << 10]))
                    .build()
                    .toByteArray();
            assertThat(RawCall.of(channel, join, List.of(large))).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            byte[] usual = JoinRequest.newBuilder()
                    .setCsr(ByteString.copyFrom(new byte[15 << 10]))
                    .build()
                    .toByteArray();
            assertThat(RawCall.of(channel, join, List.of(usual))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void certificatesOfStrangersDoNotEvenConnect(@TempDir Path directory) throws Exception {
        try (Members members = Members.start(directory)) {
            Identity admin = Identity.of(Role.ADMIN, "alice");
            MethodDescriptor<?, ?> method = ControlGrpc.getListNodesMethod();
            assertThat(call(members.channel(members.issue(admin)), method)).isEqualTo(Status.Code.OK);
            for (var stranger : Arrays.asList(
                    members.issueExpired(admin),
                    members.issueForeign(admin, directory.resolve("elsewhere")),
                    members.issue(Identity.of(Role.SIGNER, "coordinator")))) {
                assertThat(call(members.channel(stranger), method)).isEqualTo(Status.Code.UNAVAILABLE);
            }
            assertThat(call(
                            members.channel(members.issue(Identity.of(Role.VIEWER, "bob"))),
                            ControlGrpc.getSetPolicyMethod()))
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
            // A channel knocks again by itself.
            assertThat(members.refusals().get(Refusal.EXPIRED)).isPositive();
            assertThat(members.refusals().get(Refusal.FOREIGN_CA)).isPositive();
            assertThat(members.refusals().get(Refusal.WRONG_ROLE)).isGreaterThan(1);
        }
    }
}
