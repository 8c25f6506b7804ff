package dev.offramp.coordinator.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The agent's program, which runs as a process of its own, with the settings of the launcher. The launcher says where the
 * built tree is ({@code -Dofframp.home}).
 */
public final class AgentDistribution {
    private static final String ENV = "/usr/bin/env";

    private final Path home;

    private AgentDistribution(Path home) {
        this.home = home;
    }

    /** The agent beside this command. */
    public static AgentDistribution locate() throws CliException {
        Path home = Path.of(System.getProperty("offramp.home", "."));
        refuseUnbuilt(home.resolve("node-agent").resolve("target"));
        return new AgentDistribution(home);
    }

    private static void refuseUnbuilt(Path target) throws CliException {
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                if (files.anyMatch(file -> file.getFileName().toString().matches("offramp-node-agent-.*\\.jar"))) {
                    return;
                }
            } catch (java.io.IOException e) {
                throw new CliException(ExitCode.ERROR, "cannot look into " + target + ": " + e.getMessage(), e);
            }
        }
        throw new CliException(
                ExitCode.ERROR,
                "there is no agent in %s\nBuild it with: mvn -q -Pquick -DskipTests package".formatted(target));
    }

    /** Where the launcher looks for what {@code offramp prepare} makes: an AOT cache, or a class archive before Java 25. */
    public Path archive(boolean aheadOfTime) {
        return home.resolve("node-agent").resolve("target").resolve(aheadOfTime ? "agent.aot" : "agent.jsa");
    }

    /** The command line that runs the agent with these arguments. It becomes the agent's process, it does not start one. */
    public List<String> command(List<String> arguments) {
        return command(List.of(), arguments);
    }

    /** The same with more flags for the virtual machine, none of which has a space in it. */
    public List<String> command(List<String> flags, List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(ENV, "OFFRAMP_SKIP_BUILD=1", "JAVA_HOME=" + System.getProperty("java.home")));
        if (!flags.isEmpty()) {
            command.add("OFFRAMP_AGENT_OPTS=" + String.join(" ", flags));
        }
        command.add(home.resolve("offramp").toString());
        command.add("agent");
        command.addAll(arguments);
        return command;
    }
}
