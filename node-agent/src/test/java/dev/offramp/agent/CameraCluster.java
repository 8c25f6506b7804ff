package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.ingress.Frames;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.feed.Camera;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.CameraLimits;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.ReceiverId;
import dev.offramp.proto.FeedCodec;
import dev.offramp.proto.v1.Ack;
import dev.offramp.proto.v1.ApplyFeeds;
import dev.offramp.proto.v1.CameraTelemetry;
import dev.offramp.proto.v1.Command;
import dev.offramp.proto.v1.ReceiverTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/** One agent that holds the whole chain of the service {@code tiny}, and cameras. */
final class CameraCluster implements AutoCloseable {
    static final ServiceId SERVICE = new ServiceId("tiny");
    static final NodeId NODE = new NodeId("one");

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int HEARTBEATS = 40;
    private static final int PARALLEL = 6;

    final Cluster cluster;
    private Feeds feeds = Feeds.none();

    CameraCluster(Path directory) throws IOException, InterruptedException {
        cluster = new Cluster(directory);
        start();
    }

    void start() throws IOException, InterruptedException {
        cluster.start("one", "--max-body", "256KiB", "--max-frame-side", "1000");
        deploy();
    }

    void deploy() throws IOException, InterruptedException {
        cluster.deploy(
                1,
                TinyNetwork.service(Overflow.DROP_NEW, Duration.ofSeconds(5), NODE, NODE, NODE),
                TinyNetwork.policy(1, 2, 2, 2));
    }

    static Camera camera(String name, String source) {
        return camera(name, source, Double.POSITIVE_INFINITY);
    }

    static Camera camera(String name, String source, double maxFramesPerSecond) {
        return camera(name, source, maxFramesPerSecond, PATIENCE);
    }

    private static Camera camera(String name, String source, double maxFramesPerSecond, Duration patience) {
        return new Camera(
                new CameraId(name),
                SERVICE,
                NODE,
                new FeedUrl(source),
                new CameraLimits(maxFramesPerSecond, patience, 4));
    }

    /** One that takes its time before the first frame. */
    static Camera slowCamera(String name, String source) {
        return camera(name, source, Double.POSITIVE_INFINITY, PATIENCE.multipliedBy(6));
    }

    void add(Camera camera) throws InterruptedException {
        apply(feeds.with(camera));
    }

    void remove(String camera) throws InterruptedException {
        apply(feeds.without(new CameraId(camera)));
    }

    void add(Receiver receiver) throws InterruptedException {
        apply(feeds.with(receiver));
    }

    void removeReceiver(String receiver) throws InterruptedException {
        apply(feeds.without(new ReceiverId(receiver)));
    }

    private void apply(Feeds changed) throws InterruptedException {
        assertThat(tell(changed).getError()).isEmpty();
        feeds = changed;
    }

    Ack tell(Feeds wanted) throws InterruptedException {
        return cluster.coordinator.command(
                "one",
                Command.newBuilder()
                        .setFeeds(ApplyFeeds.newBuilder().setFeeds(FeedCodec.write(wanted)))
                        .build());
    }

    /** The camera's first report of which this holds. */
    CameraTelemetry await(String name, Predicate<CameraTelemetry> condition) throws InterruptedException {
        String last = "no report of it";
        for (int i = 0; i < HEARTBEATS; i++) {
            for (CameraTelemetry camera : cluster.coordinator.telemetry("one").getCamerasList()) {
                if (camera.getName().equals(name)) {
                    if (condition.test(camera)) {
                        return camera;
                    }
                    last = camera.toString();
                }
            }
        }
        throw new AssertionError("camera " + name + " in " + HEARTBEATS + " heartbeats: " + last);
    }

    /** Frames of it have become jobs. */
    CameraTelemetry awaitServed(String name, int frames) throws InterruptedException {
        return await(name, camera -> camera.getUp() && camera.getServed() >= frames);
    }

    /** The receiver's first report of which this holds. */
    ReceiverTelemetry awaitReceiver(String name, Predicate<ReceiverTelemetry> condition) throws InterruptedException {
        String last = "no report of it";
        for (int i = 0; i < HEARTBEATS; i++) {
            for (ReceiverTelemetry receiver :
                    cluster.coordinator.telemetry("one").getReceiversList()) {
                if (receiver.getName().equals(name)) {
                    if (condition.test(receiver)) {
                        return receiver;
                    }
                    last = receiver.toString();
                }
            }
        }
        throw new AssertionError("receiver " + name + " in " + HEARTBEATS + " heartbeats: " + last);
    }

    /** Posts frames as fast as they are taken. */
    void flood(int frames) throws InterruptedException, IOException {
        byte[] frame = Frames.bytes("scene.jpg");
        Semaphore room = new Semaphore(PARALLEL);
        for (int i = 0; i < frames; i++) {
            room.acquire();
            var unused = cluster.client
                    .sendAsync(
                            HttpRequest.newBuilder(cluster.uri("one", "/v1/services/tiny/frames"))
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .whenComplete((answer, failure) -> room.release());
        }
        room.acquire(PARALLEL);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
