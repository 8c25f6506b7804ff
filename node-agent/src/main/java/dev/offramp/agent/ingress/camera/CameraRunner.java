package dev.offramp.agent.ingress.camera;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.ingress.CameraDoor;
import dev.offramp.agent.ingress.ErrorCode;
import dev.offramp.agent.ingress.FrameDesk;
import dev.offramp.agent.ingress.FrameFate;
import dev.offramp.agent.ingress.FrameIntake;
import dev.offramp.agent.ingress.RefusalCounter;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.Remark;
import dev.offramp.partition.job.JobId;
import dev.offramp.time.NanoClock;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One camera at work: carries out what its machine says and hands its frames over. Thread-safe. */
final class CameraRunner implements CameraDoor.Entrance {
    private static final Logger log = LoggerFactory.getLogger(CameraRunner.class);

    /** A camera that comes and goes several times a second must not fill the disk. */
    private static final double WARNINGS_PER_SECOND = 0.1;

    private record Pending(byte[] frame, FrameFate fate) {}

    private final Camera camera;
    private final FrameSource source;
    private final FrameDesk desk;
    private final RefusalCounter refusals;
    private final NanoClock clock;
    private final CameraMachine machine;
    private final CameraSlot<Pending> slot;
    private final RateCap cap;
    private final CameraCounts counts;
    private final RateCap warnings = new RateCap(WARNINGS_PER_SECOND);
    private @Nullable Session session;
    private String problem = "";
    private boolean closed;

    CameraRunner(
            Camera camera,
            FrameSource source,
            FrameDesk desk,
            RefusalCounter refusals,
            NanoClock clock,
            BackOff backOff) {
        this.camera = camera;
        this.source = source;
        this.desk = desk;
        this.refusals = refusals;
        this.clock = clock;
        long now = clock.nanoTime();
        this.machine =
                new CameraMachine(camera.kind().isPassive(), camera.limits().patience(), backOff, now);
        this.slot = new CameraSlot<>(camera.limits().inFlight());
        this.cap = new RateCap(camera.limits().maxFramesPerSecond());
        this.counts = new CameraCounts(now);
    }

    Camera camera() {
        return camera;
    }

    /** Called now and then. */
    void tick() {
        CameraMachine.Step step;
        Session former;
        Session opened = null;
        synchronized (this) {
            if (closed) {
                return;
            }
            step = machine.tick(clock.nanoTime());
            former = session;
            switch (step) {
                case NONE -> {}
                case OPEN -> {
                    opened = new Session();
                    session = opened;
                }
                case CLOSE -> {
                    silent();
                    session = null;
                }
                case DROP -> silent();
            }
        }
        // What is opened or closed may be heard of at once, and may hold locks of its own: not under ours.
        if (opened != null) {
            opened.open();
        } else if (former != null && step == CameraMachine.Step.CLOSE) {
            former.close();
        } else if (former != null && step == CameraMachine.Step.DROP) {
            former.drop();
        }
    }

    private void silent() {
        trouble("no frame for %d ms".formatted(camera.limits().patience().toMillis()));
    }

    private void trouble(String what) {
        problem = Remark.shown(what);
        if (warnings.passes(clock.nanoTime())) {
            log.warn("camera {}: {}", camera.id(), problem);
        }
    }

    @Override
    public boolean frame(byte[] frame, FrameFate fate) {
        Pending pending = new Pending(frame, fate);
        Pending gaveWay = null;
        String reason = CameraCounts.NEWER;
        boolean serve = false;
        boolean there;
        synchronized (this) {
            there = !closed;
            long now = clock.nanoTime();
            machine.frame(now);
            counts.came(now);
            if (closed) {
                gaveWay = pending;
                reason = CameraCounts.GONE;
            } else if (!cap.passes(now)) {
                gaveWay = pending;
                reason = CameraCounts.RATE;
            } else if (slot.enter()) {
                serve = true;
            } else {
                gaveWay = slot.replace(pending);
            }
            if (gaveWay != null) {
                counts.skipped(reason);
            }
        }
        if (gaveWay != null) {
            gaveWay.fate().skipped(reason);
        }
        if (serve) {
            serve(pending);
        }
        return there;
    }

    @Override
    public synchronized void refused(ErrorCode code) {
        long now = clock.nanoTime();
        machine.frame(now);
        counts.came(now);
        count(code);
    }

    private void count(ErrorCode code) {
        counts.skipped(code.label());
        refusals.refused(Optional.of(camera.service()), code);
    }

    private void serve(Pending pending) {
        // The watcher outlives the frame's bytes, which are needed until they are decoded.
        FrameFate fate = pending.fate();
        desk.submit(camera.service(), pending.frame(), new FrameIntake.Watcher() {
            @Override
            public void refused(RefusalException refusal) {
                Pending next;
                synchronized (CameraRunner.this) {
                    count(refusal.code());
                    problem = Remark.shown(String.valueOf(refusal.getMessage()));
                    next = slot.leave();
                }
                fate.refused(refusal);
                follow(next);
            }

            @Override
            public Optional<CameraId> camera() {
                return Optional.of(camera.id());
            }

            @Override
            public void accepted(JobId job) {
                synchronized (CameraRunner.this) {
                    counts.served(clock.nanoTime());
                }
            }

            @Override
            public void done(AgentEffect.Answer answer) {
                Pending next;
                synchronized (CameraRunner.this) {
                    next = slot.leave();
                }
                fate.done(answer);
                follow(next);
            }
        });
    }

    private void follow(@Nullable Pending next) {
        if (next != null) {
            serve(next);
        }
    }

    synchronized CameraStatus status() {
        long now = clock.nanoTime();
        long skipped =
                counts.skipped().values().stream().mapToLong(Long::longValue).sum();
        return new CameraStatus(
                camera.id(),
                camera.service(),
                machine.state().name().toLowerCase(Locale.ROOT),
                machine.isUp(),
                counts.framesPerSecond(now),
                counts.servedPerSecond(now),
                counts.frames(),
                counts.served(),
                counts.frames() - counts.served() - skipped,
                counts.skipped(),
                machine.reconnects(),
                problem);
    }

    void close() {
        Pending older;
        Session former;
        synchronized (this) {
            closed = true;
            former = session;
            session = null;
            older = slot.clear();
            if (older != null) {
                counts.skipped(CameraCounts.GONE);
            }
        }
        if (former != null) {
            former.close();
        }
        if (older != null) {
            older.fate().skipped(CameraCounts.GONE);
        }
    }

    /** One opening of the source; what is heard of one that is over counts for nothing. */
    private final class Session implements FrameSource.Listener {
        private FrameSource.@Nullable Connection connection;
        private boolean over;

        void open() {
            try {
                FrameSource.Connection opened = source.open(this);
                if (!keep(opened)) {
                    opened.close();
                }
            } catch (RuntimeException e) {
                // The other cameras' turns are to come.
                ended("cannot be opened: " + e.getMessage());
            }
        }

        /** Unless it was over before it was opened. */
        private synchronized boolean keep(FrameSource.Connection opened) {
            if (!over) {
                connection = opened;
            }
            return !over;
        }

        private synchronized FrameSource.@Nullable Connection end() {
            FrameSource.Connection opened = connection;
            over = true;
            connection = null;
            return opened;
        }

        void close() {
            FrameSource.Connection opened = end();
            if (opened != null) {
                opened.close();
            }
        }

        void drop() {
            FrameSource.Connection opened;
            synchronized (this) {
                opened = connection;
            }
            if (opened != null) {
                opened.drop();
            }
        }

        private boolean isCurrent() {
            synchronized (CameraRunner.this) {
                return session == this;
            }
        }

        @Override
        public void listening() {
            synchronized (CameraRunner.this) {
                if (session == this) {
                    machine.listening(clock.nanoTime());
                }
            }
        }

        @Override
        public void frame(byte[] frame) {
            if (isCurrent()) {
                var unused = CameraRunner.this.frame(frame, FrameFate.UNHEARD);
            }
        }

        @Override
        public void oversize() {
            if (isCurrent()) {
                CameraRunner.this.refused(ErrorCode.OVERSIZE);
            }
        }

        @Override
        public void left(String why) {
            synchronized (CameraRunner.this) {
                if (session == this) {
                    trouble(why);
                    machine.left(clock.nanoTime());
                }
            }
        }

        @Override
        public void ended(String why) {
            synchronized (CameraRunner.this) {
                if (session != this) {
                    return;
                }
                trouble(why);
                machine.ended(clock.nanoTime());
                session = null;
            }
            close();
        }

        @Override
        public void endedByOversize(String why) {
            synchronized (CameraRunner.this) {
                if (session == this) {
                    counts.came(clock.nanoTime());
                    count(ErrorCode.OVERSIZE);
                }
            }
            ended(why);
        }
    }
}
