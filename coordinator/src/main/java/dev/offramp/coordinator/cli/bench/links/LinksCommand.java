package dev.offramp.coordinator.cli.bench.links;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.bench.Benches;
import dev.offramp.coordinator.cli.bench.NetworkNamespace;
import dev.offramp.partition.CodecChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench links}: runs itself again in a network namespace of its own, and measures there. */
@Command(
        name = "links",
        description =
                "Sends frames through cifar10 in two partitions over a link that is shaped, in network namespaces that"
                        + " end with this command, with each codec between the partitions. Needs root.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class LinksCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--megabits",
            defaultValue = "10,40,100,1000",
            split = ",",
            paramLabel = "RATE",
            description = "Of the link, in Mbit/s, one after another (default: ${DEFAULT-VALUE}).")
    private List<Double> megabits;

    @Option(
            names = "--cut",
            split = ",",
            paramLabel = "TENSOR",
            description = "Where to cut: 'balanced' for two of about equal cost, or a tensor"
                    + " (default: balanced and /stem/relu/Relu_output_0, the largest).")
    private List<String> cuts = List.of("balanced", "/stem/relu/Relu_output_0");

    @Option(
            names = "--codecs",
            defaultValue = "fp32,fp32+zstd,fp16,fp16+zstd,int8,int8+zstd,int8-tensor+zstd,exact,auto",
            split = ",",
            paramLabel = "CODEC",
            description = "Choices of a service, compared with the first (default: ${DEFAULT-VALUE}).")
    private List<String> codecs;

    @Option(
            names = "--seconds",
            defaultValue = "1.5",
            paramLabel = "S",
            description = "Frames as fast as they are taken, per codec, cut and link (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--alone",
            defaultValue = "20",
            paramLabel = "N",
            description = "Frames one by one, per codec, cut and link (default: ${DEFAULT-VALUE}).")
    private int alone;

    @Option(
            names = "--images",
            paramLabel = "PATH",
            description = "CIFAR-10 test images as JPEGs in folders named as the labels, in a directory or zip file:"
                    + " measures what the codecs cost in accuracy.")
    private @Nullable Path images;

    @Option(names = "--inside", hidden = true, description = "This process is in a network namespace of its own.")
    private boolean inside;

    @Override
    public Integer call() throws CliException, InterruptedException {
        Wanted wanted = wanted();
        if (!inside) {
            return NetworkNamespace.runAgain(spec, "--inside");
        }
        Links links = Benches.run(ShapedLink.NEAR_CONTROL, (cluster, processes, clock, pause) -> new LinksRun(
                        wanted,
                        accuracyImages(),
                        cluster,
                        processes,
                        clock,
                        pause,
                        spec.commandLine().getErr())
                .run());
        if (output.isJson()) {
            Json.print(spec.commandLine().getOut(), links.json());
        } else {
            links.print(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }

    private Wanted wanted() throws CliException {
        try {
            return new Wanted(
                    megabits, cuts, codecs.stream().map(CodecChoice::parse).toList(), seconds, alone);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    /** Empty where there are none, which is said. */
    private Optional<Path> accuracyImages() {
        Path wished = images;
        if (wished == null || !Files.exists(wished)) {
            spec.commandLine()
                    .getErr()
                    .println(
                            wished == null
                                    ? "bench: accuracy is not measured: name test images with --images"
                                    : "bench: accuracy is not measured: there is no " + wished);
            spec.commandLine().getErr().flush();
            return Optional.empty();
        }
        return Optional.of(wished);
    }
}
