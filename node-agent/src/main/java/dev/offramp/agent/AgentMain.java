package dev.offramp.agent;

import dev.offramp.agent.config.AgentOptions;
import picocli.CommandLine;

/** Entry point of the agent's process. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        // Before DJL is touched: it must not look for models, engines or news on the network.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
        System.setProperty("java.awt.headless", "true");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new AgentCommand());
        AgentOptions.register(commandLine);
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
