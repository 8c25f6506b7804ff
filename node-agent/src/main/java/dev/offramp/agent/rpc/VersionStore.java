package dev.offramp.agent.rpc;

import dev.offramp.partition.ServiceId;
import dev.offramp.proto.identity.PrivateFiles;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The newest epoch and policy versions this node has acted on, kept on disk so that they never go back, restarts
 * included. Thread-safe.
 */
final class VersionStore {
    private static final String EPOCH = "epoch";
    private static final String POLICY = "policy.";

    private final Path file;
    private long epoch;
    private final SortedMap<ServiceId, Long> policies = new TreeMap<>();

    VersionStore(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            read();
        }
    }

    private void read() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            for (String key : properties.stringPropertyNames()) {
                long version = Long.parseLong(properties.getProperty(key));
                if (key.equals(EPOCH)) {
                    epoch = version;
                } else if (key.startsWith(POLICY)) {
                    policies.put(new ServiceId(key.substring(POLICY.length())), version);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s is damaged (%s)\nMaybe delete it: the coordinator sends the current versions again"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /** Newest epoch acted on; 0 before the first. */
    synchronized long epoch() {
        return epoch;
    }

    /** Newest policy version acted on; 0 before the first. */
    synchronized long policy(ServiceId service) {
        return policies.getOrDefault(service, 0L);
    }

    synchronized Map<ServiceId, Long> policies() {
        return new TreeMap<>(policies);
    }

    /** Durable when this returns. */
    synchronized void recordEpoch(long newEpoch) throws IOException {
        if (newEpoch != epoch) {
            long before = epoch;
            epoch = newEpoch;
            try {
                write();
            } catch (IOException e) {
                epoch = before;
                throw e;
            }
        }
    }

    /** Durable when this returns. */
    synchronized void recordPolicy(ServiceId service, long version) throws IOException {
        Long before = policies.put(service, version);
        if (before != null && before == version) {
            return;
        }
        try {
            write();
        } catch (IOException e) {
            if (before == null) {
                policies.remove(service);
            } else {
                policies.put(service, before);
            }
            throw e;
        }
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder(EPOCH + "=" + epoch + "\n");
        policies.forEach((service, version) ->
                text.append(POLICY).append(service).append('=').append(version).append('\n'));
        PrivateFiles.write(file, text.toString());
    }
}
