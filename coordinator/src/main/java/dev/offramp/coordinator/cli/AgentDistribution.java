package dev.offramp.coordinator.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The agent's program, which runs as a process of its own. The launcher says where the built tree is
 * ({@code -Dofframp.home}); the JDK is the one that runs this.
 */
public final class AgentDistribution {
    private static final String MAIN = "dev.offramp.agent.AgentMain";
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xss1m",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
            "--enable-native-access=ALL-UNNAMED");

    private final Path java;
    private final String classPath;

    private AgentDistribution(Path java, String classPath) {
        this.java = java;
        this.classPath = classPath;
    }

    /** The agent beside this command. */
    public static AgentDistribution locate() throws CliException {
        String home = System.getProperty("offramp.home", ".");
        Path target = Path.of(home, "node-agent", "target");
        Path jar = jar(target);
        return new AgentDistribution(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                jar + File.pathSeparator + target.resolve("lib") + File.separator + "*");
    }

    private static Path jar(Path target) throws CliException {
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                var jar = files.filter(file -> file.getFileName().toString().matches("offramp-node-agent-.*\\.jar"))
                        .findFirst();
                if (jar.isPresent()) {
                    return jar.get();
                }
            } catch (java.io.IOException e) {
                throw new CliException(ExitCode.ERROR, "cannot look into " + target + ": " + e.getMessage(), e);
            }
        }
        throw new CliException(
                ExitCode.ERROR,
                "there is no agent in %s\nBuild it with: mvn -q -Pquick -DskipTests package".formatted(target));
    }

    /** The command line that runs the agent with these arguments. */
    public List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", classPath, MAIN));
        command.addAll(arguments);
        return command;
    }
}
