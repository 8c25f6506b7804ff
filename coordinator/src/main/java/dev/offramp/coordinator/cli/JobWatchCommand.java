package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code job watch}. */
@Command(
        name = "watch",
        description =
                "Prints every outcome at an ingress as it comes, until interrupted; one JSON document a line with -o json.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class JobWatchCommand implements Callable<Integer> {
    private static final int OK = 200;
    private static final String EVENT = "event:";
    private static final String DATA = "data:";

    @Spec
    private CommandSpec spec;

    @Option(names = "--count", paramLabel = "N", description = "Stop after N outcomes.")
    private @Nullable Long count;

    @Mixin
    private IngressOptions ingress;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        IngressOptions.Found found = ingress.find(coordinator);
        try (IngressClient client = new IngressClient(found)) {
            HttpRequest request = HttpRequest.newBuilder(found.uri("outcomes"))
                    .header("Accept", "text/event-stream")
                    .build();
            HttpResponse<Stream<String>> response = client.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() != OK) {
                    throw client.refusal(response.statusCode(), client.parse(lines.collect(Collectors.joining("\n"))));
                }
                print(client, lines.iterator());
            } catch (UncheckedIOException e) {
                throw client.unreachable(new IOException(e.getMessage(), e));
            }
        }
        return ExitCode.OK;
    }

    private void print(IngressClient client, Iterator<String> lines) throws CliException {
        long left = count == null ? Long.MAX_VALUE : count;
        String event = "";
        while (left > 0 && lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(EVENT)) {
                event = line.substring(EVENT.length()).strip();
            } else if (line.startsWith(DATA) && event.equals("outcome")) {
                print(client.parse(line.substring(DATA.length())));
                left--;
            } else if (line.startsWith(DATA) && event.equals("dropped")) {
                spec.commandLine()
                        .getErr()
                        .println("offramp: " + line.substring(DATA.length()).strip()
                                + " outcomes were not shown: reading was too slow");
            }
        }
        if (left > 0) {
            throw client.unreachable(new IOException("it closed the stream"));
        }
    }

    private void print(JsonNode outcome) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.printLine(out, outcome);
        } else {
            out.println(IngressClient.line(outcome));
            out.flush();
        }
    }
}
