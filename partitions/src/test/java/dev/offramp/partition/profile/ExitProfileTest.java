package dev.offramp.partition.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.partition.policy.Thresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExitProfileTest {
    private static final String HEADER = "sample,truth,label1,confidence1,label2,confidence2\n";

    @TempDir
    private Path directory;

    @Test
    void whatIsWrittenReadsTheSame(@TempDir Path directory) throws IOException {
        ExitProfile profile = ExitProfile.of(new int[] {0, 1, 1}, new short[][] {{0, 1, 0}, {0, 1, 1}}, new float[][] {
            {0.1f, 1f, 0.3333333f}, {0.5f, 0.7f, 1e-7f}
        });
        profile.write(directory.resolve("profile.csv"));
        ExitProfile read = ExitProfile.read(directory.resolve("profile.csv"));
        for (int sample = 0; sample < 3; sample++) {
            assertThat(read.truth(sample)).isEqualTo(profile.truth(sample));
            for (int exit = 1; exit <= 2; exit++) {
                assertThat(read.label(exit, sample)).isEqualTo(profile.label(exit, sample));
                assertThat(read.confidence(exit, sample)).isEqualTo(profile.confidence(exit, sample));
                assertThat(read.isCorrect(exit, sample)).isEqualTo(profile.isCorrect(exit, sample));
            }
        }
    }

    @Test
    void readsTheFile() throws IOException {
        ExitProfile profile = read(HEADER + "0,3,3,0.5,2,0.25\n1,1,0,0.75,1,1\n");

        assertThat(profile.samples()).isEqualTo(2);
        assertThat(profile.exits()).isEqualTo(2);
        assertThat(profile.truth(0)).isEqualTo(3);
        assertThat(profile.label(2, 0)).isEqualTo(2);
        assertThat(profile.confidence(1, 1)).isEqualTo(0.75f);
        assertThat(profile.accuracy(1)).isEqualTo(0.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a,b\n0,1\n",
                HEADER,
                HEADER + "0,3,3,0.5\n",
                HEADER + "0,3,3,1.5,2,0.25\n",
                HEADER + "0,3,3,NaN,2,0.25\n",
                HEADER + "0,-1,3,0.5,2,0.25\n",
                HEADER + "0,3,cat,0.5,2,0.25\n"
            })
    void refusesWhatIsNoProfile(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("profile.csv")
                .hasMessageContaining("expected");
    }

    @Test
    void leavesAtTheFirstExitThatIsSureEnough() throws IOException {
        ExitProfile profile = read(HEADER + "0,1,1,0.9,1,0.9\n1,1,0,0.5,1,0.1\n2,1,0,0.8,1,0.9\n");

        assertThat(profile.replay(Thresholds.of(0.8f, 0.8f)))
                .isEqualTo(ExitMix.of(new long[] {2, 1}, new long[] {1, 1}));
        assertThat(profile.replay(Thresholds.of(0f, 0f))).isEqualTo(ExitMix.of(new long[] {3, 0}, new long[] {1, 0}));
        assertThat(profile.replay(Thresholds.uniform(2, Thresholds.CLOSED)))
                .isEqualTo(ExitMix.of(new long[] {0, 3}, new long[] {0, 3}));
    }

    @Test
    void aThresholdBelowZeroByItsSignOnlyIsZero() throws IOException {
        ExitProfile profile = read(HEADER + "0,1,1,0.9,1,0.9\n");

        assertThat(profile.replay(Thresholds.of(-0f, 0f))).isEqualTo(profile.replay(Thresholds.of(0f, 0f)));
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        Path missing = directory.resolve("missing.csv");

        assertThatThrownBy(() -> ExitProfile.read(missing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("there is no such file");
    }

    @Test
    void refusesThresholdsOfAnotherNetwork() throws IOException {
        ExitProfile profile = read(HEADER + "0,1,1,0.9,1,0.9\n");

        assertThatThrownBy(() -> profile.replay(Thresholds.uniform(3, 0.5f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 thresholds")
                .hasMessageContaining("2 exits");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void replayAgreesWithOneSampleAtATime(long seed) {
        Random random = new Random(seed);
        int samples = 1 + random.nextInt(500);
        int exits = 1 + random.nextInt(9);
        ExitProfile profile = randomProfile(random, samples, exits);
        float[] values = new float[exits];
        for (int exit = 0; exit < exits; exit++) {
            values[exit] = random.nextInt(5) == 0 ? Thresholds.CLOSED : random.nextFloat();
        }

        assertThat(profile.replay(Thresholds.of(values))).as("seed %d", seed).isEqualTo(oneByOne(profile, values));
    }

    @Test
    void expectsOfTheReplaysOwnMixTheReplaysAccuracy() {
        ExitProfile profile = randomProfile(new Random(9), 2000, 6);
        Thresholds thresholds = Thresholds.uniform(6, 0.7f);
        ExitMix replay = profile.replay(thresholds);

        assertThat(profile.expectedAccuracy(thresholds, replay))
                .isCloseTo(replay.accuracy().orElseThrow(), within(1e-12));
    }

    @Test
    void weighsExitsByTheRealisedMix() throws IOException {
        ExitProfile profile = read(HEADER + "0,1,1,0.9,1,0.9\n1,1,0,0.5,0,0.1\n");
        ExitMix mostlyShallow = ExitMix.of(new long[] {3, 1}, new long[] {0, 0});

        assertThat(profile.expectedAccuracy(Thresholds.uniform(2, 0.8f), mostlyShallow))
                .isCloseTo(0.75, within(1e-12));
    }

    private static ExitMix oneByOne(ExitProfile profile, float[] thresholds) {
        long[] left = new long[profile.exits()];
        long[] right = new long[profile.exits()];
        for (int sample = 0; sample < profile.samples(); sample++) {
            int exit = 1;
            while (exit < profile.exits() && profile.confidence(exit, sample) < thresholds[exit - 1]) {
                exit++;
            }
            left[exit - 1]++;
            right[exit - 1] += profile.label(exit, sample) == profile.truth(sample) ? 1 : 0;
        }
        return ExitMix.of(left, right);
    }

    private static ExitProfile randomProfile(Random random, int samples, int exits) {
        int[] truth = random.ints(samples, 0, 4).toArray();
        short[][] label = new short[exits][samples];
        float[][] confidence = new float[exits][samples];
        for (int exit = 0; exit < exits; exit++) {
            for (int sample = 0; sample < samples; sample++) {
                label[exit][sample] = (short) random.nextInt(4);
                confidence[exit][sample] = random.nextFloat();
            }
        }
        return ExitProfile.of(truth, label, confidence);
    }

    private ExitProfile read(String text) throws IOException {
        Path file = directory.resolve("profile.csv");
        Files.writeString(file, text);
        return ExitProfile.read(file);
    }
}
