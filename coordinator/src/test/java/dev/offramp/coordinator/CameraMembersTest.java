package dev.offramp.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.v1.Frame;
import dev.offramp.proto.v1.FrameFate;
import dev.offramp.proto.v1.IngressGrpc;
import dev.offramp.proto.v1.OutcomeReport;
import dev.offramp.proto.v1.OutcomesRequest;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cameras that send as themselves, and who hears what becomes of their frames. */
@Tag("slow")
class CameraMembersTest extends JoinedCluster {
    private static final int ACCEPTED = 202;

    private int push(Credentials sender, String camera) throws Exception {
        MemberHttp http = http(sender);
        return http.client()
                .build()
                .send(
                        HttpRequest.newBuilder(http.uri(
                                        agents.get("n1").httpAddress().toString(),
                                        "/v1/services/roadside/cameras/" + camera))
                                .timeout(PATIENCE)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(picture()))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private ManagedChannel ingress(Credentials member) {
        return Grpc.newChannelBuilder(
                        agents.get("n1").dataAddress().toString(),
                        Tls.channel(
                                LiveCredentials.of(member, InstantSource.system()), peer -> peer.role() == Role.AGENT))
                .build();
    }

    /** What is heard on a stream: messages, and the status that it ended with. */
    private static final class Heard<T> implements StreamObserver<T> {
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

        @Override
        public void onNext(T message) {
            heard.add(message);
        }

        @Override
        public void onError(Throwable t) {
            heard.add(Status.fromThrowable(t).getCode());
        }

        @Override
        public void onCompleted() {
            heard.add(Status.Code.OK);
        }

        boolean hasHeard() {
            return !heard.isEmpty();
        }

        Object next() throws InterruptedException {
            return Objects.requireNonNull(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing was heard");
        }
    }

    private static Frame frame(String camera) throws IOException {
        return Frame.newBuilder()
                .setService("roadside")
                .setCamera(camera)
                .setImage(ByteString.copyFrom(picture()))
                .build();
    }

    private static Object fate(ManagedChannel channel, String camera) throws Exception {
        Heard<FrameFate> fates = new Heard<>();
        StreamObserver<Frame> frames = IngressGrpc.newStub(channel).frames(fates);
        frames.onNext(frame(camera));
        frames.onCompleted();
        return fates.next();
    }

    @Test
    void camerasSendAsThemselvesAndOnlyLookersOnHearWhatBecomesOfIt() throws Exception {
        start(Duration.ofHours(1), Duration.ofHours(1));
        for (String camera : List.of("gate-1", "gate-2")) {
            assertThat(ask("camera", "add", camera, "push", "--service", "roadside"))
                    .as(err)
                    .isZero();
        }
        Credentials gate =
                members.issue(Identity.parse("offramp://camera/gate-1?service=roadside&rate=1&bytes=1048576"));
        Credentials viewer = members.issue(Identity.of(Role.VIEWER, "bob"));
        Credentials editor = members.issue(Identity.of(Role.EDITOR, "alice"));
        Instant patience = Instant.now().plus(PATIENCE);
        int answer = push(gate, "gate-1");
        while (answer == 404) {
            assertThat(Instant.now()).as("n1 hears of its camera").isBefore(patience);
            answer = push(gate, "gate-1");
        }
        assertThat(answer).isEqualTo(ACCEPTED);
        assertThat(push(gate, "gate-1")).isEqualTo(429);
        assertThat(push(gate, "gate-2")).isEqualTo(403);
        assertThat(push(viewer, "gate-1")).isEqualTo(403);
        assertThat(push(editor, "gate-2")).isEqualTo(ACCEPTED);

        List<ManagedChannel> channels = List.of(ingress(gate), ingress(viewer), ingress(editor));
        try {
            Heard<OutcomeReport> outcomes = new Heard<>();
            IngressGrpc.newStub(channels.get(1))
                    .outcomes(
                            OutcomesRequest.newBuilder().setService("roadside").build(), outcomes);
            assertThat(fate(channels.get(1), "gate-1")).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(((FrameFate) fate(channels.get(0), "gate-2"))
                            .getRefused()
                            .getCode())
                    .isEqualTo("forbidden");
            assertThat(((FrameFate) fate(channels.get(2), "gate-2")).hasOutcome())
                    .isTrue();
            assertThat(((OutcomeReport) outcomes.next()).getCamera()).isEqualTo("gate-2");

            Heard<OutcomeReport> refused = new Heard<>();
            IngressGrpc.newStub(channels.get(0))
                    .outcomes(
                            OutcomesRequest.newBuilder().setService("roadside").build(), refused);
            assertThat(refused.next()).isEqualTo(Status.Code.PERMISSION_DENIED);
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    @Test
    void theStreamOfARevokedCameraEnds() throws Exception {
        start(Duration.ofHours(1), Duration.ofHours(1));
        assertThat(ask("camera", "add", "gate-1", "push", "--service", "roadside"))
                .as(err)
                .isZero();
        assertThat(ask("token", "create", "--role=camera", "--name=gate-1", "--service=roadside", "--rate=1000"))
                .as(err)
                .isZero();
        Path gate = directory.resolve("gate-1");
        assertThat(askAs(gate, "join", out.strip())).as(err).isZero();
        ManagedChannel channel = ingress(IdentityFiles.in(gate).read());
        try {
            Heard<FrameFate> fates = new Heard<>();
            StreamObserver<Frame> frames = IngressGrpc.newStub(channel).frames(fates);
            Instant patience = Instant.now().plus(PATIENCE);
            boolean served = false;
            while (!served) {
                assertThat(Instant.now()).as("n1 hears of its camera").isBefore(patience);
                frames.onNext(frame("gate-1"));
                served = ((FrameFate) fates.next()).hasOutcome();
            }
            assertThat(ask("cert", "revoke", "camera/gate-1")).as(err).isZero();

            Object heard = Status.Code.OK;
            while (!heard.equals(Status.Code.UNAUTHENTICATED)) {
                assertThat(Instant.now()).as("n1 hears of the revocation").isBefore(patience);
                frames.onNext(frame("gate-1"));
                heard = fates.next();
            }
        } finally {
            channel.shutdownNow();
        }
    }

    /** Over HTTP and over gRPC, though no frame comes. */
    @Test
    void theSubscriptionsOfARevokedViewerEnd() throws Exception {
        start(Duration.ofHours(1), Duration.ofHours(1));
        assertThat(ask("token", "create", "--role=viewer", "--name=bob"))
                .as(err)
                .isZero();
        Path bob = directory.resolve("bob");
        assertThat(askAs(bob, "join", out.strip())).as(err).isZero();
        Credentials viewer = IdentityFiles.in(bob).read();
        ManagedChannel channel = ingress(viewer);
        try (BufferedReader events = outcomes(viewer, "text/event-stream");
                BufferedReader lines = outcomes(viewer, "application/x-ndjson")) {
            assertThat(events.readLine()).startsWith(": outcomes of roadside");
            assertThat(lines.readLine()).isEmpty();
            Heard<OutcomeReport> reports = new Heard<>();
            IngressGrpc.newStub(channel)
                    .outcomes(
                            OutcomesRequest.newBuilder().setService("roadside").build(), reports);
            MemberHttp http = administrator();
            HttpClient client = http.client().build();
            do {
                assertThat(submit(client, http, "roadside").statusCode()).isEqualTo(OK);
            } while (!reports.hasHeard());

            assertThat(ask("cert", "revoke", "viewer/bob")).as(err).isZero();

            Object heard = reports.next();
            while (heard instanceof OutcomeReport) {
                heard = reports.next();
            }
            assertThat(heard).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(rest(events))
                    .contains("event: outcome", "event: refused")
                    .containsOnlyOnce("unauthenticated");
            assertThat(rest(lines)).containsOnlyOnce("unauthenticated");
        } finally {
            channel.shutdownNow();
        }
        assertThat(metric("n1", "offramp_frames_refused_total{code=\"unauthenticated\",service=\"roadside\"}"))
                .isEqualTo(2);
    }

    private BufferedReader outcomes(Credentials viewer, String accept) throws Exception {
        MemberHttp http = http(viewer);
        HttpResponse<InputStream> response = http.client()
                .build()
                .send(
                        HttpRequest.newBuilder(http.uri(
                                        agents.get("n1").httpAddress().toString(), "/v1/services/roadside/outcomes"))
                                .header("Accept", accept)
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(OK);
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Until the connection has ended, in whatever way. */
    private static String rest(BufferedReader stream) {
        StringBuilder read = new StringBuilder();
        try {
            for (String line = stream.readLine(); line != null; line = stream.readLine()) {
                read.append(line).append('\n');
            }
        } catch (IOException e) {
            read.append(e.getMessage());
        }
        return read.toString();
    }
}
