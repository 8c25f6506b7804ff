package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code job submit IMAGE}. */
@Command(
        name = "submit",
        description = "Sends images to the ingress and prints what became of them; 1 if one was lost.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class JobSubmitCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "JPEG or PNG files.")
    private List<Path> images;

    @Option(names = "--truth", paramLabel = "LABEL", description = "The true label, if it is known.")
    private @Nullable String truth;

    @Option(names = "--no-wait", description = "Return when the frames are accepted.")
    private boolean noWait;

    @Mixin
    private IngressOptions ingress;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        IngressOptions.Found found = ingress.find(coordinator);
        int exitCode = ExitCode.OK;
        try (IngressClient client = new IngressClient(found)) {
            for (Path image : images) {
                exitCode =
                        Math.max(exitCode, submit(client, found.uri(noWait ? "frames?wait=false" : "frames"), image));
            }
        }
        return exitCode;
    }

    private int submit(IngressClient client, URI uri, Path image) throws CliException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Content-Type", type(image))
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(image)));
        if (truth != null) {
            request.header("Offramp-Truth", truth);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        JsonNode body = client.parse(response.body());
        boolean accepted = body.has("job");
        if (!accepted) {
            throw client.refusal(response.statusCode(), body);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.print(out, body);
        } else {
            out.println(
                    body.has("outcome")
                            ? IngressClient.line(body)
                            : "accepted as " + body.path("job").asText());
            out.flush();
        }
        return body.path("outcome").asText().equals("lost") ? ExitCode.ERROR : ExitCode.OK;
    }

    private static byte[] bytes(Path image) throws CliException {
        try {
            return Files.readAllBytes(image);
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no file " + image, e);
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot read %s: %s".formatted(image, e.getMessage()), e);
        }
    }

    private static String type(Path image) {
        String name = image.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            return "image/png";
        }
        return name.endsWith(".jpg") || name.endsWith(".jpeg") ? "image/jpeg" : "application/octet-stream";
    }
}
