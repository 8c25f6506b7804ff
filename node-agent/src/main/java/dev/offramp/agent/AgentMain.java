package dev.offramp.agent;

import dev.offramp.agent.config.AgentOptions;
import dev.offramp.agent.inference.onnx.InferenceBenchCommand;
import dev.offramp.agent.profile.ProfileCodecsCommand;
import dev.offramp.agent.profile.ProfileExitsCommand;
import dev.offramp.agent.profile.TimingCostCommand;
import dev.offramp.agent.serving.PlainServerCommand;
import dev.offramp.agent.verify.VerifyCommand;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Entry point of the agent's process. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        // Before DJL is touched: it must not look for models, engines or news on the network.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
        System.setProperty("java.awt.headless", "true");
        System.exit(execute(arguments));
    }

    /** The first word may name a program beside the agent; anything else runs the agent. */
    static int execute(String... arguments) {
        Callable<Integer> program = program(arguments.length == 0 ? "" : arguments[0]);
        int words = program instanceof AgentCommand ? 0 : 1;
        return commandLine(program).execute(Arrays.copyOfRange(arguments, words, arguments.length));
    }

    private static Callable<Integer> program(String name) {
        return switch (name) {
            case "verify" -> new VerifyCommand();
            case "profile-exits" -> new ProfileExitsCommand();
            case "profile-codecs" -> new ProfileCodecsCommand();
            case "bench-inference" -> new InferenceBenchCommand();
            case "serve-plain" -> new PlainServerCommand();
            case "timing-cost" -> new TimingCostCommand();
            default -> new AgentCommand();
        };
    }

    static CommandLine commandLine(Object command) {
        CommandLine commandLine = new CommandLine(command);
        AgentOptions.register(commandLine);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((e, unparsed) -> {
            CommandLine failing = e.getCommandLine();
            failing.getErr().println(e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, failing.getErr());
            failing.getErr().println("Try '" + failing.getCommandSpec().qualifiedName() + " --help'");
            return AgentCommand.USAGE;
        });
        return commandLine;
    }
}
