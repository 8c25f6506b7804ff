package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** HTTP to an ingress: what goes wrong becomes a {@link CliException}. Confined. */
final class IngressClient implements AutoCloseable {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final HttpClient http;
    private final ObjectMapper mapper = new ObjectMapper();
    private final IngressOptions.Found ingress;

    IngressClient(IngressOptions.Found ingress) {
        this.ingress = ingress;
        this.http = ingress.http().client().connectTimeout(CONNECT_PATIENCE).build();
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws CliException, InterruptedException {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    CliException unreachable(IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new CliException(
                ExitCode.UNAVAILABLE,
                "cannot reach the ingress %s at %s (%s)\nMaybe its agent went down: see 'offramp node ls'"
                        .formatted(ingress.node(), ingress.httpAddress(), why),
                e);
    }

    JsonNode parse(String body) throws CliException {
        try {
            return mapper.readTree(body);
        } catch (JsonProcessingException e) {
            throw new CliException(
                    ExitCode.ERROR,
                    "the answer of %s is no JSON: expected an agent there".formatted(ingress.httpAddress()),
                    e);
        }
    }

    /** The ingress' own words about a request it refused. */
    CliException refusal(int status, @Nullable JsonNode body) {
        JsonNode error = body == null ? null : body.get("error");
        String text = error == null
                ? "the ingress answers " + status
                : "%s: expected %s\n%s"
                        .formatted(
                                error.path("message").asText(),
                                error.path("expected").asText(),
                                error.path("hint").asText());
        int exitCode =
                switch (status) {
                    case NOT_FOUND -> ExitCode.NOT_FOUND;
                    case UNAVAILABLE -> ExitCode.UNAVAILABLE;
                    default -> ExitCode.ERROR;
                };
        return new CliException(exitCode, text.strip());
    }

    /** One outcome in one line. */
    static String line(JsonNode outcome) {
        JsonNode latency = outcome.path("latencyMs");
        String where = "%s chain %s, policy %d"
                .formatted(
                        outcome.path("job").asText(),
                        outcome.path("chain").asText("-"),
                        outcome.path("policyVersion").asLong());
        if (outcome.path("outcome").asText().equals("completed")) {
            return String.format(
                    Locale.ROOT,
                    "%s at exit %d, confidence %.3f, %.1f ms (queueing %.1f, compute %.1f, network %.1f)  %s",
                    outcome.path("label").path("name").asText(),
                    outcome.path("exit").asInt(),
                    outcome.path("confidence").asDouble(),
                    latency.path("total").asDouble(),
                    latency.path("queueing").asDouble(),
                    latency.path("compute").asDouble(),
                    latency.path("network").asDouble(),
                    where);
        }
        return String.format(
                Locale.ROOT,
                "lost: %s at %s after %.1f ms  %s",
                outcome.path("reason").asText(),
                outcome.path("node").asText(),
                latency.path("total").asDouble(),
                where);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
