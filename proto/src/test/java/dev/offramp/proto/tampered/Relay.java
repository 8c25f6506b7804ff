package dev.offramp.proto.tampered;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Passes bytes on to a port of loopback, until its connections are cut, and remembers what clients have sent. */
public final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 8192;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Socket> open = new ArrayList<>();
    private final List<ByteArrayOutputStream> sent = new ArrayList<>();

    public Relay(int target) throws IOException {
        this.target = target;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
                ByteArrayOutputStream recording = new ByteArrayOutputStream();
                synchronized (open) {
                    open.add(client);
                    open.add(behind);
                    sent.add(recording);
                }
                Thread.ofPlatform().daemon().start(() -> pass(client, behind, recording));
                Thread.ofPlatform().daemon().start(() -> pass(behind, client, OutputStream.nullOutputStream()));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void pass(Socket from, Socket to, OutputStream recording) {
        try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                recording.write(buffer, 0, read);
                to.getOutputStream().write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // Cut.
        }
    }

    /** Of each connection so far. */
    public List<byte[]> sent() {
        synchronized (open) {
            return sent.stream().map(ByteArrayOutputStream::toByteArray).toList();
        }
    }

    /** Both ends see their connections broken; new ones are taken. */
    public void cut() throws IOException {
        synchronized (open) {
            for (Socket socket : open) {
                socket.close();
            }
            open.clear();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
