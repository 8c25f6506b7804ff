package dev.offramp.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.offramp.agent.Wiring;
import dev.offramp.agent.config.AgentOptions;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.coordinator.cli.Offramp;
import dev.offramp.proto.access.AccessTable;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.access.Tls;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.Refusal;
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
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A cluster with certificates on loopback: a coordinator, two agents that joined with tokens, and strangers. */
@Tag("slow")
class MembersTest {
    private static final String NETWORK = "../partitions/models/roadside/roadside.onnx";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    @TempDir
    private Path directory;

    private DoorLimits strangers = Members.MANY;
    private Members members;
    private final Map<String, Wiring> agents = new LinkedHashMap<>();
    private String out = "";
    private String err = "";

    @AfterEach
    void stop() {
        agents.values().forEach(Wiring::close);
        members.close();
    }

    private void start(Duration life, Duration connectionAge) throws Exception {
        join(life, connectionAge, "n1", "n2");
        assertThat(ask("model", "push", NETWORK, "--parts", "2")).as(err).isZero();
        Path file = Files.writeString(directory.resolve("placement.yaml"), """
                services:
                  - id: roadside
                    model: roadside
                    deadline: 60s
                    ingress: [n1]
                    chains:
                      - name: a
                        nodes: [n1, n2]
                """);
        assertThat(ask("placement", "apply", file.toString())).as(err).isZero();
        assertThat(ask("policy", "set", "roadside", "--thresholds", "2,2,2,2,2"))
                .as(err)
                .isZero();
    }

    private void join(Duration life, Duration connectionAge, String... nodes) throws Exception {
        members = Members.start(directory.resolve("coordinator"), life, connectionAge, strangers);
        for (String node : nodes) {
            agents.put(node, join(node, connectionAge));
        }
    }

    private Wiring join(String node, Duration connectionAge) throws Exception {
        assertThat(ask("token", "create", "--role", "agent", "--name", node))
                .as(err)
                .isZero();
        AgentOptions options = new AgentOptions();
        CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        AgentOptions.register(commandLine);
        commandLine.parseArgs(
                "--node=" + node,
                "--coordinator=" + members.address(),
                "--data-dir=" + directory.resolve(node),
                "--drain=200ms",
                "--token=" + out.strip(),
                "--connection-age=" + connectionAge.toSeconds() + "s",
                "--strangers=" + strangers.attemptsPerSecond());
        return new Wiring(options.toConfig(), agents.size() + 1L, new SplittableRandom(1));
    }

    /** The administrator asks. */
    private int ask(String... arguments) {
        return askAs(members.administrator(), arguments);
    }

    private int askAs(Path identity, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--coordinator=" + members.address());
        all.add("--identity=" + identity);
        all.add("--timeout=60s");
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int exitCode = Offramp.commandLine()
                .setOut(new PrintWriter(outText, true))
                .setErr(new PrintWriter(errText, true))
                .execute(all.toArray(String[]::new));
        out = outText.toString();
        err = errText.toString();
        return exitCode;
    }

    private static MemberHttp http(Credentials credentials) {
        return new MemberHttp(Optional.of(LiveCredentials.of(credentials, InstantSource.system())));
    }

    private MemberHttp administrator() throws IOException {
        return http(IdentityFiles.in(members.administrator()).read());
    }

    private static byte[] picture() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "jpeg", bytes);
        return bytes.toByteArray();
    }

    private HttpResponse<String> submit(HttpClient client, MemberHttp http, String service) throws Exception {
        return client.send(
                HttpRequest.newBuilder(http.uri(
                                agents.get("n1").httpAddress().toString(), "/v1/services/" + service + "/frames"))
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(picture()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private double metric(String node, String series) throws Exception {
        MemberHttp http = administrator();
        String page = http.client()
                .build()
                .send(
                        HttpRequest.newBuilder(
                                        http.uri(agents.get(node).httpAddress().toString(), "/metrics"))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher matcher = Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(page);
        assertThat(matcher.find()).as(page).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    private Instant end(String node) throws IOException {
        return IdentityFiles.in(directory.resolve(node).resolve("identity"))
                .read()
                .notAfter();
    }

    @Test
    void renewalsAndNewConnectionsCostNoFrame() throws Exception {
        start(Duration.ofSeconds(30), Duration.ofSeconds(5));
        Instant first = end("n1");
        Instant second = end("n2");
        MemberHttp http = http(members.issue(Identity.of(Role.EDITOR, "alice")));
        HttpClient client = http.client().build();
        int frames = 0;
        Instant patience = Instant.now().plus(PATIENCE);
        while (end("n1").equals(first) || end("n2").equals(second) || frames < 50) {
            HttpResponse<String> answer = submit(client, http, "roadside");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(OK);
            assertThat(answer.body()).contains("\"outcome\":\"completed\"", "\"exit\":5");
            assertThat(Instant.now()).as("renewal of %s and %s", first, second).isBefore(patience);
            frames++;
        }
        assertThat(metric("n1", "offramp_conservation_residual")).isZero();
        assertThat(metric("n1", "offramp_link_reconnects_total")).isZero();
        assertThat(metric("n2", "offramp_certificate_end_seconds")).isGreaterThan(second.getEpochSecond());
    }

    /** Strangers' handshakes, one after the other, with nothing to show. */
    private Callable<Integer> knock(int port, int times) {
        return () -> {
            SSLContext anybody = SSLContext.getInstance("TLS");
            anybody.init(null, new TrustManager[] {new TrustsAnybody()}, null);
            int answered = 0;
            for (int i = 0; i < times; i++) {
                try (SSLSocket socket = (SSLSocket) anybody.getSocketFactory().createSocket("127.0.0.1", port)) {
                    socket.startHandshake();
                    answered++;
                }
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
                }
            }
            return answered;
        };
    }

    @Test
    void strangersAreRefusedAndCountedWhileMembersAreServed() throws Exception {
        start(Duration.ofHours(1), Duration.ofHours(1));
        MemberHttp http = administrator();
        HttpClient client = http.client().build();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> flood = new ArrayList<>();
            flood.add(threads.submit(knock(members.address().port(), 30)));
            flood.add(threads.submit(knock(agents.get("n1").httpAddress().port(), 30)));
            flood.add(threads.submit(knock(agents.get("n2").dataAddress().port(), 30)));
            int frames = 0;
            while (frames < 50 || flood.stream().anyMatch(one -> !one.isDone())) {
                HttpResponse<String> answer = submit(client, http, "roadside");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(OK);
                frames++;
            }
            for (Future<Integer> one : flood) {
                assertThat(one.get()).isEqualTo(30);
            }
        } finally {
            threads.shutdownNow();
        }
        MemberHttp viewer = http(members.issue(Identity.of(Role.VIEWER, "bob")));
        assertThat(submit(viewer.client().build(), viewer, "roadside").statusCode())
                .isEqualTo(403);
        MemberHttp camera =
                http(members.issue(Identity.parse("offramp://camera/gate-1?service=roadside&rate=1&bytes=1048576")));
        HttpClient cameraClient = camera.client().build();
        assertThat(submit(cameraClient, camera, "roadside").statusCode()).isEqualTo(OK);
        assertThat(submit(cameraClient, camera, "roadside").statusCode()).isEqualTo(429);
        MemberHttp narrow =
                http(members.issue(Identity.parse("offramp://camera/gate-2?service=roadside&rate=9&bytes=10")));
        assertThat(submit(narrow.client().build(), narrow, "roadside").statusCode())
                .isEqualTo(413);
        MemberHttp other =
                http(members.issue(Identity.parse("offramp://camera/gate-3?service=other&rate=9&bytes=1048576")));
        assertThat(submit(other.client().build(), other, "roadside").statusCode())
                .isEqualTo(403);
        assertThat(metric("n1", "offramp_access_refused_total{reason=\"wrong_role\"}"))
                .isEqualTo(2);
        assertThat(metric("n1", "offramp_conservation_residual")).isZero();
    }

    /** Strangers' attempts from one address: some leave at once, some try a handshake, some stay and keep silent. */
    private Callable<Void> flood(int port, String from, int attempts, List<Socket> silent) {
        return () -> {
            SSLContext anybody = SSLContext.getInstance("TLS");
            anybody.init(null, new TrustManager[] {new TrustsAnybody()}, null);
            for (int i = 0; i < attempts; i++) {
                Socket socket = new Socket();
                socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                switch (i % 3) {
                    case 0 -> socket.close();
                    case 1 -> refusedOrTold(anybody, socket);
                    default -> silent.add(socket);
                }
            }
            return null;
        };
    }

    private static void refusedOrTold(SSLContext anybody, Socket plain) throws IOException {
        try (SSLSocket socket = (SSLSocket) anybody.getSocketFactory().createSocket(plain, "board", 1, true)) {
            socket.startHandshake();
            socket.getSession().invalidate();
            socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: board\r\n\r\n".getBytes());
            assertThat(new String(socket.getInputStream().readNBytes(10))).doesNotStartWith("HTTP/1.1 2");
        } catch (SocketException | SSLException e) {
            // Before or after the handshake: refused without a word.
        }
    }

    /** Attempts that an agent has an account of. */
    private double accounted(String node) throws Exception {
        return metric(node, "offramp_access_refused_total{reason=\"flood\"}")
                + metric(node, "offramp_connections_ended_unproved_total")
                + metric(node, "offramp_connections{proved=\"false\"}");
    }

    @Test
    void aFloodIsRefusedBeforeItCostsAHandshakeAndMembersLoseNothing() throws Exception {
        strangers = new DoorLimits(Double.parseDouble(DoorLimits.USUAL));
        start(Duration.ofHours(1), Duration.ofHours(1));
        MemberHttp http = administrator();
        HttpClient client = http.client().build();
        int attempts = 300;
        double before = accounted("n1");
        double beforeBehind = accounted("n2");
        List<Socket> silent = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Void>> floods = List.of(
                    threads.submit(flood(agents.get("n1").httpAddress().port(), "127.66.0.1", attempts, silent)),
                    threads.submit(flood(agents.get("n2").dataAddress().port(), "127.66.0.2", attempts, silent)),
                    threads.submit(flood(members.address().port(), "127.66.0.3", attempts, silent)));
            int frames = 0;
            while (frames < 50 || floods.stream().anyMatch(one -> !one.isDone())) {
                HttpResponse<String> answer = submit(client, http, "roadside");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(OK);
                assertThat(metric("n1", "offramp_connections{proved=\"false\"}"))
                        .isLessThanOrEqualTo(32);
                frames++;
            }
            for (Future<Void> one : floods) {
                one.get();
            }
            Instant patience = Instant.now().plus(PATIENCE);
            while (accounted("n1") < before + attempts || accounted("n2") < beforeBehind + attempts) {
                assertThat(Instant.now()).isBefore(patience);
            }
        } finally {
            threads.shutdownNow();
            for (Socket one : silent) {
                one.close();
            }
        }
        assertThat(accounted("n1")).isEqualTo(before + attempts);
        assertThat(accounted("n2")).isEqualTo(beforeBehind + attempts);
        for (String node : agents.keySet()) {
            assertThat(metric(node, "offramp_access_refused_total{reason=\"flood\"}"))
                    .isGreaterThan(attempts / 2.0);
        }
        assertThat(members.refusals().get(Refusal.FLOOD)).isGreaterThan(attempts / 2);
        assertThat(metric("n1", "offramp_conservation_residual")).isZero();
        assertThat(metric("n1", "offramp_link_reconnects_total")).isZero();
        assertThat(submit(administrator().client().build(), http, "roadside").statusCode())
                .as("a member that connects anew")
                .isEqualTo(OK);
    }

    @Test
    void aRevokedAgentIsOutAtOnceAndItsTokenBringsItNothing() throws Exception {
        start(Duration.ofHours(1), Duration.ofSeconds(8));
        MemberHttp http = administrator();
        HttpClient client = http.client().build();
        assertThat(submit(client, http, "roadside").statusCode()).isEqualTo(OK);
        assertThat(ask("cert", "revoke", "agent/n2")).as(err).isZero();
        Instant patience = Instant.now().plus(PATIENCE);
        while (metric("n1", "offramp_link_up{peer=\"n2\"}") == 1 || isUp("n2")) {
            assertThat(Instant.now()).isBefore(patience);
        }
        assertThat(isUp("n1")).isTrue();
        assertThat(submit(client, http, "roadside").statusCode()).isEqualTo(503);
        assertThat(members.refusals().get(Refusal.REVOKED)).isPositive();
        assertThat(metric("n1", "offramp_access_refused_total{reason=\"revoked\"}"))
                .isPositive();
        assertThat(metric("n1", "offramp_conservation_residual")).isZero();
    }

    @Test
    void aTokenThatWasUsedBringsNobodyElseIn() throws Exception {
        join(Duration.ofHours(1), Duration.ofHours(1));
        assertThat(ask("token", "create", "--role", "viewer", "--name", "bob"))
                .as(err)
                .isZero();
        String token = out.strip();
        Path bob = directory.resolve("bob");
        assertThat(askAs(bob, "join", token)).as(err).isZero();
        assertThat(askAs(bob, "node", "ls")).as(err).isZero();
        assertThat(askAs(directory.resolve("mallory"), "join", token)).isNotZero();
        assertThat(err).contains("was used already, by another key");
        assertThat(members.refusals()).containsEntry(Refusal.TOKEN, 1L);
    }

    /** What a request gets without anything placed; 0 where the handshake fails. */
    private int knock(HttpClient client, String route) throws Exception {
        String[] methodAndPath = route.split(" ", 2);
        String path = methodAndPath[1].replace(":service", "roadside").replace(":camera", "gate-1");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://" + agents.get("n1").httpAddress() + path))
                .timeout(PATIENCE)
                .method(methodAndPath[0], HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void everyRouteIsOpenToTheRolesOfTheTableAndToNobodyElse() throws Exception {
        join(Duration.ofHours(1), Duration.ofHours(1), "n1");
        List<String> wrong = new ArrayList<>();
        int refused = 0;
        for (Role role : Role.enrolled()) {
            Identity member = role == Role.CAMERA
                    ? Identity.parse("offramp://camera/gate-1?service=roadside&rate=30&bytes=1048576")
                    : Identity.of(role, "somebody");
            HttpClient client = http(members.issue(member)).client().build();
            for (String route : AccessTable.routes()) {
                boolean may = AccessTable.route(route).orElseThrow().contains(role);
                int answer = knock(client, route);
                refused += may ? 0 : 1;
                if (may == (answer == 0 || answer == 401 || answer == 403)) {
                    wrong.add("%s as %s: %d".formatted(route, role, answer));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(metric("n1", "offramp_access_refused_total{reason=\"wrong_role\"}"))
                .isEqualTo(refused);
    }

    @Test
    void strangersGetNothingOverHttpAndAreCounted() throws Exception {
        join(Duration.ofHours(1), Duration.ofHours(1), "n1");
        Identity admin = Identity.of(Role.ADMIN, "alice");
        HttpClient expired = http(members.issueExpired(admin)).client().build();
        HttpClient foreign = http(members.issueForeign(admin, directory.resolve("elsewhere")))
                .client()
                .build();
        SSLContext anybody = SSLContext.getInstance("TLS");
        anybody.init(null, new TrustManager[] {new TrustsAnybody()}, null);
        HttpClient bare = HttpClient.newBuilder().sslContext(anybody).build();
        for (String route : AccessTable.routes()) {
            assertThat(knock(expired, route)).as(route).isZero();
            assertThat(knock(foreign, route)).as(route).isZero();
            assertThat(knock(bare, route)).as(route).isEqualTo(401);
        }
        int routes = AccessTable.routes().size();
        assertThat(metric("n1", "offramp_access_refused_total{reason=\"expired\"}"))
                .isGreaterThanOrEqualTo(routes);
        assertThat(metric("n1", "offramp_access_refused_total{reason=\"foreign_ca\"}"))
                .isGreaterThanOrEqualTo(routes);
        assertThat(metric("n1", "offramp_access_refused_total{reason=\"no_certificate\"}"))
                .isEqualTo(routes);
    }

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

    private boolean isUp(String node) {
        assertThat(ask("node", "ls")).as(err).isZero();
        return Pattern.compile("^" + node + " +up", Pattern.MULTILINE)
                .matcher(out)
                .find();
    }
}
