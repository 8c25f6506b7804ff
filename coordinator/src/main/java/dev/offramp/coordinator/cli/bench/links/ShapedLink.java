package dev.offramp.coordinator.cli.bench.links;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.bench.NetworkNamespace;
import dev.offramp.coordinator.cli.process.ProcessTable;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.util.List;

/**
 * Two network namespaces with two links between them: one that is shaped, and one that is not, for what is not measured.
 * This process must be alone in the first namespace. Confined to one thread.
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
    /** A token bucket as small as it can be: half a millisecond's worth, and two frames of Ethernet. */
    private static final double BURST_SECONDS = 0.0005;

    private static final long LEAST_BURST_BYTES = 2 * 1514;
    /** What may wait before the link; beyond, packets are lost. */
    private static final int QUEUE_BYTES = 1 << 20;

    private static final double BITS = 8;
    private static final double MEGA = 1e6;

    private final NetworkNamespace far;

    private ShapedLink(NetworkNamespace far) {
        this.far = far;
    }

    /** Makes the second namespace and the links. */
    static ShapedLink open(ProcessTable processes, NanoClock clock, Pause pause)
            throws CliException, IOException, InterruptedException {
        ShapedLink link = new ShapedLink(NetworkNamespace.open("far-namespace", processes, clock, pause));
        NetworkNamespace.runHere("ip link set lo up");
        link.connect("shaped", NEAR, FAR);
        link.connect("control", NEAR_CONTROL, FAR_CONTROL);
        return link;
    }

    private void connect(String device, String near, String farEnd) throws CliException, InterruptedException {
        NetworkNamespace.runHere("ip link add %s type veth peer name %s netns %d".formatted(device, device, far.pid()));
        NetworkNamespace.runHere("ip address add %s dev %s".formatted(near + PREFIX, device));
        far.run("ip address add %s dev %s".formatted(farEnd + PREFIX, device));
        NetworkNamespace.runHere("ip link set %s up".formatted(device));
        far.run("ip link set %s up".formatted(device));
    }

    /** From now on the shaped link carries so much, in each direction. */
    void shape(double megabits) throws CliException, InterruptedException {
        long burst = Math.max(LEAST_BURST_BYTES, Math.round(megabits * MEGA / BITS * BURST_SECONDS));
        String command = "tc qdisc replace dev shaped root tbf rate %dkbit burst %d limit %d"
                .formatted(Math.round(megabits * 1000), burst, QUEUE_BYTES);
        NetworkNamespace.runHere(command);
        far.run(command);
    }

    /** The command line that runs {@code command} in the second namespace. */
    List<String> there(List<String> command) {
        return far.in(command);
    }
}
