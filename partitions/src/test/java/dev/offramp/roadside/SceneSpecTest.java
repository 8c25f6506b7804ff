package dev.offramp.roadside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SceneSpecTest {
    private static final int DRAWS = 20_000;

    @Test
    void difficultyIsDistributedAsStated() {
        SplittableRandom random = new SplittableRandom(11);
        int easy = 0;
        int hard = 0;
        for (int i = 0; i < DRAWS; i++) {
            double difficulty = SceneSpec.draw(SceneClass.CAR, random).difficulty();
            easy += difficulty < 0.3 ? 1 : 0;
            hard += difficulty >= 0.65 ? 1 : 0;
        }

        assertThat(easy / (double) DRAWS).isBetween(0.38, 0.42);
        assertThat(hard / (double) DRAWS).isBetween(0.23, 0.27);
    }

    @Test
    void difficultFramesAreSmallerDarkerAndNoisier() {
        SplittableRandom random = new SplittableRandom(12);
        double[][] sums = new double[2][4];
        for (int i = 0; i < DRAWS; i++) {
            SceneSpec spec = SceneSpec.draw(SceneClass.DOG, random);
            double[] sum = sums[spec.difficulty() < 0.5 ? 0 : 1];
            sum[0]++;
            sum[1] += spec.scale();
            sum[2] += spec.light();
            sum[3] += spec.noise();
        }

        assertThat(sums[1][1] / sums[1][0]).isLessThan(sums[0][1] / sums[0][0]);
        assertThat(sums[1][2] / sums[1][0]).isLessThan(sums[0][2] / sums[0][0]);
        assertThat(sums[1][3] / sums[1][0]).isGreaterThan(sums[0][3] / sums[0][0]);
    }

    @Test
    void sameSpecGivesSamePixels() {
        SplittableRandom random = new SplittableRandom(13);
        for (SceneClass scene : SceneClass.values()) {
            SceneSpec spec = SceneSpec.draw(scene, random);

            assertThat(pixels(new RoadsideRenderer().render(spec)))
                    .as("%s", spec)
                    .isEqualTo(pixels(new RoadsideRenderer().render(spec)));
        }
    }

    @Test
    void refusesParametersOutsideTheirRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(1.5, 0.5, 0))
                .withMessage("difficulty (1.5) of a scene must be 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(Double.NaN, 0.5, 0))
                .withMessageContaining("difficulty (NaN)");
        assertThatIllegalArgumentException().isThrownBy(() -> spec(0, 0, 0)).withMessageContaining("scale (0.0)");
        assertThatIllegalArgumentException().isThrownBy(() -> spec(0, 0.5, 17)).withMessageContaining("clutter (17");
    }

    @Test
    void labelsAreInAlphabeticalOrder() {
        assertThat(SceneClass.values())
                .hasSize(10)
                .extracting(SceneClass::label)
                .isSorted();
        assertThat(SceneClass.TRAFFIC_LIGHT.label()).isEqualTo("traffic_light");
    }

    private static SceneSpec spec(double difficulty, double scale, int clutter) {
        return new SceneSpec(
                SceneClass.CAR,
                difficulty,
                scale,
                0,
                0,
                false,
                0,
                1,
                SceneSpec.Weather.CLEAR,
                0,
                0,
                0,
                0,
                clutter,
                1,
                1);
    }

    private static int[] pixels(BufferedImage frame) {
        return ((DataBufferInt) frame.getRaster().getDataBuffer()).getData();
    }
}
