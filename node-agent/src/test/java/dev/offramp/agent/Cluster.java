package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.config.AgentOptions;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.policy.Policy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import picocli.CommandLine;

/** Real agents on loopback in one process, and a coordinator that does what the test says. */
final class Cluster implements AutoCloseable {
    final FakeCoordinator coordinator = new FakeCoordinator();
    final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final Path directory;
    private final Map<NodeId, Wiring> agents = new LinkedHashMap<>();
    private long incarnation = 1;

    Cluster(Path directory) throws IOException {
        this.directory = directory;
        for (Partition partition : TinyNetwork.partitions()) {
            coordinator.store(partition.digest().hex(), TinyNetwork.file(partition.index()));
        }
    }

    AgentConfig config(String node, String... more) {
        AgentOptions options = new AgentOptions();
        CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        AgentOptions.register(commandLine);
        List<String> arguments = new ArrayList<>(List.of(
                "--node",
                node,
                "--coordinator",
                "127.0.0.1:" + coordinator.port(),
                "--data-dir",
                directory.resolve(node).toString(),
                "--drain",
                "200ms"));
        arguments.addAll(List.of(more));
        commandLine.parseArgs(arguments.toArray(String[]::new));
        return options.toConfig();
    }

    Wiring start(String node, String... more) throws IOException, InterruptedException {
        Wiring agent = new Wiring(config(node, more), incarnation++, new SplittableRandom(incarnation));
        agents.put(new NodeId(node), agent);
        coordinator.agent(node);
        return agent;
    }

    Wiring agent(String node) {
        return Objects.requireNonNull(agents.get(new NodeId(node)), node);
    }

    void stop(String node) {
        agent(node).close();
        agents.remove(new NodeId(node));
    }

    Map<NodeId, String> addresses() {
        Map<NodeId, String> addresses = new LinkedHashMap<>();
        agents.forEach((node, agent) -> addresses.put(node, agent.dataAddress().toString()));
        return addresses;
    }

    Placement deploy(long epoch, Service service, Policy policy) throws InterruptedException {
        Placement placement = TinyNetwork.placement(epoch, service, addresses());
        for (NodeId node : agents.keySet()) {
            assertThat(coordinator.prepare(node.value(), placement).getError()).isEmpty();
            assertThat(coordinator.apply(node.value(), policy).getError()).isEmpty();
        }
        for (NodeId node : agents.keySet()) {
            assertThat(coordinator.activate(node.value(), epoch).getError()).isEmpty();
        }
        return placement;
    }

    URI uri(String node, String path) {
        return URI.create("http://" + agent(node).httpAddress() + path);
    }

    HttpResponse<String> send(String node, byte[] frame, String... headers) throws IOException, InterruptedException {
        return post(node, "/v1/services/tiny/frames", frame, headers);
    }

    HttpResponse<String> post(String node, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(node, path))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String node, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(node, path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        agents.values().forEach(Wiring::close);
        coordinator.close();
        client.close();
    }
}
