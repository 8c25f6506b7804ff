package dev.offramp.agent.config;

import dev.offramp.agent.board.Emulation;
import dev.offramp.agent.board.PanelPins;
import dev.offramp.agent.board.TimedService;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.ByteSize;
import dev.offramp.partition.HostPort;
import dev.offramp.partition.NodeId;
import dev.offramp.time.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line's options, as picocli fills them in. Confined to the main thread. */
@SuppressWarnings("NullAway.Init")
public final class AgentOptions {
    @Option(names = "--node", required = true, paramLabel = "NAME", description = "Name of this node.")
    private NodeId node;

    @Option(
            names = "--coordinator",
            required = true,
            paramLabel = "HOST:PORT",
            description = "The coordinator's gRPC address.")
    private HostPort coordinator;

    @Option(
            names = "--data-dir",
            required = true,
            paramLabel = "DIR",
            description = "Keeps partitions, the newest versions seen and unpacked libraries.")
    private Path dataDir;

    @Option(
            names = "--bind",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description = "Interface to listen on (default: ${DEFAULT-VALUE}).")
    private String bind;

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description = "Host under which others reach this node (default: --bind).")
    private @Nullable String advertise;

    @Option(
            names = "--data-port",
            defaultValue = "0",
            paramLabel = "PORT",
            description = "Neighbours' port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int dataPort;

    @Option(
            names = "--http-port",
            defaultValue = "0",
            paramLabel = "PORT",
            description = "Cameras' and metrics' port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int httpPort;

    @Option(
            names = "--capacity",
            defaultValue = "8",
            paramLabel = "JOBS",
            description = "Jobs the node holds, the one in service included (default: ${DEFAULT-VALUE}).")
    private int capacity;

    @Option(
            names = "--capacity-bytes",
            defaultValue = "64MiB",
            paramLabel = "SIZE",
            description = "Bytes of activations it holds (default: ${DEFAULT-VALUE}).")
    private ByteSize capacityBytes;

    @Option(
            names = "--share",
            split = ",",
            paramLabel = "PRIORITY=JOBS",
            description = "Most jobs of a priority that the node holds, so that others find room, e.g. 0=4,1=6"
                    + " (default: each may fill it).")
    private Map<Integer, Integer> shares = new TreeMap<>();

    @Option(
            names = "--servers",
            defaultValue = "1",
            paramLabel = "N",
            description = "Inferences at a time (default: ${DEFAULT-VALUE}).")
    private int servers;

    @Option(
            names = "--emulate",
            paramLabel = "KIND[:SCALE]",
            description = "Takes as long as a board of that kind: rpi5, rpi4, rpi3a, rpizero2, opizero, opizero2.")
    private @Nullable Emulation emulation;

    @Option(
            names = "--service-time",
            paramLabel = "LAW:MEAN",
            description = "Takes so long for every inference, by waiting: deterministic or exponential, e.g."
                    + " exponential:5ms. For experiments with queues.")
    private @Nullable TimedService serviceTime;

    @Option(
            names = "--max-body",
            defaultValue = "8MiB",
            paramLabel = "SIZE",
            description = "Largest frame taken (default: ${DEFAULT-VALUE}).")
    private ByteSize maxBody;

    @Option(
            names = "--max-frame-side",
            defaultValue = "4096",
            paramLabel = "PIXELS",
            description = "Most pixels of a frame in width and in height (default: ${DEFAULT-VALUE}).")
    private int maxFrameSide;

    @Option(
            names = "--max-message",
            defaultValue = "4MiB",
            paramLabel = "SIZE",
            description = "Largest message taken from another node; larger activations come in several"
                    + " (default: ${DEFAULT-VALUE}).")
    private ByteSize maxMessage;

    @Option(
            names = "--max-activation",
            defaultValue = "64MiB",
            paramLabel = "SIZE",
            description = "Largest activation sent to and taken from other nodes (default: ${DEFAULT-VALUE}).")
    private ByteSize maxActivation;

    @Option(
            names = "--link-jobs",
            defaultValue = "8",
            paramLabel = "JOBS",
            description = "Jobs that may wait to be sent to one neighbour (default: ${DEFAULT-VALUE}).")
    private int linkJobs;

    @Option(
            names = "--link-bytes",
            defaultValue = "32MiB",
            paramLabel = "SIZE",
            description = "Bytes of theirs (default: ${DEFAULT-VALUE}).")
    private ByteSize linkBytes;

    @Option(
            names = "--keep-alive",
            defaultValue = "5s",
            paramLabel = "DURATION",
            description = "Silence after which a connection is probed; those opened here, at the earliest after 10s"
                    + " (default: ${DEFAULT-VALUE}).")
    private Duration keepAlive;

    @Option(
            names = "--drain",
            defaultValue = "2s",
            paramLabel = "DURATION",
            description = "How long jobs inside may take to finish at shutdown (default: ${DEFAULT-VALUE}).")
    private Duration drain;

    @Option(
            names = "--status-led",
            paramLabel = "GPIO",
            description = "Pin of a lamp on a Raspberry Pi: lit while a coordinator is attached, blinks while none is,"
                    + " flickers when the board needs attention, dark while the node drains.")
    private @Nullable Integer statusLed;

    @Option(
            names = "--drain-button",
            paramLabel = "GPIO",
            description = "Pin of a button to ground: pressed, the node takes no more frames.")
    private @Nullable Integer drainButton;

    @Option(names = "--fan", paramLabel = "GPIO", description = "Pin that switches a fan.")
    private @Nullable Integer fan;

    @Option(
            names = "--fan-at",
            defaultValue = "60",
            paramLabel = "CELSIUS",
            description = "Temperature at which the fan starts; it stops 8 degrees below (default: ${DEFAULT-VALUE}).")
    private double fanAt;

    @Mixin
    private SecurityOptions security;

    /** The configuration; throws IllegalArgumentException on what no single option shows to be wrong. */
    public AgentConfig toConfig() {
        return new AgentConfig(
                node,
                coordinator,
                new AgentConfig.Listen(bind, advertise == null ? bind : advertise, dataPort, httpPort),
                dataDir,
                new AgentConfig.Queue(capacity, capacityBytes, servers, Shares.of(shares)),
                Optional.ofNullable(emulation),
                Optional.ofNullable(serviceTime),
                PanelPins.of(statusLed, drainButton, fan).map(pins -> new AgentConfig.Panel(pins, fanAt)),
                new AgentConfig.Ingress(maxBody, maxFrameSide, 2, 16, 32, 256),
                new AgentConfig.Links(maxMessage, maxActivation, linkJobs, linkBytes),
                new AgentConfig.Timers(
                        Duration.ofMillis(10),
                        Duration.ofSeconds(1),
                        keepAlive,
                        Duration.ofSeconds(2),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(5),
                        drain),
                security.toSecurity());
    }

    /** Teaches picocli the types of these options. */
    public static void register(CommandLine commandLine) {
        commandLine.registerConverter(NodeId.class, typed(NodeId::new));
        commandLine.registerConverter(HostPort.class, typed(HostPort::parse));
        commandLine.registerConverter(ByteSize.class, typed(ByteSize::parse));
        commandLine.registerConverter(Duration.class, typed(Durations::parse));
        commandLine.registerConverter(Emulation.class, typed(Emulation::parse));
        commandLine.registerConverter(TimedService.class, typed(TimedService::parse));
    }

    private static <T> ITypeConverter<T> typed(ITypeConverter<T> converter) {
        return text -> {
            try {
                return converter.convert(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        };
    }
}
