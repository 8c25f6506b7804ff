package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.scenario.Scenario;
import dev.offramp.proto.v1.GetScenarioRequest;
import dev.offramp.proto.v1.GetScenarioResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The running cluster as a scenario. Stateless. */
final class LiveScenario {
    private LiveScenario() {}

    /** @param services none: all */
    static GetScenarioResponse get(CoordinatorOptions options, List<String> services)
            throws CliException, InterruptedException {
        return get(
                options,
                GetScenarioRequest.newBuilder().addAllServices(services).build());
    }

    /** What it rests on, also where that is not enough for a scenario yet. */
    static GetScenarioResponse measured(CoordinatorOptions options, List<String> services)
            throws CliException, InterruptedException {
        return get(
                options,
                GetScenarioRequest.newBuilder()
                        .addAllServices(services)
                        .setMeasuredOnly(true)
                        .build());
    }

    private static GetScenarioResponse get(CoordinatorOptions options, GetScenarioRequest request)
            throws CliException, InterruptedException {
        try (CoordinatorClient client = options.connect()) {
            return client.call(control -> control.getScenario(request));
        }
    }

    /** Writes the scenario there, and the exit profiles that it names beside it. */
    static Scenario write(GetScenarioResponse live, Path file) throws CliException {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory == null) {
                throw new CliException(ExitCode.USAGE, "%s is no file: expected a name".formatted(file));
            }
            for (Map.Entry<String, String> profile : live.getProfilesMap().entrySet()) {
                Path name = Path.of(profile.getKey()).getFileName();
                if (name == null) {
                    throw new CliException(ExitCode.ERROR, "the coordinator names a profile '%s'".formatted(profile));
                }
                Files.writeString(directory.resolve(name), profile.getValue());
            }
            Files.writeString(file, live.getScenario());
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
        return ScenarioFile.read(file);
    }

    /** The scenario, and no files. */
    static Scenario read(GetScenarioResponse live) throws CliException {
        try {
            Path directory = Files.createTempDirectory("offramp-scenario");
            try {
                return write(live, directory.resolve("scenario.yaml"));
            } finally {
                try (var files = Files.list(directory)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "no temporary directory: " + e.getMessage(), e);
        }
    }
}
