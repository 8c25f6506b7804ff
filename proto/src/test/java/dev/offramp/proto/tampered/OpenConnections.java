package dev.offramp.proto.tampered;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Connections of a port of this machine, as its system counts them. Stateless. */
public final class OpenConnections {
    private static final int ATTEMPTS = 20_000;
    private static final int ESTABLISHED = 1;
    private static final int CLOSE_WAIT = 8;

    private OpenConnections() {}

    /**
     * Waits until there is none whose client has closed it and the server not: it would stay for ever.
     *
     * @param port that a server listens on
     */
    public static void awaitNoneLeft(int port) throws IOException {
        await(port, state -> state == CLOSE_WAIT, 0);
    }

    /** Waits until so many stand. */
    public static void awaitStanding(int port, long connections) throws IOException {
        await(port, state -> state == ESTABLISHED || state == CLOSE_WAIT, connections);
    }

    /** How many stand. */
    public static long standing(int port) throws IOException {
        return count(port, state -> state == ESTABLISHED || state == CLOSE_WAIT);
    }

    private static void await(int port, IntPredicate state, long wanted) throws IOException {
        long found = count(port, state);
        for (int attempts = 0; found != wanted; attempts++) {
            if (attempts == ATTEMPTS) {
                throw new AssertionError("%d connections at port %d: expected %d".formatted(found, port, wanted));
            }
            found = count(port, state);
        }
    }

    private static long count(int port, IntPredicate state) throws IOException {
        return count("/proc/net/tcp", port, state) + count("/proc/net/tcp6", port, state);
    }

    /** Of the fields 1 is the local address, 3 the state. */
    private static long count(String table, int port, IntPredicate state) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> lines = Files.lines(Path.of(table))) {
            return lines.skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(local) && state.test(Integer.parseInt(fields[3], 16)))
                    .count();
        }
    }
}
