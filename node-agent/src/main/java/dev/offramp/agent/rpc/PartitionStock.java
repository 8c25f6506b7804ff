package dev.offramp.agent.rpc;

import dev.offramp.agent.artifact.ArtifactCache;
import dev.offramp.agent.artifact.ArtifactException;
import dev.offramp.agent.artifact.ArtifactSource;
import dev.offramp.agent.core.HopKey;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.agent.loop.LoadedHops;
import dev.offramp.agent.loop.PartitionPool;
import dev.offramp.partition.Chain;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.artifact.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** This node's loaded partitions, shared by the hops and epochs that use them. Confined to the deployment thread. */
final class PartitionStock implements AutoCloseable {
    private static final long MAX_CACHE_BYTES = 1L << 30;

    private final NodeId node;
    private final int servers;
    private final ArtifactCache cache;
    private final ArtifactSource source;
    private final PartitionLoader loader;
    private final LoadedHops hops;
    private final Map<Wanted, PartitionPool> pools = new HashMap<>();
    private final NavigableMap<Long, Placement> loaded = new TreeMap<>();

    /** Services that want one partition in different ways do not share it. */
    private record Wanted(Partition partition, Optimisation optimisation) {}

    PartitionStock(
            NodeId node,
            int servers,
            ArtifactCache cache,
            ArtifactSource source,
            PartitionLoader loader,
            LoadedHops hops) {
        this.node = node;
        this.servers = servers;
        this.cache = cache;
        this.source = source;
        this.loader = loader;
        this.hops = hops;
    }

    /** Whether another placement of the same epoch is loaded: its hops must stay what they are. */
    boolean contradicts(Placement placement) {
        Placement known = loaded.get(placement.epoch());
        return known != null && !known.equals(placement);
    }

    /** Makes every hop of {@code placement} on this node ready to run, or none. */
    void load(Placement placement) throws ArtifactException, InferenceException, InterruptedException {
        try {
            Map<HopKey, PartitionPool> ready = new HashMap<>();
            for (Service service : placement.services()) {
                for (Chain chain : service.chains()) {
                    for (int i = 0; i < chain.hops().size(); i++) {
                        Hop hop = chain.hops().get(i);
                        if (hop.node().equals(node)) {
                            ready.put(
                                    new HopKey(placement.epoch(), chain.id(), i),
                                    pool(new Wanted(hop.partition(), service.optimisation())));
                        }
                    }
                }
            }
            ready.forEach(hops::put);
            loaded.put(placement.epoch(), placement);
        } catch (ArtifactException | InferenceException | InterruptedException | RuntimeException | Error e) {
            closeUnused();
            throw e;
        }
    }

    private PartitionPool pool(Wanted wanted) throws ArtifactException, InferenceException, InterruptedException {
        PartitionPool loaded = pools.get(wanted);
        if (loaded == null) {
            Path file =
                    cache.ensure(wanted.partition().digest(), wanted.partition().fileBytes(), source);
            loaded = new PartitionPool(copies(wanted, file));
            pools.put(wanted, loaded);
        }
        return loaded;
    }

    private List<LoadedPartition> copies(Wanted wanted, Path file) throws InferenceException, InterruptedException {
        List<LoadedPartition> copies = new ArrayList<>();
        try {
            for (int server = 0; server < servers; server++) {
                copies.add(loader.load(wanted.partition(), file, wanted.optimisation()));
            }
            return copies;
        } catch (InferenceException | InterruptedException | RuntimeException | Error e) {
            copies.forEach(LoadedPartition::close);
            throw e;
        }
    }

    /** Forgets {@code epoch}, which never came to be. */
    void forget(long epoch) {
        loaded.remove(epoch);
        hops.remove(epoch);
        closeUnused();
    }

    /** Forgets {@code epoch} and older ones, and releases what no other epoch uses. */
    void retire(long epoch) {
        loaded.headMap(epoch, true).clear();
        hops.removeUpTo(epoch);
        closeUnused();
        Set<Digest> inUse = pools.keySet().stream()
                .map(wanted -> wanted.partition().digest())
                .collect(Collectors.toSet());
        cache.prune(inUse, MAX_CACHE_BYTES);
    }

    private void closeUnused() {
        Iterator<PartitionPool> all = pools.values().iterator();
        while (all.hasNext()) {
            PartitionPool pool = all.next();
            if (!hops.uses(pool)) {
                all.remove();
                pool.close();
            }
        }
    }

    @Override
    public void close() {
        hops.removeUpTo(Long.MAX_VALUE);
        closeUnused();
    }
}
