package dev.offramp.agent.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.profile.ExitProfile;
import dev.offramp.roadside.RoadsideCamera;
import dev.offramp.roadside.RoadsideFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProfileExitsCommandTest {
    private static final Path MODEL = Path.of("..", "partitions", "models", "roadside", "roadside.onnx");
    private static final int FRAMES = 60;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Path images, Path profile, String... more) {
        CommandLine command = new CommandLine(new ProfileExitsCommand());
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        String[] arguments = new String[3 + more.length];
        arguments[0] = MODEL.toString();
        arguments[1] = images.toString();
        arguments[2] = "--out=" + profile;
        System.arraycopy(more, 0, arguments, 3, more.length);
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
    void recordsWhatEveryExitSays() throws IOException {
        Path file = directory.resolve("profile.csv");
        assertThat(run(folders(), file)).as(err.toString()).isZero();
        ExitProfile profile = ExitProfile.read(file);
        assertThat(profile.samples()).isEqualTo(FRAMES);
        assertThat(profile.exits()).isEqualTo(5);
        assertThat(profile.accuracy(5)).isGreaterThan(0.8);
        for (int sample = 0; sample < FRAMES; sample++) {
            assertThat(profile.confidence(1, sample)).isBetween(0.1f, 1f);
        }
        assertThat(out.toString()).contains("60 images, 0 left out", "exit 5:");
    }

    @Test
    void zipFilesSayTheSameAsFolders() throws IOException {
        Path images = folders();
        Path zip = directory.resolve("images.zip");
        try (ZipOutputStream target = new ZipOutputStream(Files.newOutputStream(zip));
                var files = Files.walk(images)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                target.putNextEntry(new ZipEntry("some/" + images.relativize(file)));
                target.write(Files.readAllBytes(file));
            }
        }
        assertThat(run(images, directory.resolve("a.csv"))).isZero();
        assertThat(run(zip, directory.resolve("b.csv"))).isZero();
        assertThat(directory.resolve("a.csv")).hasSameTextualContentAs(directory.resolve("b.csv"));
    }

    @Test
    void whatIsNoImageOrOfNoClassIsNamedCountedAndLeftOut() throws IOException {
        Path images = folders();
        Files.write(Files.createDirectories(images.resolve("unicorn")).resolve("1.jpg"), new byte[] {1});
        Files.write(Files.createDirectories(images.resolve("car")).resolve("broken.jpg"), new byte[] {1, 2, 3});
        assertThat(run(images, directory.resolve("p.csv"), "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"samples\":60", "\"leftOut\":2");
        assertThat(err.toString()).contains("'unicorn' is not one of the network's labels", "broken.jpg");
    }

    @Test
    void missingImagesAreNotFound() {
        assertThat(run(directory.resolve("nowhere"), directory.resolve("p.csv")))
                .isEqualTo(3);
        assertThat(err.toString()).contains("there is no");
    }
}
