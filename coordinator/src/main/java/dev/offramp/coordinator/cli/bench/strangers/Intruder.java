package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.partition.HostPort;
import java.io.IOException;
import java.net.InetAddress;

/** Tries to get in. */
interface Intruder extends AutoCloseable {
    /** Whether it got in; throws where it was refused without a word. */
    boolean attempt(HostPort target, InetAddress from) throws IOException;

    @Override
    void close() throws IOException;
}
