package dev.offramp.coordinator.cli.bench.links;

import dev.offramp.time.NanoClock;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Posts frames, each when another has its answer. Over plain sockets: the JDK's client takes as much of two cores as the
 * agents that are measured. Thread-safe.
 */
final class Camera {
    /** Frames under way at a time, so that the link and both nodes always have one. */
    private static final int WINDOW = 5;

    private static final int PATIENCE_MILLIS = 20_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String OK = "200";
    private static final String LENGTH = "content-length:";

    private final List<byte[]> pictures;
    private final NanoClock clock;
    private final AtomicInteger next = new AtomicInteger();

    /** @param pictures JPEGs, by turns */
    Camera(List<byte[]> pictures, NanoClock clock) {
        this.pictures = List.copyOf(pictures);
        this.clock = clock;
    }

    /** What came of many frames. */
    record Filmed(int completed, int lost, double framesPerSecond) {}

    /** One connection that stays. Used by one thread. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket = new Socket();
        private final InputStream in;
        private final String path;

        Connection(URI ingress) throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(ingress.getHost(), ingress.getPort()), PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
            path = ingress.getPath();
        }

        /** Whether the frame was completed. */
        boolean post(byte[] picture) throws IOException {
            byte[] head = "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                    .formatted(path, picture.length)
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] request = Arrays.copyOf(head, head.length + picture.length);
            System.arraycopy(picture, 0, request, head.length, picture.length);
            socket.getOutputStream().write(request);
            String status = line();
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                    length = Integer.parseInt(header.substring(LENGTH.length()).strip());
                }
            }
            in.skipNBytes(length);
            return status.contains(" " + OK + " ");
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("the ingress has closed the connection");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private byte[] picture() {
        return pictures.get(Math.floorMod(next.getAndIncrement(), pictures.size()));
    }

    /** As fast as they are taken. */
    Filmed film(URI ingress, double seconds) throws InterruptedException {
        AtomicInteger completed = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        long start = clock.nanoTime();
        long end = start + (long) (seconds * NANOS_PER_SECOND);
        try (ExecutorService threads = Executors.newFixedThreadPool(WINDOW)) {
            for (int i = 0; i < WINDOW; i++) {
                threads.execute(() -> {
                    try (Connection connection = new Connection(ingress)) {
                        while (clock.nanoTime() < end) {
                            (connection.post(picture()) ? completed : lost).incrementAndGet();
                        }
                    } catch (IOException e) {
                        lost.incrementAndGet();
                    }
                });
            }
            threads.shutdown();
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                // Every frame has its own patience.
            }
        }
        double took = (clock.nanoTime() - start) / NANOS_PER_SECOND;
        return new Filmed(completed.get(), lost.get(), completed.get() / took);
    }

    /** One by one; nanoseconds of each that was completed, sorted. */
    long[] filmAlone(URI ingress, int frames) throws IOException {
        long[] nanos = new long[frames];
        int count = 0;
        try (Connection connection = new Connection(ingress)) {
            for (int i = 0; i < frames; i++) {
                long sent = clock.nanoTime();
                if (connection.post(picture())) {
                    nanos[count++] = clock.nanoTime() - sent;
                }
            }
        }
        long[] completed = Arrays.copyOf(nanos, count);
        Arrays.sort(completed);
        return completed;
    }
}
