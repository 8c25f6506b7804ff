package dev.offramp.agent;

import java.io.IOException;
import java.net.Socket;
import java.util.SplittableRandom;

/** Sends every client some bytes that mean nothing, and waits until it is gone or closes first. */
final class GarbageServer implements AutoCloseable {
    private final SplittableRandom random;
    private final Connections connections;

    GarbageServer(SplittableRandom random) throws IOException {
        this.random = random;
        this.connections = new Connections(this::serve);
    }

    int port() {
        return connections.port();
    }

    private synchronized SplittableRandom split() {
        return random.split();
    }

    private void serve(Socket socket) throws IOException {
        SplittableRandom own = split();
        byte[] bytes = new byte[own.nextInt(5000)];
        own.nextBytes(bytes);
        socket.getOutputStream().write(bytes);
        if (own.nextBoolean()) {
            socket.shutdownOutput();
        }
        var unused = socket.getInputStream().readAllBytes();
    }

    /** Waits until every client has closed its connection. */
    void awaitNoConnection() throws InterruptedException {
        connections.awaitNone();
    }

    @Override
    public void close() throws IOException {
        connections.close();
    }
}
