package dev.offramp.proto.tampered;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * A client of HTTP/2 that keeps to the protocol: it answers whatever it is asked, and does not go by itself. Thread-safe.
 */
public final class PatientStranger implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final int ANSWER = 1;
    private static final int STREAM_BYTES = 4;

    private final Socket socket;
    private boolean ended;
    private int lastError = -1;

    public PatientStranger(Socket socket) throws IOException {
        this.socket = socket;
        write(Damage.joined(Http2Bytes.preface(), Http2Bytes.settings()));
        Thread.ofPlatform().daemon().start(this::listen);
    }

    private void listen() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                in.skipNBytes(STREAM_BYTES);
                hear(type, flags, in.readNBytes(length));
            }
        } catch (IOException e) {
            // The server has ended it.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private void hear(int type, int flags, byte[] payload) throws IOException {
        if (flags == ANSWER && (type == Http2Bytes.SETTINGS || type == Http2Bytes.PING)) {
            return;
        }
        switch (type) {
            case Http2Bytes.SETTINGS -> write(Http2Bytes.frame(Http2Bytes.SETTINGS, ANSWER, 0, new byte[0]));
            case Http2Bytes.PING -> write(Http2Bytes.frame(Http2Bytes.PING, ANSWER, 0, payload));
            case Http2Bytes.GO_AWAY -> toldToGo(ByteBuffer.wrap(payload).getInt(4));
            default -> {
                // Whatever becomes of calls.
            }
        }
    }

    private synchronized void toldToGo(int error) {
        lastError = error;
    }

    public synchronized void write(byte[] frames) throws IOException {
        socket.getOutputStream().write(frames);
        socket.getOutputStream().flush();
    }

    /**
     * Waits until the server has ended the connection.
     *
     * @return the error of HTTP/2 that it gave; -1 if it gave none
     */
    public synchronized int awaitEnd() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!ended) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("a stranger's connection stands after " + PATIENCE_SECONDS + " s");
            }
            wait(left);
        }
        return lastError;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
