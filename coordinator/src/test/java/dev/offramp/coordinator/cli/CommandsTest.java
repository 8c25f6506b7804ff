package dev.offramp.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.CoordinatorProcess;
import dev.offramp.coordinator.config.CoordinatorConfig;
import dev.offramp.coordinator.rpc.FakeAgent;
import dev.offramp.partition.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a real coordinator with agents that are not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class CommandsTest {
    private static final String NETWORK = "../partitions/models/roadside/roadside.onnx";

    private Path directory;
    private CoordinatorProcess coordinator;
    private final List<FakeAgent> agents = new ArrayList<>();
    private String out = "";
    private String err = "";

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        coordinator = CoordinatorProcess.start(
                new CoordinatorConfig(temporary.resolve("data"), new HostPort("127.0.0.1", 0)));
        for (String node : List.of("n1", "n2")) {
            agents.add(FakeAgent.attach(coordinator.address(), node));
        }
    }

    @AfterAll
    void stop() {
        agents.forEach(FakeAgent::close);
        coordinator.close();
    }

    @BeforeEach
    void push() {
        assertThat(ask("model", "push", NETWORK, "--parts", "2")).as(err).isZero();
    }

    private int run(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        CommandLine command =
                Offramp.commandLine().setOut(new PrintWriter(outText, true)).setErr(new PrintWriter(errText, true));
        int exitCode = command.execute(arguments);
        out = outText.toString();
        err = errText.toString();
        return exitCode;
    }

    private int ask(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--coordinator=" + coordinator.address());
        all.add("--timeout=60s");
        return run(all.toArray(String[]::new));
    }

    private JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-o");
        all.add("json");
        assertThat(ask(all.toArray(String[]::new))).as(err).isZero();
        return new ObjectMapper().readTree(out);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("placement.yaml"), text);
    }

    private static String placement(String nodes) {
        return """
                services:
                  - id: roadside
                    model: roadside
                    deadline: 2s
                    ingress: [n1]
                    chains:
                      - name: a
                        nodes: [%s]
                """.formatted(nodes);
    }

    private void place() throws IOException {
        assertThat(ask("placement", "apply", file(placement("n1, n2")).toString()))
                .as(err)
                .isZero();
    }

    @Test
    void whatNobodyHasMeasuredCannotBeSimulated() throws IOException {
        place();

        assertThat(ask("simulate", "--from-cluster", "nosuch")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err).startsWith("offramp: no service [nosuch] is placed: expected some of [roadside]");
        for (List<String> command : List.of(List.of("simulate", "--from-cluster"), List.of("profile", "nodes"))) {
            assertThat(ask(command.toArray(String[]::new))).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(err).contains("yet\n").doesNotContain("cannot reach");
        }
        assertThat(run("simulate", "--write=x.yaml", "scenario.yaml")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void unreachableCoordinatorIsSixAndSaysWhatToDo() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }

        assertThat(run("node", "ls", "--coordinator=127.0.0.1:" + closed)).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err)
                .startsWith("offramp: cannot reach the coordinator at 127.0.0.1:" + closed)
                .contains("Start one with 'offramp coordinator'");
        assertThat(out).isEmpty();
    }

    @Test
    void wrongUsageIsSixtyFourWithASuggestion() {
        assertThat(run("node", "lss")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("'lss'").contains("node ls").contains("--help");
        assertThat(run("node", "ls", "--coordinator=nowhere")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("expected host:port");
        assertThat(run("policy", "set", "roadside")).isEqualTo(ExitCode.USAGE);
        assertThat(run("model", "split", NETWORK)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void unknownNamesAreThreeWithASuggestion() throws IOException {
        place();
        assertThat(ask("node", "show", "n3")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err).contains("no node 'n3'").contains("expected one of n1, n2");
        assertThat(ask("policy", "get", "roadsid")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err).contains("Maybe you meant roadside");
        assertThat(ask("job", "submit", "x.jpg", "--service", "nothing")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(ask("placement", "apply", "no-such-file.yaml")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(ask("placement", "apply", file(placement("n1, n9")).toString()))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err).contains("there is no node 'n9'");
    }

    @Test
    void workOnANodeBeginsWhenItHoldsNothing() {
        try (FakeAgent third = FakeAgent.attach(coordinator.address(), "spare")) {
            assertThat(ask("node", "drain", "spare")).as(err).isZero();
            assertThat(out).isEqualTo("spare is drained\n");
            assertThat(ask("node", "ls")).isZero();
            assertThat(out).containsPattern("spare +draining");
        }
        assertThat(ask("node", "drain", "n9")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err).contains("node 'n9' is not attached");
    }

    @Test
    void lostUpdateIsFour() throws IOException {
        place();
        assertThat(ask("policy", "set", "roadside", "--mix", "a=1", "--expected-version", "999"))
                .isEqualTo(ExitCode.CONFLICT);
        assertThat(err).contains("not 999");
    }

    @Test
    void everyProblemOfAPlacementFileIsNamed() throws IOException {
        String wrong = placement("n1, n2")
                .replace("deadline: 2s", "deadline: soon\n    optimisation: al")
                .replace("ingress", "ingres");

        assertThat(ask("placement", "apply", file(wrong).toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err)
                .contains("services[0]: unknown key 'ingres'")
                .contains("Maybe you meant ingress")
                .contains("services[0]: 'ingress' must be a list")
                .contains("'soon' is not a duration")
                .contains("optimisation: 'al'")
                .contains("Maybe you meant all");
        assertThat(ask("placement", "apply", file("services: [").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("is no YAML");
    }

    @Test
    void nodesAsJson() throws IOException {
        JsonNode nodes = json("node", "ls").get("nodes");

        assertThat(nodes).hasSize(2);
        assertThat(nodes.get(0).get("node").asText()).isEqualTo("n1");
        assertThat(nodes.get(0).get("state").asText()).isEqualTo("up");
        assertThat(json("node", "show", "n2").get("capacityJobs").asInt()).isEqualTo(8);
    }

    @Test
    void placementAndPolicyAsJson() throws IOException {
        place();
        JsonNode placement = json("placement", "show");
        assertThat(placement.at("/services/0/optimisation").asText()).isEqualTo("extended");
        JsonNode chain = placement.get("services").get(0).get("chains").get(0);

        assertThat(placement.get("epoch").asLong()).isPositive();
        assertThat(chain.get("hops").get(1).get("node").asText()).isEqualTo("n2");
        JsonNode policy = json("policy", "get", "roadside");
        assertThat(policy.get("chains").get(0).get("thresholds")).hasSize(5);
        assertThat(policy.get("acknowledged").has("n1")).isTrue();
    }

    @Test
    void whatIsNotNamedStaysInAPolicy() throws IOException {
        place();
        long before = json("policy", "get", "roadside").get("version").asLong();
        float value = before % 2 == 0 ? 0.25f : 0.75f;
        assertThat(ask("policy", "set", "roadside", "--thresholds", "%1$s,%1$s,%1$s,%1$s".formatted(value)))
                .as(err)
                .isZero();
        assertThat(ask("policy", "set", "roadside", "--mix", "a=1")).as(err).isZero();

        JsonNode policy = json("policy", "get", "roadside");
        assertThat(policy.get("version").asLong()).isGreaterThan(before);
        assertThat(policy.get("chains").get(0).get("thresholds").get(0).floatValue())
                .isEqualTo(value);
        assertThat(policy.get("chains").get(0).get("thresholds").get(4).floatValue())
                .isZero();
    }

    @Test
    void aSchedulerRulesUntilSomebodySetsThresholds() throws IOException {
        place();
        assertThat(ask(
                        "policy",
                        "set",
                        "roadside",
                        "--scheduler",
                        "ceen",
                        "--loss-bound",
                        "0.02",
                        "--latency-bound",
                        "500ms"))
                .as(err)
                .isZero();
        assertThat(out).startsWith("roadside is set by ceen from now on");

        JsonNode explained = json("policy", "explain", "roadside");
        assertThat(explained.get("scheduler").asText()).isEqualTo("ceen");
        assertThat(explained.get("objective").get("lossBound").asDouble()).isEqualTo(0.02);
        assertThat(explained.get("objective").get("latencyBoundMillis").asDouble())
                .isEqualTo(500);
        assertThat(ask("policy", "explain", "roadside")).isZero();
        assertThat(out)
                .contains(
                        "maximises 1 × right answers per job − 1 × loss beyond 2.0 % − 1 × mean latency beyond 500 ms");
        assertThat(json("policy", "history", "roadside").get("decisions")).isEmpty();
        assertThat(ask("policy", "set", "roadside", "--shadow-share", "0.01")).isZero();
        assertThat(json("policy", "get", "roadside").get("scheduler").asText()).isEqualTo("ceen");

        assertThat(ask("policy", "set", "roadside", "--manual")).as(err).isZero();
        assertThat(json("policy", "get", "roadside").get("scheduler").asText()).isEmpty();
        assertThat(ask("policy", "set", "roadside", "--scheduler", "reactive")).isZero();
        assertThat(ask("policy", "set", "roadside", "--thresholds", "0.6,0.6,0.6,0.6", "--shadow-share", "0"))
                .isZero();
        assertThat(json("policy", "get", "roadside").get("scheduler").asText()).isEmpty();
    }

    @Test
    void wrongSchedulersAreRefusedWithASuggestion() throws IOException {
        place();
        assertThat(ask("policy", "set", "roadside", "--scheduler", "cen")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("Maybe").contains("ceen");
        assertThat(ask("policy", "set", "roadside", "--loss-bound", "0.1")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("--scheduler ceen");
        assertThat(ask("policy", "set", "roadside", "--scheduler", "ceen", "--mix", "a=1"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ask("policy", "set", "roadside", "--scheduler", "ceen", "--loss-bound", "2"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ask("policy", "explain", "roadsid")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aFileGivesAChainSeveralThresholdVectors() throws IOException {
        place();
        Path policy = file("""
                chains:
                  - name: a
                    probability: 1
                    alternatives:
                      - {share: 0.25, thresholds: [0.5, 0, 0, 0]}
                      - share: 0.75
                        thresholds: [0.9, 0.8, 2, 2, 0]
                shadowShare: 0.02
                """);
        assertThat(ask("policy", "set", "roadside", "-f", policy.toString()))
                .as(err)
                .isZero();

        JsonNode chain = json("policy", "get", "roadside").get("chains").get(0);
        assertThat(chain.has("thresholds")).isFalse();
        assertThat(chain.get("alternatives").toString())
                .isEqualTo("[{\"share\":0.25,\"thresholds\":[0.5,0.0,0.0,0.0,0.0]},"
                        + "{\"share\":0.75,\"thresholds\":[0.9,0.8,2.0,2.0,0.0]}]");
        assertThat(ask("policy", "get", "roadside")).isZero();
        assertThat(out.lines().skip(1).limit(4))
                .containsExactly(
                        "shadow jobs: 0.02000 of all, the latest 0 recorded",
                        "CHAIN  PROBABILITY  AS SET  SHARE   THRESHOLDS",
                        "a      1.000        1.000   0.2500  0.5 0.0 0.0 0.0 0.0",
                        "                            0.7500  0.9 0.8 2.0 2.0 0.0");

        assertThat(ask("policy", "set", "roadside", "--mix", "a=1")).as(err).isZero();
        assertThat(json("policy", "get", "roadside").get("chains").get(0).get("alternatives"))
                .as("what is not named stays")
                .hasSize(2);
        assertThat(ask("policy", "set", "roadside", "--thresholds", "0.6,0.6,0.6,0.6"))
                .as(err)
                .isZero();
        assertThat(json("policy", "get", "roadside").get("shadowShare").asDouble())
                .isEqualTo(0.02);
        assertThat(ask("policy", "set", "roadside", "--shadow-share", "0"))
                .as(err)
                .isZero();
        assertThat(json("policy", "get", "roadside").get("shadowShare").asDouble())
                .isZero();
        assertThat(json("policy", "get", "roadside").get("chains").get(0).get("thresholds"))
                .hasSize(5);
    }

    @Test
    void everyProblemOfAPolicyFileIsNamed() throws IOException {
        place();
        Path wrong = file("""
                chain: []
                chains:
                  - name: a
                    probability: much
                    thresholds: [0.5]
                    alternatives: []
                  - name: b
                    alternatives: [{share: 1, thresholds: [high]}]
                """);
        assertThat(ask("policy", "set", "roadside", "-f", wrong.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err)
                .contains("the file: unknown key 'chain': expected one of chains, shadowShare. Maybe you meant chains")
                .contains("chains[0]: 'probability' must be a number")
                .contains("chains[0]: expected 'thresholds' or 'alternatives', one of them")
                .contains("chains[1]: 'probability' is missing")
                .contains("chains[1].alternatives[0]: 'thresholds' must be a list of numbers");

        Path halves = file("""
                chains:
                  - name: a
                    probability: 1
                    alternatives: [{share: 0.5, thresholds: [0, 0]}, {share: 0.25, thresholds: [0, 0]}]
                """);
        assertThat(ask("policy", "set", "roadside", "-f", halves.toString())).isEqualTo(ExitCode.ERROR);
        assertThat(err)
                .contains("chain roadside/a has 5 exits, not 2")
                .contains("[0.0, 0.0] of chain 'a' are there twice")
                .contains("shares of chain 'a' sum to 0.75");
        assertThat(ask("policy", "set", "roadside", "-f", halves.toString(), "--mix", "a=1"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("a file is the whole policy");
    }

    @Test
    void splitWritesWhatPushTakes() throws IOException {
        Path parts = directory.resolve("parts");
        assertThat(run("model", "split", NETWORK, "--parts", "3", "--out", parts.toString()))
                .as(err)
                .isZero();
        assertThat(parts)
                .isDirectoryContaining("glob:**/partition-2.onnx")
                .isDirectoryContaining("glob:**/manifest.json");

        assertThat(run("model", "split", NETWORK, "--parts", "2", "--out", parts.toString()))
                .isZero();
        assertThat(parts).isDirectoryNotContaining("glob:**/partition-2.onnx");
        JsonNode pushed = json("model", "push", parts.toString(), "--name", "roadside-two");
        assertThat(pushed.get("model").asText()).isEqualTo("roadside-two");
        assertThat(json("model", "ls").get("models")).hasSizeGreaterThanOrEqualTo(2);

        Files.writeString(parts.resolve("partition-1.onnx"), "changed");
        assertThat(ask("model", "push", parts.toString())).isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("another SHA-256");
    }

    @Test
    void inspectNamesExitsAndCuts() throws IOException {
        assertThat(run("model", "inspect", NETWORK, "-o", "json")).isZero();
        JsonNode network = new ObjectMapper().readTree(out);

        assertThat(network.get("exits")).hasSize(5);
        assertThat(network.get("cuts")).isNotEmpty();
        assertThat(run("model", "inspect", "no-such.onnx")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run("model", "inspect", "pom.xml")).isEqualTo(ExitCode.ERROR);
    }

    @Test
    void completionKnowsEveryCommand() {
        assertThat(run("completion", "bash")).isZero();
        assertThat(out).contains("placement").contains("--expected-version");
    }

    @Test
    void submittingToAnIngressThatIsGoneIsSix() throws IOException {
        place();
        Path image = Files.write(directory.resolve("frame.jpg"), new byte[] {1, 2, 3});

        assertThat(ask("job", "submit", image.toString())).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err).contains("cannot reach the ingress n1");
    }

    @Test
    void camerasAreAddedShownAndRemoved() throws IOException {
        place();

        JsonNode added =
                json("camera", "add", "front", "http://admin:secret@cam.local:81/stream", "--service", "roadside");
        assertThat(added.get("node").asText()).isEqualTo("n1");
        assertThat(ask("camera", "add", "door", "push", "--service=roadside", "--node=n1", "--max-fps=5"))
                .as(err)
                .isZero();

        JsonNode cameras = json("camera", "ls").get("cameras");
        assertThat(cameras).hasSize(2);
        assertThat(cameras.get(0).get("maxFramesPerSecond").asDouble()).isEqualTo(5);
        assertThat(cameras.get(0).get("kind").asText()).isEqualTo("push");
        assertThat(cameras.get(1).get("source").asText()).isEqualTo("http://***@cam.local:81/stream");
        assertThat(cameras.get(1).get("state").asText()).isEqualTo("unreported");
        assertThat(ask("camera", "ls")).isZero();
        assertThat(out).contains("front   roadside  n1    mjpeg  http://***@cam.local:81/stream");

        assertThat(ask("camera", "rm", "front")).isZero();
        assertThat(ask("camera", "rm", "door")).isZero();
        assertThat(json("camera", "ls").get("cameras")).isEmpty();
        assertThat(ask("camera", "rm", "front")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void whatIsNoCameraIsRefusedWithWhatWasExpected() throws IOException {
        place();

        assertThat(ask("camera", "add", "front", "ftp://cam/", "--service=roadside"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("'ftp://cam/' is no camera: expected push, http, https, mqtt, mqtts, tcp or rtsp");
        assertThat(ask("camera", "add", "front", "nonsense", "--service=roadside"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("'nonsense' is no URL: expected e.g. http://camera.local:81/stream");
        assertThat(ask("camera", "add", "front", "mqtt://broker/#", "--service=roadside"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("names no topic for the camera");
        assertThat(ask("camera", "add", "front", "tcp://cam", "--service=roadside"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("expected tcp://host:port");
        assertThat(ask("camera", "add", "No Name", "push", "--service=roadside"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("camera 'No Name' is not a name");
        assertThat(ask("camera", "add", "front", "push", "--service=nosuch")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(ask("camera", "add", "front", "push", "--service=roadside", "--node=n2"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("node n2 is no ingress of roadside");
        assertThat(ask("camera", "add", "front", "push", "--service=roadside", "--in-flight=0"))
                .as("0 is the usual number")
                .isZero();
        assertThat(ask("camera", "rm", "front")).isZero();
        assertThat(ask("camera", "add", "front", "push", "--service=roadside", "--patience=1ms"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("expected 100ms to 24h");
    }

    @Test
    void receiversAreAddedShownAndRemovedWithoutTheirSecrets() throws IOException {
        place();
        Path secret = Files.writeString(directory.resolve("secret"), "0123456789abcdef\n");

        assertThat(ask("receiver", "add", "home", "mqtt://user:word@broker/house", "--service=roadside"))
                .as(err)
                .isZero();
        assertThat(ask("receiver", "add", "hook", "https://hook/", "--service=roadside", "--secret-file=" + secret))
                .as(err)
                .isZero();

        assertThat(ask("receiver", "ls", "-o", "json")).isZero();
        assertThat(out)
                .contains("mqtt://***@broker/house")
                .doesNotContain("word")
                .doesNotContain("0123456789abcdef");
        assertThat(ask("receiver", "ls")).isZero();
        assertThat(out).contains("home      roadside  mqtt     mqtt://***@broker/house");

        assertThat(ask("receiver", "add", "bare", "https://hook/", "--service=roadside"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(err).contains("a secret of 0 characters for https://hook/: expected at least 16");
        assertThat(ask("receiver", "add", "file", "file:///tmp/x", "--service=roadside"))
                .isEqualTo(ExitCode.ERROR);
        assertThat(ask("receiver", "rm", "home")).isZero();
        assertThat(ask("receiver", "rm", "hook")).isZero();
        assertThat(ask("receiver", "rm", "hook")).isEqualTo(ExitCode.NOT_FOUND);
    }
}
