package dev.offramp.agent.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.roadside.RoadsideCamera;
import dev.offramp.roadside.RoadsideFrame;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProfileCodecsCommandTest {
    private static final Path MODEL = Path.of("..", "partitions", "models", "roadside", "roadside.onnx");
    private static final int FRAMES = 20;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Path images, String... more) {
        CommandLine command = new CommandLine(new ProfileCodecsCommand());
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        String[] arguments = new String[2 + more.length];
        arguments[0] = MODEL.toString();
        arguments[1] = images.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return command.execute(arguments);
    }

    private Path folders() throws IOException {
        RoadsideCamera camera = RoadsideCamera.live(7);
        Path images = directory.resolve("images");
        for (int i = 0; i < FRAMES; i++) {
            RoadsideFrame frame = camera.next();
            Path folder = Files.createDirectories(images.resolve(frame.truth().label()));
            Files.write(folder.resolve(i + ".jpg"), frame.jpeg());
        }
        return images;
    }

    @Test
    void measuresBytesAndAccuracyOfEveryCodec() throws IOException {
        Files.write(Files.createDirectories(folders().resolve("unicorn")).resolve("1.jpg"), new byte[] {1});
        assertThat(run(directory.resolve("images"), "-o", "json"))
                .as(err.toString())
                .isZero();

        JsonObject cut = new JsonObject(out.toString()).getJsonArray("cuts").getJsonObject(0);
        assertThat(cut.getInteger("images")).isEqualTo(FRAMES);
        assertThat(cut.getInteger("leftOut")).isOne();
        Map<String, JsonObject> codecs = new HashMap<>();
        cut.getJsonArray("codecs").forEach(one -> codecs.put(((JsonObject) one).getString("codec"), (JsonObject) one));
        double whole = cut.getInteger("activationBytes");
        for (ActivationCodec codec : ActivationCodec.values()) {
            JsonObject one = codecs.get(codec.label());
            double most =
                    switch (codec.numbers()) {
                        case AS_THEY_ARE -> 1;
                        case HALF -> 0.5;
                        case LEVELS_OF_CHANNEL, LEVELS_OF_TENSOR -> 0.35;
                    };
            assertThat(one.getDouble("bytes")).isBetween(1.0, whole * most);
            if (codec.isExact()) {
                assertThat(one.getDouble("points")).isZero();
                assertThat(one.getDouble("changed")).isZero();
            }
            assertThat(one.getDouble("worstExitPoints")).isBetween(-20.0, one.getDouble("points"));
        }
    }

    @Test
    void measuresEveryCutThatIsAskedForByItself() throws IOException {
        assertThat(run(folders(), "--images", "4", "--cut", "/block1/relu2/Relu_output_0,/block2/relu2/Relu_output_0"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("/block1/relu2/Relu_output_0  float32[batch,8,12,12], 4608 bytes; 4 images")
                .contains("/block2/relu2/Relu_output_0  float32[batch,16,12,12], 9216 bytes; 4 images")
                .contains("int8-tensor+zstd");
    }

    @Test
    void unknownCutsAndMissingImagesAreNamed() throws IOException {
        assertThat(run(folders(), "--cut", "nowhere")).isOne();
        assertThat(err.toString()).contains("nowhere");
        assertThat(run(directory.resolve("nothing"))).isEqualTo(3);
        assertThat(err.toString()).contains("there is no");
    }
}
