package dev.offramp.agent;

import dev.offramp.agent.config.AgentOptions;
import dev.offramp.agent.inference.onnx.InferenceBenchCommand;
import dev.offramp.agent.profile.ProfileExitsCommand;
import dev.offramp.agent.verify.VerifyCommand;
import java.util.Arrays;
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

    /** {@code verify …} compares partitions, {@code profile-exits …} records exits, {@code bench-inference …} measures; anything else runs the agent. */
    static int execute(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("verify")) {
            return commandLine(new VerifyCommand()).execute(Arrays.copyOfRange(arguments, 1, arguments.length));
        }
        if (arguments.length > 0 && arguments[0].equals("profile-exits")) {
            return commandLine(new ProfileExitsCommand()).execute(Arrays.copyOfRange(arguments, 1, arguments.length));
        }
        if (arguments.length > 0 && arguments[0].equals("bench-inference")) {
            return commandLine(new InferenceBenchCommand()).execute(Arrays.copyOfRange(arguments, 1, arguments.length));
        }
        return commandLine(new AgentCommand()).execute(arguments);
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
