package dev.offramp.coordinator.cli.bench;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Boards on a switch: this process and each member on a link of its own, whose sending end is shaped by a token bucket. This
 * process must be alone in its namespace. Confined to one thread.
 */
final class ShapedNetwork {
    /** Of this process. */
    static final String HOST = address(0);

    private static final Pattern RATE = Pattern.compile("\\d{1,6}(kbit|mbit|gbit)");
    /** So small that no message of interest fits into it. */
    private static final String BUCKET = "burst 32kb latency 50ms";

    private final String rate;
    private final List<NetworkNamespace> boards = new ArrayList<>();
    private final NetworkNamespace hub;

    private ShapedNetwork(String rate, NetworkNamespace hub) {
        this.rate = rate;
        this.hub = hub;
    }

    /** Refuses what {@code tc} would not understand. */
    static void check(String rate) throws CliException {
        if (!RATE.matcher(rate).matches()) {
            throw new CliException(ExitCode.USAGE, "a link of '%s': expected e.g. 940mbit or 10mbit".formatted(rate));
        }
    }

    /**
     * Makes one.
     *
     * @param rate as tc writes it, e.g. {@code 940mbit}
     * @param members besides this process, numbered from 1
     */
    static ShapedNetwork open(String rate, int members, ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        check(rate);
        ShapedNetwork network = new ShapedNetwork(rate, NetworkNamespace.open("switch", processes, clock, pause));
        network.hub.run("ip link add switch type bridge");
        network.hub.run("ip link set switch up");
        NetworkNamespace.runHere("ip link set lo up");
        NetworkNamespace.runHere("ip link add link0 type veth peer name port0 netns " + network.hub.pid());
        network.plug(0);
        for (String command : network.setUp(0)) {
            NetworkNamespace.runHere(command);
        }
        for (int member = 1; member <= members; member++) {
            NetworkNamespace board = NetworkNamespace.open("board-" + member, processes, clock, pause);
            network.boards.add(board);
            board.run("ip link add link%d type veth peer name port%d netns %d"
                    .formatted(member, member, network.hub.pid()));
            network.plug(member);
            for (String command : network.setUp(member)) {
                board.run(command);
            }
        }
        return network;
    }

    private void plug(int member) throws CliException, InterruptedException {
        hub.run("ip link set port%d master switch up".formatted(member));
        hub.run("tc qdisc add dev port%d root tbf rate %s %s".formatted(member, rate, BUCKET));
    }

    private List<String> setUp(int member) {
        return List.of(
                "ip address add %s/24 dev link%d".formatted(address(member), member),
                "ip link set link%d up".formatted(member),
                "tc qdisc add dev link%d root tbf rate %s %s".formatted(member, rate, BUCKET));
    }

    /** Where a member listens; 0 is this process. */
    static String address(int member) {
        return "10.79.0." + (member + 1);
    }

    /** The command that runs {@code command} as a member. */
    List<String> in(int member, List<String> command) {
        return boards.get(member - 1).in(command);
    }
}
