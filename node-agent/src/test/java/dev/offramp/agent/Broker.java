package dev.offramp.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real MQTT broker on loopback. */
final class Broker implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Program program;
    private final List<String> clientOptions;

    private Broker(Path directory, int port, Program program, List<String> clientOptions) {
        this.directory = directory;
        this.port = port;
        this.program = program;
        this.clientOptions = clientOptions;
    }

    static void require() {
        Program.require("mosquitto", "mosquitto");
        Program.require("mosquitto_pub", "mosquitto-clients");
    }

    static Broker start(Path directory, int port) throws IOException, InterruptedException {
        return start(directory, port, "", List.of());
    }

    /** Over TLS. */
    static Broker start(Path directory, int port, SelfSigned certificate) throws IOException, InterruptedException {
        return start(
                directory,
                port,
                // It would give up the right to read the key.
                "user root\ncertfile %s\nkeyfile %s\n".formatted(certificate.certificate(), certificate.key()),
                List.of("--cafile", certificate.certificate().toString()));
    }

    private static Broker start(Path directory, int port, String more, List<String> clientOptions)
            throws IOException, InterruptedException {
        Path configuration = Files.writeString(
                directory.resolve("mosquitto.conf"),
                "listener %d 127.0.0.1\n%sallow_anonymous true\nlog_dest stderr\n".formatted(port, more));
        Program program = Program.start(directory, Program.path("mosquitto"), "-c", configuration.toString());
        program.awaitLine(line -> line.contains("running"));
        return new Broker(directory, port, program, clientOptions);
    }

    String log() {
        return program.output();
    }

    /** SIGSTOP, SIGCONT or another. */
    void signal(String name) throws IOException, InterruptedException {
        program.signal(name);
    }

    void publish(String topic, Path file) throws IOException, InterruptedException {
        try (Program publisher = client("mosquitto_pub", "-t", topic, "-f", file.toString())) {
            publisher.await();
        }
    }

    /** A message that the broker keeps for those who come later. */
    void keep(String topic, String message) throws IOException, InterruptedException {
        try (Program publisher = client("mosquitto_pub", "-r", "-t", topic, "-m", message)) {
            publisher.await();
        }
    }

    /** Topics of all messages that the broker keeps. */
    List<String> kept() throws IOException, InterruptedException {
        String last = "zz/last";
        keep(last, "message");
        // Those that are kept come at once, in any order, and this one once more when it is published again.
        try (Program subscriber = client("mosquitto_sub", "-t", "#", "-F", "%r %t")) {
            subscriber.awaitLine(("1 " + last)::equals);
            keep(last, "again");
            subscriber.awaitLine(("0 " + last)::equals);
            return subscriber
                    .output()
                    .lines()
                    .filter(line -> line.startsWith("1 "))
                    .map(line -> line.substring(2))
                    .filter(topic -> !topic.equals(last))
                    .sorted()
                    .toList();
        }
    }

    /** Prints topics and messages. */
    Program subscribe(String topic) throws IOException {
        return client("mosquitto_sub", "-v", "-t", topic);
    }

    private Program client(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", String.valueOf(port)));
        command.addAll(clientOptions);
        command.addAll(List.of(arguments));
        return Program.start(directory, command.toArray(String[]::new));
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
    }
}
