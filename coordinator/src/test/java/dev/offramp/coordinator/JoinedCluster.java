package dev.offramp.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.Wiring;
import dev.offramp.agent.config.AgentOptions;
import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.coordinator.cli.Offramp;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.LiveCredentials;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A cluster with certificates on loopback: a coordinator, and agents that joined with tokens. */
abstract class JoinedCluster {
    private static final String NETWORK = "../partitions/models/roadside/roadside.onnx";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final int OK = 200;

    @TempDir
    Path directory;

    DoorLimits strangers = Members.MANY;
    Members members;
    final Map<String, Wiring> agents = new LinkedHashMap<>();
    String out = "";
    String err = "";

    @AfterEach
    void stop() {
        agents.values().forEach(Wiring::close);
        members.close();
    }

    void start(Duration life, Duration connectionAge) throws Exception {
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

    void join(Duration life, Duration connectionAge, String... nodes) throws Exception {
        members = Members.start(directory.resolve("coordinator"), life, connectionAge, strangers);
        for (String node : nodes) {
            agents.put(node, join(node, connectionAge));
        }
    }

    Wiring join(String node, Duration connectionAge) throws Exception {
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
    int ask(String... arguments) {
        return askAs(members.administrator(), arguments);
    }

    int askAs(Path identity, String... arguments) {
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

    static MemberHttp http(Credentials credentials) {
        return new MemberHttp(Optional.of(LiveCredentials.of(credentials, InstantSource.system())));
    }

    MemberHttp administrator() throws IOException {
        return http(IdentityFiles.in(members.administrator()).read());
    }

    static byte[] picture() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "jpeg", bytes);
        return bytes.toByteArray();
    }

    HttpResponse<String> submit(HttpClient client, MemberHttp http, String service) throws Exception {
        return client.send(
                HttpRequest.newBuilder(http.uri(
                                agents.get("n1").httpAddress().toString(), "/v1/services/" + service + "/frames"))
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(picture()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    double metric(String node, String series) throws Exception {
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
}
