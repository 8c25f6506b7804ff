package dev.offramp.roadside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.roadside.RoadsideDataset.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoadsideDatasetTest {
    @TempDir
    Path directory;

    @Test
    void isBalancedAndLaidOutByClass() throws Exception {
        Path zip = directory.resolve("roadside.zip");

        RoadsideDataset.write(new Order(zip, 40, 20, 1));

        Set<String> expected = new TreeSet<>();
        for (SceneClass scene : SceneClass.values()) {
            for (int n = 1; n <= 4; n++) {
                expected.add("train/" + scene.label() + "/" + n + ".jpg");
            }
            for (int n = 1; n <= 2; n++) {
                expected.add("test/" + scene.label() + "/" + n + ".jpg");
            }
        }
        try (ZipFile file = new ZipFile(zip.toFile())) {
            assertThat(file.stream().map(entry -> entry.getName())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void sameOrderGivesTheSameFile() throws Exception {
        Path one = directory.resolve("one.zip");
        Path other = directory.resolve("other.zip");

        RoadsideDataset.write(new Order(one, 10, 10, 3));
        RoadsideDataset.write(new Order(other, 10, 10, 3));

        assertThat(one).hasSameBinaryContentAs(other);
    }

    @Test
    void leavesNothingBehindWhenTheFileCannotBeWritten() throws Exception {
        Path zip = Files.createDirectory(directory.resolve("roadside.zip"));
        Path inside = Files.createFile(zip.resolve("kept"));

        assertThatThrownBy(() -> RoadsideDataset.write(new Order(zip, 1, 0, 1))).isInstanceOf(IOException.class);

        assertThat(directory).isDirectoryContaining(zip::equals);
        assertThat(directory.resolve("roadside.zip.part")).doesNotExist();
        assertThat(inside).exists();
    }

    @Test
    void argumentsMayBeLeftOut() {
        assertThat(Order.parse("a.zip")).isEqualTo(new Order(Path.of("a.zip"), 40_000, 4_000, 1));
        assertThat(Order.parse("a.zip", "10", "0", "-7")).isEqualTo(new Order(Path.of("a.zip"), 10, 0, -7));
    }

    @Test
    void wrongArgumentsAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Order.parse())
                .withMessage("expected 1 to 4 arguments, found 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Order.parse("a.zip", "many"))
                .withMessage("TRAIN ('many') must be a number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Order.parse("a.zip", "1", "-1"))
                .withMessage("TEST (-1) must be 0 to 1000000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Order.parse("a.zip", "4294967296"))
                .withMessage("TRAIN (4294967296) must be 0 to 1000000");
    }
}
