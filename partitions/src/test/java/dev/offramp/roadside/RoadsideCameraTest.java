package dev.offramp.roadside;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoadsideCameraTest {
    @TempDir
    Path directory;

    @Test
    void sameSeedGivesSameBytes() {
        RoadsideCamera one = RoadsideCamera.live(7);
        RoadsideCamera other = RoadsideCamera.live(7);

        for (int i = 0; i < 30; i++) {
            assertThat(one.next().jpeg()).isEqualTo(other.next().jpeg());
        }
    }

    @Test
    void trainingTestAndLiveFramesDiffer() {
        assertThat(List.of(
                        RoadsideCamera.training(7).next().jpeg(),
                        RoadsideCamera.test(7).next().jpeg(),
                        RoadsideCamera.live(7).next().jpeg(),
                        RoadsideCamera.live(8).next().jpeg()))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyTenFramesShowEachClassOnce() {
        RoadsideCamera camera = RoadsideCamera.live(3);

        for (int round = 0; round < 5; round++) {
            List<SceneClass> shown = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                shown.add(camera.next().truth());
            }
            assertThat(shown).containsExactlyInAnyOrder(SceneClass.values());
        }
    }

    @Test
    void framesAreSmallJpegsOfTheStatedSize() throws Exception {
        RoadsideCamera camera = RoadsideCamera.live(5);

        for (int i = 0; i < 100; i++) {
            RoadsideFrame frame = camera.next();
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(frame.jpeg()));
            assertThat(frame.number()).isEqualTo(i + 1);
            assertThat(image.getWidth()).isEqualTo(RoadsideRenderer.SIZE);
            assertThat(image.getHeight()).isEqualTo(RoadsideRenderer.SIZE);
            assertThat(frame.jpeg().length).isLessThan(20_000);
        }
    }

    @Test
    void difficultyIsDistributedAsStated() {
        SplittableRandom random = new SplittableRandom(11);
        int easy = 0;
        int hard = 0;
        for (int i = 0; i < 20_000; i++) {
            double difficulty = SceneSpec.draw(SceneClass.CAR, random).difficulty();
            easy += difficulty < 0.3 ? 1 : 0;
            hard += difficulty >= 0.65 ? 1 : 0;
        }

        assertThat(easy / 20_000.0).isBetween(0.38, 0.42);
        assertThat(hard / 20_000.0).isBetween(0.23, 0.27);
    }

    @Test
    void datasetIsBalancedAndLaidOutByClass() throws Exception {
        Path zip = directory.resolve("roadside.zip");

        RoadsideDataset.write(zip, 40, 20, 1);

        Map<SceneClass, Integer> training = new EnumMap<>(SceneClass.class);
        try (ZipFile file = new ZipFile(zip.toFile())) {
            assertThat(file.size()).isEqualTo(60);
            for (SceneClass scene : SceneClass.values()) {
                for (int n = 1; n <= 4; n++) {
                    assertThat(file.getEntry("train/%s/%d.jpg".formatted(scene.label(), n)))
                            .isNotNull();
                    training.merge(scene, 1, Integer::sum);
                }
                assertThat(file.getEntry("test/%s/2.jpg".formatted(scene.label())))
                        .isNotNull();
            }
        }
        assertThat(training.values()).containsOnly(4);
    }
}
