package dev.offramp.coordinator.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code agent …}: runs the agent's own program, which has its own help. */
@Command(
        name = "agent",
        description = "Runs an agent on this machine; 'offramp agent --help' says how.",
        mixinStandardHelpOptions = false)
@SuppressWarnings("NullAway.Init")
final class AgentCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "The agent's.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws CliException, InterruptedException {
        return run(arguments);
    }

    /** Runs the agent's program in a child process with this one's input and output; its exit code. */
    static int run(List<String> arguments) throws CliException, InterruptedException {
        List<String> command = AgentDistribution.locate().command(arguments);
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            try {
                return process.waitFor();
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot start the agent's program: " + e.getMessage(), e);
        }
    }
}
