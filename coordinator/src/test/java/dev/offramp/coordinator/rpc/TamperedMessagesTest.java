package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import dev.offramp.coordinator.Members;
import dev.offramp.proto.access.AccessTable;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.tampered.Damage;
import dev.offramp.proto.v1.AttachmentGrpc;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.EnrolmentGrpc;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.Node;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages of every method of a coordinator that say anything, whole and damaged, from members who may call it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class TamperedMessagesTest {
    private static final int CALLS_PER_METHOD = 12;
    private static final int MOST_MESSAGES = 3;

    /** What only a bug answers. */
    private static final Set<Status.Code> BUGS =
            EnumSet.of(Status.Code.UNKNOWN, Status.Code.INTERNAL, Status.Code.DEADLINE_EXCEEDED);

    private Alarms alarms;
    private Members members;
    private ManagedChannel administrator;
    private ManagedChannel agent;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        alarms = new Alarms();
        members = Members.start(directory);
        administrator = members.channel(members.issue(Identity.of(Role.ADMIN, "alice")));
        agent = members.channel(members.issue(Identity.of(Role.AGENT, "n1")));
    }

    @AfterAll
    void stop() {
        try (Alarms closing = alarms;
                Members open = members) {
            closing.assertNone();
        }
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 2), LongStream.of(new SplittableRandom().nextLong()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void getAnAnswerOrATypedRefusal(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        List<String> bugs = new ArrayList<>();
        for (ServiceDescriptor service : List.of(
                ControlGrpc.getServiceDescriptor(),
                AttachmentGrpc.getServiceDescriptor(),
                EnrolmentGrpc.getServiceDescriptor())) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                for (int call = 0; call < CALLS_PER_METHOD; call++) {
                    List<byte[]> messages = messages(method, random);
                    Status.Code answer = RawCall.of(channel(method), method, messages);
                    if (BUGS.contains(answer)) {
                        bugs.add("%s of seed %d: %s to call %d"
                                .formatted(method.getFullMethodName(), seed, answer, call));
                    }
                }
            }
        }
        assertThat(bugs).isEmpty();
        assertThat(ControlGrpc.newBlockingStub(administrator)
                        .listNodes(ListNodesRequest.getDefaultInstance())
                        .getNodesList())
                .noneMatch(Node::getUp);
    }

    private ManagedChannel channel(MethodDescriptor<?, ?> method) {
        return AccessTable.method(method.getFullMethodName()).orElseThrow().contains(Role.ADMIN)
                ? administrator
                : agent;
    }

    private static Descriptor request(MethodDescriptor<?, ?> method) {
        var supplier = (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor();
        return supplier.getMethodDescriptor().getInputType();
    }

    private static List<byte[]> messages(MethodDescriptor<?, ?> method, RandomGenerator random) {
        int count = method.getType().clientSendsOneMessage() ? 1 : 1 + random.nextInt(MOST_MESSAGES);
        return Stream.generate(() -> message(request(method), random))
                .limit(count)
                .toList();
    }

    private static byte[] message(Descriptor type, RandomGenerator random) {
        byte[] whole = AnyMessage.of(type, random).toByteArray();
        if (whole.length == 0 || random.nextBoolean()) {
            return whole;
        }
        return Damage.done(whole, random);
    }
}
