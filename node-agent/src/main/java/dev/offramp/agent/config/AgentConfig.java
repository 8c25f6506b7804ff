package dev.offramp.agent.config;

import dev.offramp.agent.board.Emulation;
import dev.offramp.agent.board.PanelPins;
import dev.offramp.agent.board.TimedService;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.ByteSize;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.proto.access.DoorLimits;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.JoinToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything an agent can be told at its start. Immutable.
 *
 * @param dataDir where partitions and the newest versions seen are kept
 * @param emulation a board to pretend to be; not together with {@code serviceTime}
 * @param serviceTime that every inference is to take
 */
public record AgentConfig(
        NodeId node,
        HostPort coordinator,
        Listen listen,
        Path dataDir,
        Queue queue,
        Optional<Emulation> emulation,
        Optional<TimedService> serviceTime,
        Optional<Panel> panel,
        Ingress ingress,
        Links links,
        Timers timers,
        Security security) {
    public AgentConfig {
        if (emulation.isPresent() && serviceTime.isPresent()) {
            throw new IllegalArgumentException(
                    "board %s and service time %s both say how long an inference takes: expected one of them"
                            .formatted(emulation.get(), serviceTime.get()));
        }
    }

    /** Of the software. */
    public static final String VERSION = version();

    /** An array holds no more. */
    private static final ByteSize MAX_ARRAY = new ByteSize(1L << 30);

    /** As much as an agent puts into one, with room for what stands before an activation. */
    private static final ByteSize LEAST_MESSAGE = new ByteSize(256 << 10);

    /** As large a picture's samples fit an array. */
    private static final int MAX_SIDE = 16_384;

    private static String version() {
        String version = AgentConfig.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /**
     * Where the agent listens.
     *
     * @param bind address of the interface; loopback unless told otherwise
     * @param advertise host under which others reach this node
     * @param dataPort of neighbours; 0 takes a free one
     * @param httpPort of cameras; 0 takes a free one
     */
    public record Listen(String bind, String advertise, int dataPort, int httpPort) {
        public Listen {
            // Says what is wrong with them.
            var unused = List.of(new HostPort(bind, dataPort), new HostPort(bind, httpPort));
        }
    }

    /**
     * Room of the one queue.
     *
     * @param capacityJobs the ones in service included
     * @param servers inferences at a time
     * @param shares how much of it each priority may take
     */
    public record Queue(int capacityJobs, ByteSize capacityBytes, int servers, Shares shares) {
        public Queue {
            shares.jobs().forEach((priority, jobs) -> {
                if (priority < 0 || priority > Service.MAX_PRIORITY || jobs > capacityJobs) {
                    throw new IllegalArgumentException(
                            "share of priority %d (%d jobs): expected a priority from 0 to %d, and at most the capacity (%d)"
                                    .formatted(priority, jobs, Service.MAX_PRIORITY, capacityJobs));
                }
            });
            if (capacityJobs < 1) {
                throw new IllegalArgumentException(
                        "capacity (%d) of the queue must be at least 1".formatted(capacityJobs));
            }
            if (servers < 1) {
                throw new IllegalArgumentException("servers (%d) must be at least 1".formatted(servers));
            }
        }
    }

    /** Lamp, button and fan, and the temperature from which the fan runs. */
    public record Panel(PanelPins pins, double fanStartsAtCelsius) {
        public Panel {
            if (!(fanStartsAtCelsius >= 30 && fanStartsAtCelsius <= 85)) {
                throw new IllegalArgumentException(
                        "fan from %s degrees Celsius on: expected 30 to 85".formatted(fanStartsAtCelsius));
            }
        }
    }

    /**
     * Limits of the HTTP side.
     *
     * @param decoders threads that decode frames
     * @param decoding frames that may wait for one
     * @param outcomesPerSubscriber buffered before outcomes are dropped
     */
    public record Ingress(
            ByteSize maxBody,
            int maxFrameSide,
            int decoders,
            int decoding,
            int maxSubscribers,
            int outcomesPerSubscriber) {
        public Ingress {
            maxBody.checkAtMost("the largest frame", MAX_ARRAY);
            if (maxFrameSide < 1 || maxFrameSide > MAX_SIDE) {
                throw new IllegalArgumentException(
                        "frame side (%d pixels) must be from 1 to %d".formatted(maxFrameSide, MAX_SIDE));
            }
        }
    }

    /**
     * Limits of the streams between nodes.
     *
     * @param maxMessage largest taken; larger activations come in several
     * @param maxActivation largest taken and sent
     * @param maxJobs that may wait to be sent to one neighbour
     * @param maxBytes of theirs
     */
    public record Links(ByteSize maxMessage, ByteSize maxActivation, int maxJobs, ByteSize maxBytes) {
        public Links {
            maxMessage.checkAtMost("the largest message", MAX_ARRAY);
            maxActivation.checkAtMost("the largest activation", MAX_ARRAY);
            if (maxMessage.bytes() < LEAST_MESSAGE.bytes()) {
                throw new IllegalArgumentException("the largest message (%s) must be at least %s, which neighbours send"
                        .formatted(maxMessage, LEAST_MESSAGE));
            }
            if (maxJobs < 1) {
                throw new IllegalArgumentException("jobs (%d) of a link must be at least 1".formatted(maxJobs));
            }
        }
    }

    /** Periods and patience. */
    public record Timers(
            Duration tick,
            Duration telemetry,
            Duration keepAlive,
            Duration keepAliveTimeout,
            Duration reconnectMin,
            Duration reconnectMax,
            Duration drain) {}

    /**
     * How members are told from strangers.
     *
     * @param site where the site's own CA made the node's certificate
     * @param token with which the node joins where it has no certificate yet
     * @param insecure whether everybody may connect, also from other machines
     * @param connectionAge after which a connection must prove itself anew
     * @param strangers what their attempts to connect may cost
     */
    public record Security(
            Optional<IdentityFiles> site,
            Optional<JoinToken> token,
            boolean insecure,
            Duration connectionAge,
            DoorLimits strangers) {}

    /** Where a node that has joined keeps its key and certificate. */
    public IdentityFiles identity() {
        return IdentityFiles.in(dataDir.resolve("identity"));
    }
}
