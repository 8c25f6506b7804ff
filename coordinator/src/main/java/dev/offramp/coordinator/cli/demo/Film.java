package dev.offramp.coordinator.cli.demo;

import dev.offramp.roadside.RoadsideCamera;
import dev.offramp.roadside.RoadsideFrame;
import dev.offramp.time.Pause;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Frames ahead of their time: one thread renders, the camera takes. Where the camera is faster than the renderer, it
 * sees recent frames again. {@link #next} is for one thread.
 */
final class Film implements AutoCloseable {
    private static final int AHEAD = 64;
    private static final int KEPT = 1024;
    /** Leaves most of a core to others: at most some 160 new frames a second. */
    private static final long BREATH_NANOS = 4_000_000;

    private final BlockingQueue<RoadsideFrame> fresh = new ArrayBlockingQueue<>(AHEAD);
    private final Queue<RoadsideFrame> kept = new ArrayDeque<>(KEPT);
    private final Thread renderer;
    private long repeated;

    Film(long seed, Pause pause) {
        RoadsideCamera camera = RoadsideCamera.live(seed);
        renderer = Thread.ofPlatform().name("renderer").daemon().start(() -> render(camera, pause));
    }

    private void render(RoadsideCamera camera, Pause pause) {
        try {
            while (true) {
                fresh.put(camera.next());
                pause.pause(BREATH_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next frame; waits for the very first ones only. */
    RoadsideFrame next() throws InterruptedException {
        RoadsideFrame frame = fresh.poll();
        if (frame == null && kept.size() < AHEAD) {
            frame = fresh.take();
        }
        if (frame == null) {
            frame = kept.remove();
            repeated++;
        } else if (kept.size() == KEPT) {
            kept.remove();
        }
        kept.add(frame);
        return frame;
    }

    /** Frames that were shown again. */
    long repeated() {
        return repeated;
    }

    @Override
    public void close() {
        renderer.interrupt();
    }
}
