package dev.offramp.agent.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private final FrameDecoder decoder = new FrameDecoder(4096);

    @ParameterizedTest
    @ValueSource(strings = {"scene.png", "scene.jpg", "progressive.jpg", "palette.png", "alpha.png"})
    void decodesColourFrames(String name) throws Exception {
        Picture picture = decoder.decode(Frames.bytes(name));

        assertThat(picture.width()).isEqualTo(48);
        assertThat(picture.height()).isEqualTo(32);
        assertThat(picture.channels()).isEqualTo(3);
        assertThat(meanDifference(picture, decoder.decode(Frames.bytes("scene.png"))))
                .isLessThan(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gray.png", "gray.jpg"})
    void keepsGraySamplesAsTheyAre(String name) throws Exception {
        Picture gray = decoder.decode(Frames.bytes(name));
        Picture colour = decoder.decode(Frames.bytes("scene.png"));

        assertThat(gray.channels()).isEqualTo(1);
        double luma = 0;
        double found = 0;
        for (int i = 0; i < gray.samples().length; i++) {
            byte[] rgb = colour.samples();
            luma += 0.299 * (rgb[3 * i] & 0xFF) + 0.587 * (rgb[3 * i + 1] & 0xFF) + 0.114 * (rgb[3 * i + 2] & 0xFF);
            found += gray.samples()[i] & 0xFF;
        }
        assertThat(found / luma).isBetween(0.99, 1.01);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scene.png", "scene.jpg", "progressive.jpg", "gray.jpg", "palette.png"})
    void refusesEveryTruncation(String name) throws Exception {
        byte[] whole = Frames.bytes(name);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decoder.decode(part))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(RefusalException.class);
        }
    }

    @Test
    void refusesJpegCutInTheMiddleAndEndedProperly() throws Exception {
        byte[] cut = Arrays.copyOf(Frames.bytes("scene.jpg"), 1200);
        cut[1198] = (byte) 0xFF;
        cut[1199] = (byte) 0xD9;

        assertRefused(cut, ErrorCode.DECODE, "damaged");
    }

    @Test
    void refusesHugeDimensionsBeforeDecoding() {
        assertRefused(hugeJpeg(), ErrorCode.OVERSIZE, "65500 × 65500");
    }

    @Test
    void refusesHugeDimensionsHiddenBehindASecondFrameHeader() throws IOException {
        byte[] huge = hugeJpeg();
        byte[] small = Frames.bytes("scene.jpg");
        byte[] both = ByteBuffer.allocate(huge.length + small.length - 4)
                .put(huge, 0, huge.length - 2)
                .put(small, 2, small.length - 2)
                .array();

        assertRefused(both, ErrorCode.DECODE, "second frame header");
    }

    @Test
    void refusesScansWithoutEndBeforeDecoding() throws IOException {
        byte[] whole = Frames.bytes("progressive.jpg");
        int scan = whole.length - 2;
        while (whole[scan] != (byte) 0xFF || whole[scan + 1] != (byte) 0xDA) {
            scan--;
        }
        int scanBytes = whole.length - 2 - scan;
        ByteBuffer repeated =
                ByteBuffer.allocate(whole.length + 100 * scanBytes).put(whole, 0, whole.length - 2);
        for (int i = 0; i < 100; i++) {
            repeated.put(whole, scan, scanBytes);
        }
        repeated.put(whole, whole.length - 2, 2);

        assertRefused(repeated.array(), ErrorCode.DECODE, "scans");
    }

    @Test
    void refusesHugePngBeforeDecoding() {
        ByteBuffer png = ByteBuffer.allocate(200);
        png.putLong(0x89504E470D0A1A0AL);
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(60_000).putInt(60_000).array());
        chunk(png, "IDAT", new byte[20]);
        chunk(png, "IEND", new byte[0]);

        assertRefused(Arrays.copyOf(png.array(), png.position()), ErrorCode.OVERSIZE, "60000 × 60000");
    }

    @Test
    void refusesWhatIsNoImage() {
        assertRefused(new byte[0], ErrorCode.DECODE, "empty");
        assertRefused("hello".getBytes(StandardCharsets.UTF_8), ErrorCode.UNSUPPORTED_MEDIA, "neither JPEG nor PNG");
        assertRefused("GIF89a......".getBytes(StandardCharsets.UTF_8), ErrorCode.UNSUPPORTED_MEDIA, "neither");
    }

    @Test
    void refusesColoursItDoesNotKnow() throws IOException {
        assertRefused(Frames.bytes("cmyk.jpg"), ErrorCode.DECODE, "the");
    }

    @Test
    void refusesPngWithFlippedBits() throws IOException {
        byte[] png = Frames.bytes("scene.png");
        png[png.length / 2] ^= 0x10;

        assertRefused(png, ErrorCode.DECODE, "checksum");
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"scene.png", "scene.jpg", "progressive.jpg", "gray.jpg"})
    void givesAPictureOrATypedRefusalForAnyFlippedBits(String name) throws IOException {
        long seed = 20_261_123;
        Random random = new Random(seed);
        byte[] whole = Frames.bytes(name);
        for (int round = 0; round < 5000; round++) {
            byte[] broken = whole.clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Picture picture = decoder.decode(broken);
                assertThat(picture.samples()).hasSize(picture.width() * picture.height() * picture.channels());
            } catch (RefusalException e) {
                assertThat(e.text()).isNotEmpty();
            } catch (RuntimeException e) {
                fail("round " + round + " of seed " + seed, e);
            }
        }
    }

    private void assertRefused(byte[] frame, ErrorCode code, String message) {
        assertThatThrownBy(() -> decoder.decode(frame))
                .isInstanceOfSatisfying(RefusalException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.expected()).isNotEmpty();
                    assertThat(e.hint()).isNotEmpty();
                })
                .hasMessageContaining(message);
    }

    private static byte[] hugeJpeg() {
        try {
            byte[] jpeg = Frames.bytes("scene.jpg");
            for (int at = 2; ; at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | (jpeg[at + 3] & 0xFF))) {
                if ((jpeg[at + 1] & 0xFF) == 0xC0) {
                    ByteBuffer.wrap(jpeg).putShort(at + 5, (short) 65_500).putShort(at + 7, (short) 65_500);
                    return jpeg;
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void chunk(ByteBuffer png, String type, byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(StandardCharsets.US_ASCII));
        crc.update(body);
        png.putInt(body.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(body);
        png.putInt((int) crc.getValue());
    }

    private static double meanDifference(Picture one, Picture other) {
        double sum = 0;
        for (int i = 0; i < one.samples().length; i++) {
            sum += Math.abs((one.samples()[i] & 0xFF) - (other.samples()[i] & 0xFF));
        }
        return sum / one.samples().length;
    }
}
