package dev.offramp.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Answers every request with one beginning and then the same pieces again and again, some milliseconds apart. */
final class ScriptedServer implements AutoCloseable {
    private static final long PIECE_MILLIS = 10;
    private static final long PATIENCE_MILLIS = 20_000;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final byte[] beginning;
    private final byte[][] pieces;
    private final List<Socket> open = new ArrayList<>();
    private final CompletableFuture<String> firstRequest = new CompletableFuture<>();

    ScriptedServer(byte[] beginning, byte[]... pieces) throws IOException {
        this.beginning = beginning;
        this.pieces = pieces;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                synchronized (this) {
                    open.add(socket);
                }
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            firstRequest.complete(request(socket.getInputStream()));
            socket.getOutputStream().write(beginning);
            while (pieces.length > 0) {
                for (byte[] piece : pieces) {
                    if (piece.length == 0) {
                        return;
                    }
                    socket.getOutputStream().write(piece);
                    TimeUnit.MILLISECONDS.sleep(PIECE_MILLIS);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone.
        } finally {
            synchronized (this) {
                open.remove(socket);
                notifyAll();
            }
        }
    }

    private static String request(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    String firstRequest() throws Exception {
        return firstRequest.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Waits until every client has closed its connection. */
    synchronized void awaitNoConnection() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (!open.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError(open.size() + " connections are open");
            }
            wait(left);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (this) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
