package dev.offramp.agent.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.TinyNetwork;
import dev.offramp.agent.inference.Inference;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Scores;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlainServerTest {
    private static final int CAPACITY = 2;

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private PlainServer server;

    @BeforeEach
    void serve() throws Exception {
        Manifest manifest = new Manifest(
                TinyNetwork.SERVICE,
                Digest.of(new byte[0]),
                TinyNetwork.LABELS,
                Scores.LOGITS,
                TinyNetwork.PREPROCESSING,
                List.of(whole()));
        server = new PlainServer(manifest, network(), 0, CAPACITY, 1);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    private static Partition whole() throws Exception {
        return new Partition(
                0,
                Digest.of(new byte[0]),
                0,
                TinyNetwork.partitions().getFirst().input(),
                Optional.empty(),
                List.of(new Exit(1, "exit1"), new Exit(2, "exit2")));
    }

    /** Says "bus" at its final exit, when it may. */
    private LoadedPartition network() throws Exception {
        Partition whole = whole();
        return new LoadedPartition() {
            @Override
            public Partition partition() {
                return whole;
            }

            @Override
            public Inference run(ByteBuffer input) throws InterruptedException {
                running.countDown();
                goOn.await();
                return new Inference(List.of(new float[] {9, 0, 0}, new float[] {0, 9, 0}), Optional.empty());
            }

            @Override
            public void close() {}
        };
    }

    private CompletableFuture<HttpResponse<String>> post(byte[] frame) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/frames".formatted(server.port())))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] picture() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    @Test
    void saysWhatTheFinalExitSays() throws Exception {
        goOn.countDown();

        HttpResponse<String> answer = post(picture()).get(10, TimeUnit.SECONDS);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"label\":\"" + TinyNetwork.LABELS.get(1) + "\"");
    }

    @Test
    void refusesWhatIsNoPicture() throws Exception {
        assertThat(post(new byte[] {1, 2, 3}).get(10, TimeUnit.SECONDS).statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusesWhatFindsNoRoom() throws Exception {
        CompletableFuture<HttpResponse<String>> first = post(picture());
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<HttpResponse<String>> second = post(picture());
        CompletableFuture<HttpResponse<String>> third = post(picture());

        HttpResponse<String> refused =
                second.applyToEither(third, response -> response).get(10, TimeUnit.SECONDS);
        assertThat(refused.statusCode()).isEqualTo(503);
        goOn.countDown();

        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(List.of(
                        second.get(10, TimeUnit.SECONDS).statusCode(),
                        third.get(10, TimeUnit.SECONDS).statusCode()))
                .containsExactlyInAnyOrder(200, 503);
    }
}
