package dev.offramp.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** A real MQTT broker on loopback. */
final class Broker implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Program program;

    private Broker(Path directory, int port, Program program) {
        this.directory = directory;
        this.port = port;
        this.program = program;
    }

    static void require() {
        Program.require("mosquitto", "mosquitto");
        Program.require("mosquitto_pub", "mosquitto-clients");
    }

    static Broker start(Path directory, int port) throws IOException, InterruptedException {
        Path configuration = Files.writeString(
                directory.resolve("mosquitto.conf"),
                "listener %d 127.0.0.1\nallow_anonymous true\nlog_dest stderr\n".formatted(port));
        Program program = Program.start(directory, Program.path("mosquitto"), "-c", configuration.toString());
        program.awaitLine(line -> line.contains("running"));
        return new Broker(directory, port, program);
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

    /** Prints topics and messages. */
    Program subscribe(String topic) throws IOException {
        return client("mosquitto_sub", "-v", "-t", topic);
    }

    private Program client(String program, String... arguments) throws IOException {
        String[] address = {program, "-h", "127.0.0.1", "-p", String.valueOf(port)};
        return Program.start(
                directory,
                Stream.concat(Arrays.stream(address), Arrays.stream(arguments)).toArray(String[]::new));
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
    }
}
