package dev.offramp.coordinator.cli.bench;

import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Frames for one address over HTTP, a number at a time or at a steady rate. Confined to one thread. */
public final class HttpLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int LOST = 503;
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * What came of frames.
     *
     * @param latencyNanos of those that were answered with a label
     * @param lost for want of room
     */
    public record Sent(List<Long> latencyNanos, int lost, double seconds) {
        public Sent {
            latencyNanos = List.copyOf(latencyNanos);
        }

        public double completedPerSecond() {
            return latencyNanos.size() / seconds;
        }

        public double lossRatio() {
            return (double) lost / (lost + latencyNanos.size());
        }
    }

    private record Answer(int status, long latencyNanos) {}

    private final HttpClient client;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final HttpRequest request;
    private final NanoClock clock;
    private final Pause pause;

    /** @param client that speaks HTTP/1.1 */
    public HttpLoad(HttpClient.Builder client, URI address, byte[] frame, NanoClock clock, Pause pause) {
        this.client = client.connectTimeout(PATIENCE).build();
        this.clock = clock;
        this.pause = pause;
        this.request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Content-Type", "image/jpeg")
                .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                .build();
    }

    /** Waits until a frame is answered with a label. */
    public void awaitReady() throws IOException, InterruptedException {
        long end = clock.nanoTime() + PATIENCE.toNanos();
        while (clock.nanoTime() < end) {
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK) {
                    return;
                }
            } catch (IOException e) {
                // Not yet.
            }
            pause.pause(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new IOException("%s does not answer".formatted(request.uri()));
    }

    /** From {@code cameras} that wait for their answers. */
    public Sent closed(int cameras, long nanos) throws IOException, InterruptedException {
        List<Answer> taken = new ArrayList<>();
        long start = clock.nanoTime();
        int underWay = 0;
        for (; underWay < cameras; underWay++) {
            send();
        }
        while (underWay > 0) {
            taken.add(await());
            if (clock.nanoTime() - start < nanos) {
                send();
            } else {
                underWay--;
            }
        }
        return sent(taken, start);
    }

    /** One after the other at a steady rate, whatever becomes of them. */
    public Sent open(double perSecond, long nanos) throws IOException, InterruptedException {
        long start = clock.nanoTime();
        int count = (int) Math.max(1, Math.round(perSecond * nanos / NANOS_PER_SECOND));
        for (int i = 0; i < count; i++) {
            pause.pause(start + Math.round(i * NANOS_PER_SECOND / perSecond) - clock.nanoTime());
            send();
        }
        List<Answer> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(await());
        }
        return sent(taken, start);
    }

    private Sent sent(List<Answer> taken, long start) throws IOException {
        List<Long> latencies = new ArrayList<>();
        int lost = 0;
        for (Answer answer : taken) {
            switch (answer.status()) {
                case OK -> latencies.add(answer.latencyNanos());
                case LOST -> lost++;
                default -> throw new IOException("%s answers %d".formatted(request.uri(), answer.status()));
            }
        }
        return new Sent(latencies, lost, (clock.nanoTime() - start) / NANOS_PER_SECOND);
    }

    private void send() {
        long sentNanos = clock.nanoTime();
        var unused = client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) -> answers.add(
                        new Answer(failure == null ? response.statusCode() : 0, clock.nanoTime() - sentNanos)));
    }

    private Answer await() throws IOException, InterruptedException {
        Answer answer = answers.poll(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null) {
            throw new IOException("%s does not answer".formatted(request.uri()));
        }
        return answer;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
