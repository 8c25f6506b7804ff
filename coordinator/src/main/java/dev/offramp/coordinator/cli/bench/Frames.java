package dev.offramp.coordinator.cli.bench;

import dev.offramp.time.NanoClock;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/** Camera frames of 320 × 240 pixels for one ingress. Thread-safe. */
public final class Frames implements AutoCloseable {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final int NOISE = 64;
    private static final int OK = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final double NANOS_PER_SECOND = 1e9;

    /** What came of many frames. */
    record Sent(int frames, int completed, double framesPerSecond) {}

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final HttpRequest request;

    Frames(URI ingress) throws IOException {
        request = HttpRequest.newBuilder(ingress)
                .timeout(PATIENCE)
                .header("Content-Type", "image/jpeg")
                .POST(HttpRequest.BodyPublishers.ofByteArray(picture()))
                .build();
    }

    /** A JPEG. */
    public static byte[] picture() throws IOException {
        SplittableRandom noise = new SplittableRandom(1);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, ((x / 2) << 16) | (y << 8) | noise.nextInt(NOISE));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }

    /** Status of the answer to one frame; throws where nobody listens. */
    int post() throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    boolean isCompleted(int status) {
        return status == OK;
    }

    /** Sends {@code count} frames from {@code cameras} that wait for their answers. */
    Sent send(int count, int cameras, NanoClock clock) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(count);
        AtomicInteger completed = new AtomicInteger();
        long start = clock.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(cameras)) {
            for (int i = 0; i < cameras; i++) {
                threads.execute(() -> film(left, completed));
            }
            threads.shutdown();
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                // Every frame has its own patience.
            }
        }
        return new Sent(count, completed.get(), count / ((clock.nanoTime() - start) / NANOS_PER_SECOND));
    }

    private void film(AtomicInteger left, AtomicInteger completed) {
        while (left.getAndDecrement() > 0) {
            try {
                if (isCompleted(post())) {
                    completed.incrementAndGet();
                }
            } catch (IOException e) {
                // Not completed.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
