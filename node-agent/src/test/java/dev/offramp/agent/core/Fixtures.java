package dev.offramp.agent.core;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Scores;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small service for unit tests: ingress {@code pi-1}, every tensor of ten bytes, two exits, deadline 1 s. */
final class Fixtures {
    static final ServiceId SERVICE = new ServiceId("roadside");
    static final NodeId INGRESS = new NodeId("pi-1");
    static final int BYTES = 10;

    private Fixtures() {}

    /** One partition per node; exit 1 in the first, the final exit 2 in the last. */
    static Chain chain(String name, String... nodes) {
        List<Hop> hops = new ArrayList<>();
        TensorSpec tensor = new TensorSpec("edge", ElementType.UINT8, List.of(TensorSpec.BATCH, (long) BYTES));
        for (int i = 0; i < nodes.length; i++) {
            boolean last = i == nodes.length - 1;
            List<Exit> exits = new ArrayList<>();
            if (i == 0) {
                exits.add(new Exit(1, "exit-1"));
            }
            if (last) {
                exits.add(new Exit(2, "exit-2"));
            }
            hops.add(new Hop(
                    new NodeId(nodes[i]),
                    new Partition(
                            i,
                            new Digest("0".repeat(64)),
                            1,
                            tensor,
                            last ? Optional.empty() : Optional.of(tensor),
                            exits)));
        }
        return new Chain(new ChainId(SERVICE, name), hops);
    }

    static Service service(Overflow overflow, Chain... chains) {
        return new Service(
                SERVICE,
                List.of("car", "person"),
                new Preprocessing(1, 1, Preprocessing.Color.GRAY, List.of(0f), List.of(1f)),
                Scores.PROBABILITIES,
                overflow,
                Duration.ofSeconds(1),
                List.of(INGRESS),
                Arrays.asList(chains));
    }

    static Placement placement(long epoch, Service service) {
        Map<NodeId, String> addresses = new HashMap<>();
        addresses.put(INGRESS, "pi-1:7070");
        service.chains().forEach(chain -> chain.hops().forEach(hop -> addresses.put(hop.node(), hop.node() + ":7070")));
        return new Placement(epoch, List.of(service), addresses);
    }

    /** All chains alike, the same threshold at every exit. */
    static Policy policy(long version, Service service, float threshold) {
        Map<ChainId, Double> mix = new HashMap<>();
        Map<ChainId, Thresholds> thresholds = new HashMap<>();
        for (Chain chain : service.chains()) {
            mix.put(chain.id(), 1.0 / service.chains().size());
            thresholds.put(chain.id(), Thresholds.uniform(chain.exits(), threshold));
        }
        return Policy.of(service.id(), version, ChainMix.of(mix), thresholds);
    }

    static Activation activation() {
        return new Activation(ByteBuffer.allocate(BYTES));
    }
}
