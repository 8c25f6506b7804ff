package dev.offramp.agent.ingress;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** JPEG and PNG frames to pictures; strict, and bounded before it decodes. Thread-safe. */
final class FrameDecoder {
    private static final String EXPECTED = "a complete JPEG or PNG";
    private static final String HINT =
            "Maybe the camera or a proxy cut the frame off; send the file's bytes as the body, nothing around them";

    private final int maxSide;

    /** @param maxSide most pixels a frame may have in width and in height */
    FrameDecoder(int maxSide) {
        this.maxSide = maxSide;
    }

    static RefusalException unreadable(String message) {
        return new RefusalException(ErrorCode.DECODE, message, EXPECTED, HINT);
    }

    Picture decode(byte[] bytes) throws RefusalException {
        if (bytes.length == 0) {
            throw unreadable("the frame is empty");
        }
        if (JpegCheck.claims(bytes)) {
            return decode("jpeg", bytes, JpegCheck.check(bytes));
        }
        if (PngCheck.claims(bytes)) {
            return decode("png", bytes, PngCheck.check(bytes));
        }
        throw new RefusalException(ErrorCode.UNSUPPORTED_MEDIA, "the frame is neither JPEG nor PNG", EXPECTED, HINT);
    }

    private Picture decode(String format, byte[] bytes, FrameSize size) throws RefusalException {
        if (size.width() < 1 || size.height() < 1) {
            throw unreadable("the frame has %d × %d pixels".formatted(size.width(), size.height()));
        }
        if (size.width() > maxSide || size.height() > maxSide) {
            throw new RefusalException(
                    ErrorCode.OVERSIZE,
                    "the frame has %d × %d pixels".formatted(size.width(), size.height()),
                    "at most %d × %d".formatted(maxSide, maxSide),
                    "Scale it down before sending, or raise --max-frame-side");
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        AtomicReference<String> warning = new AtomicReference<>("");
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((source, text) -> warning.compareAndSet("", text));
            BufferedImage image = reader.read(0);
            refuseDamaged(String.valueOf(warning.get()));
            return picture(image);
        } catch (IOException | RuntimeException e) {
            // Image readers throw whatever a broken file makes them stumble over.
            throw unreadable("the %s cannot be decoded: %s".formatted(format.toUpperCase(Locale.ROOT), e.getMessage()));
        } finally {
            reader.dispose();
        }
    }

    private static void refuseDamaged(String warning) throws RefusalException {
        String text = warning.toLowerCase(Locale.ROOT);
        if (text.contains("corrupt") || text.contains("truncated") || text.contains("premature")) {
            throw unreadable("the frame is damaged: " + warning);
        }
    }

    private static Picture picture(BufferedImage image) throws RefusalException {
        int space = image.getColorModel().getColorSpace().getType();
        if (space != ColorSpace.TYPE_RGB && space != ColorSpace.TYPE_GRAY) {
            throw unreadable("the frame is neither in RGB (or YCbCr) nor in gray");
        }
        int width = image.getWidth();
        int height = image.getHeight();
        Raster raster = image.getRaster();
        boolean plain = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_BYTE
                && !(image.getColorModel() instanceof IndexColorModel);
        if (plain && raster.getNumBands() <= 2) {
            // Not through getRGB: Java takes gray samples for linear light and would brighten them.
            return new Picture(width, height, 1, bands(raster, 1));
        }
        if (plain) {
            return new Picture(width, height, 3, bands(raster, 3));
        }
        return new Picture(width, height, 3, throughColorModel(image));
    }

    private static byte[] bands(Raster raster, int bands) {
        int width = raster.getWidth();
        byte[] samples = new byte[width * raster.getHeight() * bands];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int band = 0; band < bands; band++) {
                raster.getSamples(0, y, width, 1, band, row);
                for (int x = 0; x < width; x++) {
                    samples[(y * width + x) * bands + band] = (byte) row[x];
                }
            }
        }
        return samples;
    }

    private static byte[] throughColorModel(BufferedImage image) {
        int width = image.getWidth();
        byte[] samples = new byte[width * image.getHeight() * 3];
        int[] row = new int[width];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int rgb : row) {
                samples[at++] = (byte) (rgb >> 16);
                samples[at++] = (byte) (rgb >> 8);
                samples[at++] = (byte) rgb;
            }
        }
        return samples;
    }
}
