package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.DrainNodeRequest;
import dev.offramp.proto.v1.IngressTelemetry;
import dev.offramp.proto.v1.LinkTelemetry;
import dev.offramp.proto.v1.Telemetry;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code node drain NODE}. */
@Command(
        name = "drain",
        description =
                "Has frames go around a node where they can, and waits until it holds none. Its agent takes frames"
                        + " again when it is started anew.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class NodeDrainCommand implements Callable<Integer> {
    /** Between two looks; telemetry comes once a second. */
    private static final long LOOK_NANOS = 250_000_000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", description = "Its name.")
    private String node;

    @Option(
            names = "--patience",
            defaultValue = "30s",
            paramLabel = "DURATION",
            description = "Longest wait for the jobs inside (default: ${DEFAULT-VALUE}).")
    private Duration patience;

    @Mixin
    private CoordinatorOptions coordinator;

    @Override
    public Integer call() throws CliException, InterruptedException {
        NanoClock clock = NanoClock.system();
        long end = clock.nanoTime() + patience.toNanos();
        try (CoordinatorClient client = coordinator.connect()) {
            client.call(control -> control.drainNode(
                    DrainNodeRequest.newBuilder().setNode(node).build()));
            while (true) {
                Telemetry telemetry = NodeView.find(NodeView.list(client), node).getTelemetry();
                long jobs = jobsIn(telemetry);
                if (telemetry.getDraining() && jobs == 0) {
                    spec.commandLine().getOut().println(node + " is drained");
                    spec.commandLine().getOut().flush();
                    return ExitCode.OK;
                }
                if (clock.nanoTime() - end > 0) {
                    throw new CliException(
                            ExitCode.UNAVAILABLE,
                            "%s holds %d jobs after %d s: chains through it have no other way, and frames go on coming\nPlace a chain that leaves it out, or go on and lose them"
                                    .formatted(node, jobs, patience.toSeconds()));
                }
                Pause.system().pause(LOOK_NANOS);
            }
        }
    }

    private static long jobsIn(Telemetry telemetry) {
        return telemetry.getQueuedJobs()
                + telemetry.getIngressList().stream()
                        .mapToLong(IngressTelemetry::getInFlight)
                        .sum()
                + telemetry.getLinksList().stream()
                        .mapToLong(LinkTelemetry::getPending)
                        .sum();
    }
}
