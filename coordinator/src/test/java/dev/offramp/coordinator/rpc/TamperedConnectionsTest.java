package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.offramp.proto.tampered.Damage;
import dev.offramp.proto.tampered.Http2Attack;
import dev.offramp.proto.tampered.Http2Attack.Call;
import dev.offramp.proto.tampered.Http2Bytes;
import dev.offramp.proto.tampered.PatientStranger;
import dev.offramp.proto.tampered.Relay;
import dev.offramp.proto.v1.DrainNodeRequest;
import dev.offramp.proto.v1.JoinRequest;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes to a coordinator's port and is no call of a gRPC client: bytes, frames and headers of any kind, and recorded
 * connections that were damaged. No stranger moves it, none is left, and none makes it say that something unexpected has
 * happened.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class TamperedConnectionsTest {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int CONNECTIONS_PER_SEED = 3;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int RECORDINGS_PER_SEED = 60;

    private static final long MEMORY_GROWTH_BYTES = 32L << 20;

    private Alarms alarms;
    private long usedBytes;
    private Besieged plain;
    private Besieged members;
    private List<byte[]> looking;
    private List<byte[]> changing;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        alarms = new Alarms();
        plain = Besieged.plain(directory.resolve("plain"));
        members = Besieged.withCertificates(directory.resolve("members"));
        looking = recorded(plain.port(), operator -> {
            var unusedNodes = operator.control().listNodes(ListNodesRequest.getDefaultInstance());
            var unusedSnapshot =
                    operator.control().watch(WatchRequest.getDefaultInstance()).next();
        });
        changing = recorded(plain.port(), operator -> {
            var unusedPush = operator.push();
            var unusedEpoch = operator.control().applyPlacement(Operator.placement("n1", "n1"));
        });
        plain.assertUnmoved();
        usedBytes = usedBytes();
    }

    @AfterAll
    void stop() throws Exception {
        try (Alarms closing = alarms;
                Besieged one = plain;
                Besieged other = members) {
            assertThat(usedBytes() - usedBytes)
                    .as("bytes that strangers have left")
                    .isLessThan(MEMORY_GROWTH_BYTES);
            closing.assertNone();
        }
    }

    /** On the heap and beside it, of what is still needed. */
    private static long usedBytes() {
        ManagementFactory.getMemoryMXBean().gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }

    private interface Calls {
        void make(Operator operator) throws Exception;
    }

    /** What a real client sends, on two connections. */
    private static List<byte[]> recorded(int port, Calls calls) throws Exception {
        List<byte[]> all = new ArrayList<>();
        try (Relay relay = new Relay(port)) {
            for (int i = 0; i < 2; i++) {
                ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", relay.port())
                        .usePlaintext()
                        .build();
                calls.make(new Operator(channel));
                channel.shutdownNow();
                channel.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
            all.addAll(relay.sent());
        }
        assertThat(all).hasSize(2).allSatisfy(one -> assertThat(one.length).isGreaterThan(200));
        return all;
    }

    private static List<Call> calls() {
        return List.of(
                new Call("offramp.v1.Control/ListNodes", new byte[0]),
                new Call("offramp.v1.Control/Watch", new byte[0]),
                new Call("offramp.v1.Enrolment/Join", join(ByteString.copyFromUtf8("no request"))),
                // A sequence in a sequence in a sequence.
                new Call("offramp.v1.Enrolment/Join", join(ByteString.fromHex("3080".repeat(5000)))));
    }

    private static byte[] join(ByteString request) {
        return JoinRequest.newBuilder()
                .setTokenId("0123abcd")
                .setSecret("x".repeat(32))
                .setCsr(request)
                .build()
                .toByteArray();
    }

    /** Where a stranger's do not count, also those that change something. */
    private static List<Call> calls(Besieged besieged) {
        List<Call> calls = new ArrayList<>(calls());
        if (besieged.hasCertificates()) {
            calls.add(new Call(
                    "offramp.v1.Control/DrainNode",
                    DrainNodeRequest.newBuilder().setNode("n1").build().toByteArray()));
            calls.add(new Call(
                    "offramp.v1.Control/ApplyPlacement",
                    Operator.placement("n1").toByteArray()));
        }
        return calls;
    }

    private static long[] seeds() {
        return new long[] {0, new SplittableRandom().nextLong()};
    }

    private List<Besieged> all() {
        return List.of(plain, members);
    }

    @ParameterizedTest
    @EnumSource
    void noBytesOfAStrangerMoveIt(Http2Attack attack) throws Exception {
        for (long seed : seeds()) {
            RandomGenerator random = new SplittableRandom(seed);
            for (Besieged besieged : all()) {
                try {
                    for (int i = 0; i < CONNECTIONS_PER_SEED; i++) {
                        talk(besieged, attack.connection(calls(besieged), random), random);
                    }
                    besieged.assertUnmoved();
                } catch (Exception | AssertionError e) {
                    throw new AssertionError("seed " + seed, e);
                }
            }
        }
        alarms.assertNone();
    }

    static Stream<Long> recordingSeeds() {
        return Stream.of(0L, 1L, new SplittableRandom().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("recordingSeeds")
    void damagedRecordingsOfMembersMoveNothing(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        for (int i = 0; i < RECORDINGS_PER_SEED; i++) {
            int one = random.nextInt(looking.size());
            talk(members, tampered(changing.get(one), random), random);
            // Where a stranger's calls count, none that would change something must come out.
            talk(plain, tampered(looking.get(one), random), random);
        }
        for (Besieged besieged : all()) {
            besieged.assertUnmoved();
        }
        alarms.assertNone();
    }

    /** Bits, or whole frames: gone, twice, or in another order. */
    private static byte[] tampered(byte[] recording, RandomGenerator random) {
        if (random.nextBoolean()) {
            return Damage.done(recording, random);
        }
        List<byte[]> frames = new ArrayList<>(Http2Bytes.frames(recording));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int one = random.nextInt(frames.size());
            int other = random.nextInt(frames.size());
            switch (random.nextInt(4)) {
                case 0 -> Collections.swap(frames, one, other);
                case 1 -> frames.add(one, frames.get(other));
                case 2 -> frames.set(one, Damage.done(frames.get(one), random));
                default -> frames.subList(one, frames.size()).clear();
            }
            if (frames.isEmpty()) {
                return Http2Bytes.preface();
            }
        }
        return Damage.joined(Http2Bytes.preface(), Damage.joined(frames.toArray(byte[][]::new)));
    }

    /** What is no handshake, or a damaged one. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("recordingSeeds")
    void handshakesThatAreNoneMoveNothing(long seed) throws Exception {
        RandomGenerator random = new SplittableRandom(seed);
        byte[] handshake = recordedHandshake();
        for (int i = 0; i < RECORDINGS_PER_SEED; i++) {
            byte[] bytes = random.nextInt(4) == 0 ? changing.getFirst() : Damage.done(handshake, random);
            talk(new Socket("127.0.0.1", members.port()), bytes, random);
        }
        members.assertUnmoved();
        alarms.assertNone();
    }

    private byte[] recordedHandshake() throws Exception {
        try (Relay relay = new Relay(members.port());
                Socket socket = Besieged.secured(new Socket("127.0.0.1", relay.port()))) {
            socket.getOutputStream().write(Http2Bytes.preface());
            return relay.sent().getFirst();
        }
    }

    /** Those that send nothing, or half of something, and do not go. */
    @Test
    void strangersThatStopInTheMiddleAreShownOut() throws Exception {
        for (Besieged besieged : all()) {
            List<Socket> silent = new ArrayList<>();
            byte[] whole = Http2Attack.A_MESSAGE_SHORTER_THAN_IT_SAYS.connection(calls(), new SplittableRandom(3));
            for (int bytes : new int[] {0, 3, 24, 30, 60, whole.length - 5}) {
                Socket socket = besieged.connect();
                silent.add(socket);
                socket.getOutputStream().write(whole, 0, bytes);
                socket.getOutputStream().flush();
            }
            for (Socket socket : silent) {
                awaitEnd(socket);
            }
            besieged.assertUnmoved();
        }
    }

    @Test
    void whoeverResetsCallsAsFastAsItCanIsCutOff() throws Exception {
        try (PatientStranger stranger = new PatientStranger(plain.connect())) {
            byte[] resets = Http2Attack.CALLS_THAT_ARE_RESET_AT_ONCE.connection(calls(), new SplittableRandom(4));
            for (byte[] frame : Http2Bytes.frames(resets)) {
                stranger.write(frame);
            }
            assertThat(stranger.awaitEnd()).isEqualTo(ENHANCE_YOUR_CALM);
        } catch (SocketException e) {
            // It was cut off before it had sent all.
        }
        plain.assertUnmoved();
    }

    @Test
    void strangersWithoutACertificateThatAnswerPatientlyAreShownOut() throws Exception {
        try (PatientStranger stranger = new PatientStranger(members.connect())) {
            var unused = stranger.awaitEnd();
        }
        members.assertUnmoved();
    }

    private static void talk(Besieged besieged, byte[] bytes, RandomGenerator random) throws IOException {
        try {
            talk(besieged.connect(), bytes, random);
        } catch (SocketException | SSLException e) {
            // It was refused before it had said anything.
        }
    }

    /** Says all of it, and goes in one of several ways; one of them is to wait until the other has gone. */
    private static void talk(Socket connection, byte[] bytes, RandomGenerator random) throws IOException {
        try (Socket socket = connection) {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            switch (random.nextInt(3)) {
                case 0 -> socket.setSoLinger(true, 0);
                case 1 -> {
                    socket.shutdownOutput();
                    awaitEnd(socket);
                }
                default -> {
                    // It just closes.
                }
            }
        } catch (SocketException | SSLException e) {
            // It was refused before it had said all.
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        try (socket) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] unread = new byte[8192];
            while (socket.getInputStream().read(unread) >= 0) {
                // What the coordinator had to say.
            }
        } catch (SocketException | SSLException e) {
            // It was ended with a reset.
        }
    }
}
