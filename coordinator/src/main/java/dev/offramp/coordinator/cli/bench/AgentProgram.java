package dev.offramp.coordinator.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.cli.AgentDistribution;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The agent's program, asked how fast partitions run under ONNX Runtime itself; only it has the runtime. Confined. */
public final class AgentProgram {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ProcessTable processes;
    private int asked;

    public AgentProgram(ProcessTable processes) {
        this.processes = processes;
    }

    /**
     * Runs the partitions in {@code directory}.
     *
     * @param arguments more of them
     * @param around makes the command line that is run of the program's
     */
    public JsonNode benchInference(Path directory, List<String> arguments, UnaryOperator<List<String>> around)
            throws CliException, IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("bench-inference", directory.toString()));
        line.addAll(arguments);
        asked++;
        ChildProcess program = processes.start(
                "inference-" + asked, around.apply(AgentDistribution.locate().command(line)));
        program.end(PATIENCE.toNanos());
        List<String> words = program.lastWords().lines().toList();
        try {
            JsonNode answer = new ObjectMapper().readTree(words.isEmpty() ? "" : words.getLast());
            if (answer.isObject()) {
                return answer;
            }
        } catch (JsonProcessingException e) {
            // What it said instead says why.
        }
        throw new CliException(ExitCode.ERROR, "the agent's program has not measured:\n" + String.join("\n", words));
    }
}
