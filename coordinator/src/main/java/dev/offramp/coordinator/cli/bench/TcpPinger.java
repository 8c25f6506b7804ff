package dev.offramp.coordinator.cli.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** Bytes over a plain socket: their number first, one byte back. Confined to one thread. */
final class TcpPinger implements Pinger {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final byte[] message;

    TcpPinger(InetSocketAddress peer, int bytes) throws IOException {
        message = ByteBuffer.allocate(Integer.BYTES + bytes).putInt(bytes).array();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(peer, TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    @Override
    public void send() throws IOException {
        out.write(message);
    }

    @Override
    public Answer await() throws IOException {
        var unused = in.readByte();
        return new Answer(System.nanoTime(), 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
