package dev.offramp.coordinator.cli.process;

import dev.offramp.partition.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A coordinator of this command's own class path, as a process on loopback. Stateless. */
public final class LocalCoordinator {
    public static final String LOOPBACK = "127.0.0.1";

    private static final String MAIN = "dev.offramp.coordinator.cli.Offramp";
    private static final List<String> FLAGS =
            List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xss1m");

    private LocalCoordinator() {}

    /** The command line that runs it. */
    public static List<String> command(Path data, HostPort address, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "coordinator",
                "--data-dir",
                data.toString(),
                "--bind",
                address.host(),
                "--port",
                String.valueOf(address.port())));
        arguments.addAll(more);
        return command(FLAGS, arguments);
    }

    /** The command line that runs any of this command's subcommands. */
    public static List<String> command(List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.add(MAIN);
        command.addAll(arguments);
        return command;
    }

    /** A port that is free now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
