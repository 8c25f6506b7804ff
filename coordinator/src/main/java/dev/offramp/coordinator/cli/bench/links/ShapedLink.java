package dev.offramp.coordinator.cli.bench.links;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.ChildProcess;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two network namespaces with two links between them: one that is shaped, and one that is not, for what is not measured.
 * This process must be alone in the first namespace; a process that sleeps keeps the second. None has a name: they go, links
 * and all, with the last process in them, however that ends. Confined to one thread.
 */
final class ShapedLink {
    /** This end of the link that is not shaped. */
    static final String NEAR_CONTROL = "10.78.0.1";
    /** The other end of the shaped link. */
    static final String FAR = "10.77.0.2";
    /** On every interface of a namespace. */
    static final String ANY = "0.0.0.0";

    private static final String NEAR = "10.77.0.1";
    private static final String FAR_CONTROL = "10.78.0.2";
    private static final String PREFIX = "/24";
    private static final String HOLDER = "far-namespace";
    private static final long STARTING_NANOS = 5_000_000_000L;
    private static final long POLL_NANOS = 2_000_000;
    /** A token bucket as small as it can be: half a millisecond's worth, and two frames of Ethernet. */
    private static final double BURST_SECONDS = 0.0005;

    private static final long LEAST_BURST_BYTES = 2 * 1514;
    /** What may wait before the link; beyond, packets are lost. */
    private static final int QUEUE_BYTES = 1 << 20;

    private static final double BITS = 8;
    private static final double MEGA = 1e6;

    private final long holder;

    private ShapedLink(long holder) {
        this.holder = holder;
    }

    /** Whether this process may make namespaces, which usually only root may. */
    static boolean isPossible() {
        return Stream.of("ip", "tc", "nsenter", "unshare").allMatch(ShapedLink::isThere) && canUnshare();
    }

    private static boolean isThere(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Arrays.stream(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean canUnshare() {
        try {
            return new ProcessBuilder("unshare", "--net", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The command line that runs {@code command} in a network namespace of its own. */
    static List<String> alone(List<String> command) {
        List<String> line = new ArrayList<>(List.of("unshare", "--net", "--"));
        line.addAll(command);
        return line;
    }

    /** Makes the second namespace and the links. */
    static ShapedLink open(ProcessTable processes, Duration longest, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        ChildProcess sleeper = processes.start(HOLDER, alone(List.of("sleep", String.valueOf(longest.toSeconds()))));
        long end = clock.nanoTime() + STARTING_NANOS;
        while (namespace(sleeper.pid()).equals(namespace(ProcessHandle.current().pid()))) {
            if (clock.nanoTime() > end) {
                throw new CliException(ExitCode.ERROR, "no second namespace was made: " + sleeper.lastWords());
            }
            pause.pause(POLL_NANOS);
        }
        ShapedLink link = new ShapedLink(sleeper.pid());
        run("ip link set lo up");
        link.runThere("ip link set lo up");
        link.connect("shaped", NEAR, FAR);
        link.connect("control", NEAR_CONTROL, FAR_CONTROL);
        return link;
    }

    private static Path namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "ns", "net"));
    }

    private void connect(String device, String near, String far)
            throws CliException, IOException, InterruptedException {
        run("ip link add %s type veth peer name %s netns %d".formatted(device, device, holder));
        run("ip address add %s dev %s".formatted(near + PREFIX, device));
        runThere("ip address add %s dev %s".formatted(far + PREFIX, device));
        run("ip link set %s up".formatted(device));
        runThere("ip link set %s up".formatted(device));
    }

    /** From now on the shaped link carries so much, in each direction. */
    void shape(double megabits) throws CliException, IOException, InterruptedException {
        long burst = Math.max(LEAST_BURST_BYTES, Math.round(megabits * MEGA / BITS * BURST_SECONDS));
        String command = "tc qdisc replace dev shaped root tbf rate %dkbit burst %d limit %d"
                .formatted(Math.round(megabits * 1000), burst, QUEUE_BYTES);
        run(command);
        runThere(command);
    }

    /** The command line that runs {@code command} in the second namespace. */
    List<String> there(List<String> command) {
        List<String> line = new ArrayList<>(List.of("nsenter", "--target", String.valueOf(holder), "--net", "--"));
        line.addAll(command);
        return line;
    }

    private void runThere(String command) throws CliException, IOException, InterruptedException {
        run(there(List.of(command.split(" "))));
    }

    private static void run(String command) throws CliException, IOException, InterruptedException {
        run(List.of(command.split(" ")));
    }

    private static void run(List<String> command) throws CliException, IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new CliException(ExitCode.ERROR, "'%s' failed: %s".formatted(String.join(" ", command), said));
        }
    }
}
