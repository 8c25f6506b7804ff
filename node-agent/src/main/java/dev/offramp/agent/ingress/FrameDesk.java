package dev.offramp.agent.ingress;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes frames on a few threads and offers them to the core. Thread-safe. */
public final class FrameDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FrameDesk.class);

    private final FrameIntake intake;
    private final FrameTensors frames;
    private final DecodePool decoders;

    /** @param threads makes the decoding threads */
    public FrameDesk(FrameIntake intake, AgentConfig.Ingress limits, ThreadFactory threads) {
        this.intake = intake;
        this.frames = new FrameTensors(limits.maxFrameSide());
        this.decoders = new DecodePool(limits.decoders(), limits.decoding(), threads);
    }

    /** The service as placed now, if this node is an ingress of it. */
    public Optional<Service> service(ServiceId id) {
        return intake.service(id);
    }

    /**
     * Takes a frame, to be decoded and offered.
     *
     * @param truth index of the frame's true class, if it is known
     * @param priority most that its job may have; never more than the service's
     * @param decoded run when the frame's bytes are needed no more
     * @throws RefusalException if too many frames wait; nobody else hears anything then
     */
    void submit(
            Service service,
            byte[] frame,
            OptionalInt truth,
            int priority,
            FrameIntake.Watcher watcher,
            Runnable decoded)
            throws RefusalException {
        decoders.execute(() -> {
            try {
                ByteBuffer tensor = frames.tensor(frame, service.preprocessing());
                intake.offer(service.id(), tensor, truth, priority, watcher);
            } catch (RefusalException e) {
                watcher.refused(e);
            } catch (RuntimeException | Error e) {
                log.error("frame of {} bytes failed", frame.length, e);
                watcher.refused(new RefusalException(
                        ErrorCode.INTERNAL, "the agent failed on this frame", "an answer", "See the agent's log"));
            } finally {
                decoded.run();
            }
        });
    }

    /** Takes a frame of the service's own priority, or refuses it; the watcher hears of either. */
    public void submit(ServiceId id, byte[] frame, FrameIntake.Watcher watcher) {
        try {
            Service service = service(id).orElseThrow(() -> Failures.unknownService(id.value()));
            submit(service, frame, OptionalInt.empty(), service.priority(), watcher, () -> {});
        } catch (RefusalException e) {
            watcher.refused(e);
        }
    }

    @Override
    public void close() {
        decoders.close();
    }
}
