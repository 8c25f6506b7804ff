package dev.offramp.coordinator.cli.bench;

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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Boards on a switch: this process and each member on a link of its own, whose sending end is shaped by a token bucket. A
 * member is a network namespace without a name, kept by a process that sleeps: namespaces and links go with those processes,
 * however they end. Needs root. Confined to one thread.
 */
final class ShapedNetwork {
    private static final Pattern RATE = Pattern.compile("\\d{1,6}(kbit|mbit|gbit)");
    /** So small that no message of interest fits into it. */
    private static final String BUCKET = "burst 32kb latency 50ms";

    private static final String LONGEST_SECONDS = "1800";
    private static final long STARTING_NANOS = 5_000_000_000L;
    private static final long POLL_NANOS = 2_000_000;

    private final String rate;
    private final ProcessTable processes;
    private final NanoClock clock;
    private final Pause pause;
    private final int id = (int) (ProcessHandle.current().pid() % 10_000);
    private final List<Long> keepers = new ArrayList<>();

    private ShapedNetwork(String rate, ProcessTable processes, NanoClock clock, Pause pause) {
        this.rate = rate;
        this.processes = processes;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Makes one.
     *
     * @param rate as tc writes it, e.g. {@code 940mbit}
     * @param members besides this process, numbered from 1
     */
    static ShapedNetwork open(String rate, int members, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        if (!RATE.matcher(rate).matches()) {
            throw new CliException(ExitCode.USAGE, "a link of '%s': expected e.g. 940mbit or 10mbit".formatted(rate));
        }
        ShapedNetwork network = new ShapedNetwork(rate, processes, clock, pause);
        // Number 0 is the switch, and on its other links this process.
        network.addNamespace("switch");
        network.at(0, "ip link add switch type bridge");
        network.at(0, "ip link set switch up");
        network.attach(0);
        for (int member = 1; member <= members; member++) {
            network.addNamespace("board-" + member);
            network.attach(member);
        }
        return network;
    }

    private void addNamespace(String name) throws CliException, IOException, InterruptedException {
        ChildProcess keeper =
                processes.start(name, List.of("unshare", "--net", "--", "sleep", LONGEST_SECONDS));
        long end = clock.nanoTime() + STARTING_NANOS;
        while (keeper.isAlive() && namespace(keeper.pid()).equals(namespace(ProcessHandle.current().pid()))) {
            if (clock.nanoTime() > end) {
                throw refused("unshare --net", "nothing");
            }
            pause.pause(POLL_NANOS);
        }
        if (!keeper.isAlive()) {
            throw refused("unshare --net", keeper.lastWords());
        }
        keepers.add(keeper.pid());
    }

    private static Path namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "ns", "net"));
    }

    private void attach(int member) throws CliException, IOException, InterruptedException {
        String device = "of%d-%d".formatted(id, member);
        run("ip link add %s type veth peer name port%d netns %d".formatted(device, member, keepers.getFirst()));
        at(0, "ip link set port%d master switch up".formatted(member));
        if (member > 0) {
            run("ip link set %s netns %d".formatted(device, keepers.get(member)));
            at(member, "ip link set lo up");
        }
        for (String command : List.of(
                "ip address add %s/24 dev %s".formatted(address(member), device),
                "ip link set %s up".formatted(device),
                "tc qdisc add dev %s root tbf rate %s %s".formatted(device, rate, BUCKET))) {
            if (member > 0) {
                at(member, command);
            } else {
                run(command);
            }
        }
    }

    /** Where a member listens; 0 is this process. */
    String address(int member) {
        return "10.%d.%d.%d".formatted(100 + id / 256, id % 256, member + 1);
    }

    /** The command that runs {@code command} as a member. */
    List<String> in(int member, List<String> command) {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "--target", String.valueOf(keepers.get(member)), "--net", "--"));
        all.addAll(command);
        return all;
    }

    private void at(int member, String command) throws CliException, InterruptedException {
        run(in(member, List.of(command.split(" "))));
    }

    private static void run(String command) throws CliException, InterruptedException {
        run(List.of(command.split(" ")));
    }

    private static void run(List<String> command) throws CliException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw refused(String.join(" ", command), said.strip());
            }
        } catch (IOException e) {
            throw refused(String.join(" ", command), String.valueOf(e.getMessage()));
        }
    }

    private static CliException refused(String command, String why) {
        return new CliException(
                ExitCode.UNAVAILABLE,
                "a shaped link cannot be made: '%s' says: %s\nIt needs root, iproute2 and util-linux"
                        .formatted(command, why));
    }
}
