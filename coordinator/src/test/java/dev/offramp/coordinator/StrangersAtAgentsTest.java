package dev.offramp.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.proto.access.AccessTable;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What strangers, and members that overstep, get at the ports of agents. */
@Tag("slow")
class StrangersAtAgentsTest extends JoinedCluster {
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
}
