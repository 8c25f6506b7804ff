package dev.offramp.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Answers every request with one beginning and then the same pieces again and again, some milliseconds apart. */
final class ScriptedServer implements AutoCloseable {
    private static final long PIECE_MILLIS = 10;
    private static final long PATIENCE_MILLIS = 20_000;

    private final byte[] beginning;
    private final byte[][] pieces;
    private final CompletableFuture<String> firstRequest = new CompletableFuture<>();
    private final Connections connections;

    ScriptedServer(byte[] beginning, byte[]... pieces) throws IOException {
        this.beginning = beginning;
        this.pieces = pieces;
        this.connections = new Connections(this::serve);
    }

    int port() {
        return connections.port();
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
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
    void awaitNoConnection() throws InterruptedException {
        connections.awaitNone();
    }

    @Override
    public void close() throws IOException {
        connections.close();
    }
}
