package dev.offramp.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Sends every client some bytes that mean nothing, and waits until it is gone or closes first. */
final class GarbageServer implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 20_000;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SplittableRandom random;
    private int open;

    GarbageServer(SplittableRandom random) throws IOException {
        this.random = random;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                SplittableRandom own = random.split();
                synchronized (this) {
                    open++;
                }
                Thread.ofPlatform().daemon().start(() -> serve(socket, own));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, SplittableRandom own) {
        try (socket) {
            byte[] bytes = new byte[own.nextInt(5000)];
            own.nextBytes(bytes);
            socket.getOutputStream().write(bytes);
            if (own.nextBoolean()) {
                socket.shutdownOutput();
            }
            var unused = socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The client has gone.
        } finally {
            synchronized (this) {
                open--;
                notifyAll();
            }
        }
    }

    /** Waits until every client has closed its connection. */
    synchronized void awaitNoConnection() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (open > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError(open + " connections are open");
            }
            wait(left);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
