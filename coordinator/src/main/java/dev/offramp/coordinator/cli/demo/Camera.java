package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.roadside.RoadsideFrame;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Pause;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Posts frames at a steady rate and never waits for answers: at most {@value #MAX_OUTSTANDING} frames have none, and a
 * frame that would exceed that is skipped. Thread-safe.
 */
final class Camera implements AutoCloseable {
    static final int MAX_OUTSTANDING = 256;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final int MAX_WHY = 80;
    private static final long MAX_LAG_NANOS = 500_000_000;

    private final Film film;
    private final URI frames;
    private final Duration patience;
    private volatile Tally tally;
    private final NanoClock clock;
    private final Pause pause;
    private final ExecutorService executor;
    private final HttpClient client;
    private final Semaphore permits = new Semaphore(MAX_OUTSTANDING);
    private @Nullable Thread filming;
    private volatile double framesPerSecond;

    /**
     * @param frames where the ingress takes the service's frames
     * @param patience longest wait for a connection, and for an answer
     */
    Camera(Film film, URI frames, MemberHttp http, Duration patience, Tally tally, NanoClock clock, Pause pause) {
        this.film = film;
        this.frames = frames;
        this.patience = patience;
        this.tally = tally;
        this.clock = clock;
        this.pause = pause;
        this.executor = Executors.newFixedThreadPool(
                2, Thread.ofPlatform().name("camera-answers-", 0).daemon().factory());
        this.client = http.client().connectTimeout(patience).executor(executor).build();
    }

    /** From the next frame on, its fate is counted there. */
    void countIn(Tally other) {
        tally = other;
    }

    /** Films until stopped, {@code rate} frames a second. */
    synchronized void start(double rate) {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate (%s) must be above 0 frames a second".formatted(rate));
        }
        if (filming != null) {
            throw new IllegalStateException("the camera films already");
        }
        framesPerSecond = rate;
        filming = Thread.ofPlatform().name("camera").daemon().start(this::film);
    }

    /** Films at another rate from the next frame on, without a pause. */
    void turnTo(double rate) {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate (%s) must be above 0 frames a second".formatted(rate));
        }
        framesPerSecond = rate;
    }

    /** Sends no more frames; answers still come. */
    void stop() throws InterruptedException {
        Thread thread;
        synchronized (this) {
            thread = filming;
            filming = null;
        }
        if (thread != null) {
            thread.interrupt();
            thread.join();
        }
    }

    /** Sends {@code count} frames, each when the one before has its answer. */
    void sendOneByOne(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            send(film.next());
            tally.awaitNoneOutstanding(patience.toMillis(), clock);
        }
    }

    private void film() {
        long due = clock.nanoTime();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                pause.pause(due - clock.nanoTime());
                send(film.next());
                long period = Math.round(NANOS_PER_SECOND / framesPerSecond);
                due = Math.max(due + period, clock.nanoTime() - MAX_LAG_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(RoadsideFrame frame) {
        Tally counting = tally;
        if (!permits.tryAcquire()) {
            counting.skip();
            return;
        }
        String truth = frame.truth().label();
        HttpRequest request = HttpRequest.newBuilder(frames)
                .timeout(patience)
                .header("Content-Type", "image/jpeg")
                .header("Offramp-Truth", truth)
                .POST(HttpRequest.BodyPublishers.ofByteArray(frame.jpeg()))
                .build();
        counting.send();
        long sentNanos = clock.nanoTime();
        var unused = client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .handle((answer, problem) -> problem == null
                        ? FateReader.read(answer.statusCode(), answer.body(), truth)
                        : unanswered(problem))
                .thenAccept(fate -> {
                    permits.release();
                    counting.record(fate, sentNanos);
                });
    }

    private static Fate unanswered(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        String why = cause.getClass().getSimpleName() + message;
        return new Fate.Unanswered(why.substring(0, Math.min(why.length(), MAX_WHY)));
    }

    @Override
    public void close() {
        client.shutdownNow();
        executor.shutdownNow();
        film.close();
    }
}
