package dev.offramp.agent;

import dev.offramp.proto.tampered.Damage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * An MQTT broker that lets everybody in, publishes pictures of which most are damaged, and then packets that are no packets;
 * to whoever comes again it does the same.
 */
final class TamperedBroker implements AutoCloseable {
    private static final int PICTURES = 30;
    private static final int PACKETS = 5;
    private static final long PACE_MILLIS = 5;
    private static final int PUBLISH = 0x30;

    private final SplittableRandom random;
    private final byte[] picture;
    private final Connections connections;

    TamperedBroker(SplittableRandom random, byte[] picture) throws IOException {
        this.random = random;
        this.picture = picture;
        this.connections = new Connections(this::serve);
    }

    int port() {
        return connections.port();
    }

    private synchronized SplittableRandom split() {
        return random.split();
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        RandomGenerator own = split();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        var unusedConnect = packet(in);
        socket.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
        byte[] subscribe = packet(in);
        socket.getOutputStream().write(new byte[] {(byte) 0x90, 3, subscribe[0], subscribe[1], 0});
        for (int i = 0; i < PICTURES; i++) {
            byte[] payload = own.nextInt(4) == 0 ? picture : Damage.done(picture, own);
            socket.getOutputStream().write(publish(topic(own), payload));
            TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
        }
        for (int i = 0; i < PACKETS; i++) {
            socket.getOutputStream().write(Damage.done(publish("topic", picture), own));
        }
        socket.shutdownOutput();
        var unused = socket.getInputStream().readAllBytes();
    }

    /** What follows the fixed header. */
    private static byte[] packet(DataInputStream in) throws IOException {
        var unusedType = in.readByte();
        int length = 0;
        int shift = 0;
        int next;
        do {
            next = in.readUnsignedByte();
            length |= (next & 0x7F) << shift;
            shift += 7;
        } while (next >= 0x80);
        return in.readNBytes(length);
    }

    /** Also some that nobody has subscribed to. */
    private static String topic(RandomGenerator own) {
        return own.nextInt(3) > 0 ? "topic" : "\u0001/" + "x".repeat(own.nextInt(300));
    }

    private static byte[] publish(String topic, byte[] payload) {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(PUBLISH);
        int left = 2 + name.length + payload.length;
        do {
            packet.write(left % 128 | (left >= 128 ? 128 : 0));
            left /= 128;
        } while (left > 0);
        packet.write(name.length >> 8);
        packet.write(name.length);
        packet.writeBytes(name);
        packet.writeBytes(payload);
        return packet.toByteArray();
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
