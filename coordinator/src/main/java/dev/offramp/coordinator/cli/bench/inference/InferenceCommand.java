package dev.offramp.coordinator.cli.bench.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.bench.AgentProgram;
import dev.offramp.coordinator.cli.bench.network.BenchNetworks;
import dev.offramp.coordinator.cli.process.CleanUp;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.coordinator.cli.process.WorkDirectory;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.time.NanoClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench inference}: what calling ONNX Runtime costs. */
@Command(
        name = "inference",
        description =
                "Runs each partition of a network as agents do, behind DJL's predictor, and in ONNX Runtime's bare"
                        + " session, by turns in one process; and the bare session under other settings.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class InferenceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--network",
            defaultValue = "cifar10",
            paramLabel = "NAME",
            description =
                    "resnet50 (made here, random weights), cifar10, roadside, or a file (default: ${DEFAULT-VALUE}).")
    private String network;

    @Option(
            names = "--parts",
            defaultValue = "4",
            paramLabel = "N",
            description = "Partitions (default: ${DEFAULT-VALUE}).")
    private int parts;

    @Option(
            names = "--millis",
            defaultValue = "2000",
            paramLabel = "MS",
            description = "For each partition and way (default: ${DEFAULT-VALUE}).")
    private long millis;

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (parts < 1 || millis < 1) {
            throw new CliException(
                    ExitCode.USAGE, "%d parts and %d ms: expected at least 1 of both".formatted(parts, millis));
        }
        try (WorkDirectory directory = WorkDirectory.open("bench", Optional.empty());
                ProcessTable processes = new ProcessTable(directory.path(), NanoClock.system())) {
            CleanUp cleanUp = CleanUp.atExit(directory, processes);
            try {
                Inferences measured = measure(directory, processes);
                PrintWriter out = spec.commandLine().getOut();
                if (output.isJson()) {
                    Json.print(out, measured.json());
                } else {
                    measured.print(out);
                }
                return ExitCode.OK;
            } finally {
                cleanUp.standDown();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "the bench cannot go on: " + e.getMessage(), e);
        }
    }

    private Inferences measure(WorkDirectory directory, ProcessTable processes)
            throws CliException, IOException, InterruptedException {
        Cutting cutting = BenchNetworks.cut(BenchNetworks.named(network), parts);
        BenchNetworks.write(cutting, directory.folder("partitions"));
        AgentProgram program = new AgentProgram(processes);
        JsonNode times = ask(program, directory);
        Map<String, Long> memory = new LinkedHashMap<>();
        for (JsonNode setting : times.at("/partitions/0/settings")) {
            String name = setting.get("name").asText();
            memory.put(
                    name,
                    ask(program, directory, "--setting=" + name).get("rssBytes").asLong());
        }
        return Inferences.of(times, memory);
    }

    private JsonNode ask(AgentProgram program, WorkDirectory directory, String... more)
            throws CliException, IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add("--millis=" + millis);
        return program.benchInference(directory.folder("partitions"), arguments, UnaryOperator.identity());
    }
}
