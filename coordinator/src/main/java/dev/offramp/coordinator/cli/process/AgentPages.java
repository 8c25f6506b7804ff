package dev.offramp.coordinator.cli.process;

import dev.offramp.coordinator.cli.MemberHttp;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Reads the agents' {@code /metrics}, which they serve whether or not there is a coordinator. Thread-safe. */
public final class AgentPages implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final MemberHttp http;
    private final HttpClient client;

    public AgentPages(MemberHttp http) {
        this.http = http;
        this.client = http.client().connectTimeout(PATIENCE).build();
    }

    /** The page of the agent at {@code host:port}; empty where none answers. */
    public Optional<MetricsPage> read(String httpAddress) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(http.uri(httpAddress, "/metrics"))
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == OK ? Optional.of(MetricsPage.parse(answer.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
