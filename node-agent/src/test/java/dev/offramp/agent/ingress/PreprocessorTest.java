package dev.offramp.agent.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.artifact.Preprocessing.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorTest {
    private static Preprocessing plain(int width, int height, Color color) {
        boolean gray = color == Color.GRAY;
        return new Preprocessing(
                width,
                height,
                color,
                gray ? List.of(0f) : List.of(0f, 0f, 0f),
                gray ? List.of(1f) : List.of(1f, 1f, 1f));
    }

    private static FloatBuffer run(Preprocessing preprocessing, String frame) throws IOException, RefusalException {
        ByteBuffer tensor = new FrameTensors(4096).tensor(Frames.bytes(frame), preprocessing);
        return tensor.asFloatBuffer();
    }

    /** The expected bytes are Pillow's reduce(2), which rounds to whole levels. */
    @Test
    void averagesSquaresOfPixelsAsPillowDoes() throws Exception {
        FloatBuffer tensor = run(plain(24, 16, Color.RGB), "scene.png");
        byte[] levels = Frames.bytes("scene-reduced-2.rgb");

        for (int pixel = 0; pixel < 24 * 16; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                float found = tensor.get(channel * 24 * 16 + pixel) * 255;
                assertThat(found).isCloseTo(levels[3 * pixel + channel] & 0xFF, within(0.501f));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"20, 12", "7, 5", "1, 1", "47, 31"})
    void keepsTheMeanAtAnySize(int width, int height) throws Exception {
        FloatBuffer tensor = run(plain(width, height, Color.RGB), "scene.png");
        FloatBuffer whole = run(plain(48, 32, Color.RGB), "scene.png");

        assertThat(mean(tensor)).isCloseTo(mean(whole), within(1e-6));
    }

    private static double mean(FloatBuffer values) {
        double sum = 0;
        for (int i = 0; i < values.limit(); i++) {
            sum += values.get(i);
        }
        return sum / values.limit();
    }

    @Test
    void leavesFramesOfTheRightSizeAlone() throws Exception {
        FloatBuffer tensor = run(plain(48, 32, Color.RGB), "scene.png");
        byte[] samples =
                new FrameDecoder(4096).decode(Frames.bytes("scene.png")).samples();

        for (int pixel = 0; pixel < 48 * 32; pixel++) {
            assertThat(tensor.get(pixel)).isEqualTo((samples[3 * pixel] & 0xFF) / 255f);
        }
    }

    @Test
    void swapsChannelsForBgr() throws Exception {
        FloatBuffer rgb = run(plain(12, 8, Color.RGB), "scene.png");
        FloatBuffer bgr = run(plain(12, 8, Color.BGR), "scene.png");

        assertThat(bgr.get(0)).isEqualTo(rgb.get(2 * 96));
        assertThat(bgr.get(96)).isEqualTo(rgb.get(96));
    }

    @Test
    void normalisesPerChannel() throws Exception {
        Preprocessing normalised =
                new Preprocessing(24, 16, Color.RGB, List.of(0.5f, 0.25f, 0f), List.of(0.5f, 0.25f, 2f));
        FloatBuffer raw = run(plain(24, 16, Color.RGB), "scene.png");
        FloatBuffer found = run(normalised, "scene.png");

        assertThat(found.get(0)).isEqualTo((raw.get(0) - 0.5f) / 0.5f);
        assertThat(found.get(384)).isEqualTo((raw.get(384) - 0.25f) / 0.25f);
        assertThat(found.get(768)).isEqualTo(raw.get(768) / 2f);
    }

    @Test
    void feedsGrayFramesToColourNetworksAndTheOtherWayRound() throws Exception {
        FloatBuffer spread = run(plain(24, 16, Color.RGB), "gray.png");
        FloatBuffer luma = run(plain(24, 16, Color.GRAY), "scene.png");

        assertThat(spread.get(0)).isEqualTo(spread.get(384)).isEqualTo(spread.get(768));
        assertThat(luma.remaining()).isEqualTo(24 * 16);
        assertThat(luma.get(5)).isCloseTo(spread.get(5), within(0.01f));
    }

    @Test
    void enlargesSmallFrames() throws Exception {
        FloatBuffer tensor = run(plain(96, 64, Color.RGB), "scene.png");
        FloatBuffer same = run(plain(48, 32, Color.RGB), "scene.png");

        assertThat(tensor.get(0)).isEqualTo(same.get(0));
        assertThat(tensor.get(1)).isEqualTo(same.get(0));
    }
}
