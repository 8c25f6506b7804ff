package dev.offramp.coordinator.cli.export;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.CoordinatorClient;
import dev.offramp.coordinator.cli.CoordinatorOptions;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.WatchRequest;
import dev.offramp.time.NanoClock;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code export}: runs until the coordinator goes away. */
@Command(
        name = "export",
        description =
                "Sends what every hop's jobs spent their time on, and what was lost, to an OpenTelemetry collector"
                        + " (OTLP over HTTP). Agents and coordinator do nothing for it that they do not do anyway.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class ExportCommand implements Callable<Integer> {
    private static final String PATH = "/v1/metrics";
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** What it has to say, with its stacks, is said here in a line. */
    private static final Logger SDK = Logger.getLogger("io.opentelemetry");

    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Option(
            names = "--otlp",
            defaultValue = "http://127.0.0.1:4318",
            paramLabel = "URL",
            description = "The collector; metrics go to " + PATH + " there (default: ${DEFAULT-VALUE}).")
    private URI collector;

    @Option(
            names = "--period",
            defaultValue = "10s",
            paramLabel = "DURATION",
            description = "At least 1s (default: ${DEFAULT-VALUE}).")
    private Duration period;

    @Override
    public Integer call() throws CliException {
        if (period.compareTo(Duration.ofSeconds(1)) < 0 || collector.getHost() == null) {
            throw new CliException(
                    ExitCode.USAGE,
                    "a period of %s to %s: expected at least 1s, and e.g. http://127.0.0.1:4318"
                            .formatted(period, collector));
        }
        SDK.setLevel(Level.OFF);
        try (CoordinatorClient client = coordinator.connect();
                MetricExporter exporter = OtlpHttpMetricExporter.builder()
                        .setEndpoint(collector.resolve(PATH).toString())
                        .setTimeout(PATIENCE)
                        .build()) {
            Export export = new Export(exporter);
            client.stream(
                    control -> control.watch(WatchRequest.getDefaultInstance()),
                    snapshot -> export.onSnapshot(snapshot));
            throw new CliException(ExitCode.UNAVAILABLE, "the coordinator has ended the watch");
        }
    }

    /** One run of the command. */
    private final class Export {
        private final MetricExporter exporter;
        private final HopMetrics metrics = new HopMetrics();
        private final NanoClock clock = NanoClock.system();
        private final Clock wall = Clock.systemUTC();
        private final PrintWriter messages = spec.commandLine().getErr();
        private long due = clock.nanoTime();

        Export(MetricExporter exporter) {
            this.exporter = exporter;
        }

        void onSnapshot(Snapshot snapshot) {
            if (clock.nanoTime() - due < 0) {
                return;
            }
            due = clock.nanoTime() + period.toNanos();
            try {
                Instant now = wall.instant();
                var sent =
                        exporter.export(metrics.of(snapshot, now.getEpochSecond() * NANOS_PER_SECOND + now.getNano()));
                if (!sent.join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).isSuccess()) {
                    say("%s does not take metrics; the next go out in %s".formatted(collector, period));
                }
            } catch (WireException e) {
                say("the coordinator says what this version does not know: " + e.getMessage());
            }
        }

        private void say(String what) {
            messages.println("export: " + what);
            messages.flush();
        }
    }
}
