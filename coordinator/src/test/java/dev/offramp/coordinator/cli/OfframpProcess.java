package dev.offramp.coordinator.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The {@code offramp} command as a process of its own, for tests. */
public final class OfframpProcess {
    private OfframpProcess() {}

    /** @param temporary where temporary files go */
    public static List<String> command(Path temporary, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporary,
                "-Dofframp.home=" + home(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                "dev.offramp.coordinator.cli.Offramp"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The agent, which the build has packaged, as a process of its own. */
    static List<String> agent(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/env",
                "OFFRAMP_SKIP_BUILD=1",
                "JAVA_HOME=" + System.getProperty("java.home"),
                home().resolve("offramp").toString(),
                "agent"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The root of the source tree, where the built agent lies. */
    private static Path home() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("node-agent")) ? here : here.resolveSibling("");
    }

    /** Without the agent, which the command must not need but as a program of its own. */
    private static String classPath() {
        String all = Optional.ofNullable(System.getProperty("surefire.test.class.path"))
                .orElseGet(() -> System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !entry.contains("node-agent") && !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
