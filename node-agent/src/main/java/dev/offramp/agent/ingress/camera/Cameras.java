package dev.offramp.agent.ingress.camera;

import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.ingress.CameraDoor;
import dev.offramp.agent.ingress.FrameDesk;
import dev.offramp.agent.ingress.RefusalCounter;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.CameraKind;
import dev.offramp.time.NanoClock;
import dev.offramp.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cameras this node is told to take. Costs nothing while there is none. Thread-safe. */
public final class Cameras implements CameraDoor, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Cameras.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration RETRY_MIN = Duration.ofMillis(500);
    private static final Duration RETRY_MAX = Duration.ofSeconds(30);

    /** What brings a camera's frames, by its kind. */
    @FunctionalInterface
    public interface Sources {
        FrameSource of(Camera camera);
    }

    private final Sources sources;
    private final FrameDesk desk;
    private final RefusalCounter refusals;
    private final NanoClock clock;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final SortedMap<CameraId, CameraRunner> runners = new ConcurrentSkipListMap<>();
    private boolean ticking;
    private boolean closed;

    /** @param random seeds each camera's own */
    public Cameras(
            Sources sources,
            FrameDesk desk,
            RefusalCounter refusals,
            NanoClock clock,
            Scheduler scheduler,
            RandomGenerator random) {
        this.sources = sources;
        this.desk = desk;
        this.refusals = refusals;
        this.clock = clock;
        this.scheduler = scheduler;
        this.random = random;
    }

    /** These and no others from now on; those that are as they were go on undisturbed. */
    public synchronized void apply(Map<CameraId, Camera> wanted) {
        if (closed) {
            return;
        }
        for (CameraRunner runner : List.copyOf(runners.values())) {
            Camera camera = runner.camera();
            if (!camera.equals(wanted.get(camera.id()))) {
                runners.remove(camera.id());
                runner.close();
                log.info("camera {} is gone", camera.id());
            }
        }
        for (Camera camera : new TreeMap<>(wanted).values()) {
            if (!runners.containsKey(camera.id())) {
                runners.put(camera.id(), start(camera));
                log.info(
                        "camera {} of {}: {} from {}",
                        camera.id(),
                        camera.service(),
                        camera.kind().label(),
                        camera.source());
            }
        }
        if (!ticking && !runners.isEmpty()) {
            ticking = true;
            tick();
        }
    }

    private CameraRunner start(Camera camera) {
        BackOff backOff = new BackOff(RETRY_MIN, RETRY_MAX, new SplittableRandom(random.nextLong()));
        return new CameraRunner(camera, sources.of(camera), desk, refusals, clock, backOff);
    }

    private void tick() {
        runners.values().forEach(CameraRunner::tick);
        synchronized (this) {
            ticking = !closed && !runners.isEmpty();
            if (ticking) {
                scheduler.schedule(TICK, this::tick);
            }
        }
    }

    @Override
    public Optional<CameraDoor.Entrance> camera(ServiceId service, String name) {
        return runners.values().stream()
                .filter(runner -> runner.camera().id().value().equals(name)
                        && runner.camera().service().equals(service)
                        && runner.camera().kind() == CameraKind.PUSH)
                .findFirst()
                .map(runner -> runner);
    }

    /** How each of them does. */
    public List<CameraStatus> status() {
        return runners.values().stream().map(CameraRunner::status).toList();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        runners.values().forEach(CameraRunner::close);
        runners.clear();
    }
}
