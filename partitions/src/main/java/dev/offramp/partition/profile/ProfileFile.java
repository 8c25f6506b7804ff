package dev.offramp.partition.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes {@code profile.csv}. Confined to one reading. */
final class ProfileFile {
    private static final int LEADING = 2;
    private static final int MAX_EXITS = 256;
    private static final long MAX_BYTES = 1 << 30;

    private final Path file;
    private final int[] truth;
    private final short[][] label;
    private final float[][] confidence;

    private ProfileFile(Path file, int samples, int exits) {
        this.file = file;
        this.truth = new int[samples];
        this.label = new short[exits][samples];
        this.confidence = new float[exits][samples];
    }

    static ExitProfile read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "there is no such file, expected what 'offramp profile exits' wrote");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    "%s has %d bytes: expected a profile of at most %d".formatted(file, Files.size(file), MAX_BYTES));
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.removeIf(String::isBlank);
        if (lines.size() < 2) {
            throw new IOException(
                    "%s has %d lines: expected a header and a line per sample".formatted(file, lines.size()));
        }
        int exits = exits(file, lines.get(0));
        ProfileFile reading = new ProfileFile(file, lines.size() - 1, exits);
        for (int sample = 0; sample < lines.size() - 1; sample++) {
            reading.row(sample, lines.get(sample + 1));
        }
        return ExitProfile.of(reading.truth, reading.label, reading.confidence);
    }

    static String text(ExitProfile profile) {
        StringBuilder text = new StringBuilder(header(profile.exits())).append('\n');
        for (int sample = 0; sample < profile.samples(); sample++) {
            text.append(sample).append(',').append(profile.truth(sample));
            for (int exit = 1; exit <= profile.exits(); exit++) {
                text.append(',').append(profile.label(exit, sample));
                text.append(',').append(profile.confidence(exit, sample));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String header(int exits) {
        StringBuilder header = new StringBuilder("sample,truth");
        for (int exit = 1; exit <= exits; exit++) {
            header.append(",label").append(exit).append(",confidence").append(exit);
        }
        return header.toString();
    }

    private static int exits(Path file, String header) throws IOException {
        String[] names = header.strip().split(",", -1);
        int exits = (names.length - LEADING) / 2;
        if (exits < 1 || exits > MAX_EXITS || !header.strip().equals(header(exits))) {
            throw new IOException("%s: header '%s' is not a profile's: expected sample,truth,label1,confidence1,…"
                    .formatted(file, header));
        }
        return exits;
    }

    private void row(int sample, String line) throws IOException {
        String[] cells = line.strip().split(",", -1);
        int columns = LEADING + 2 * label.length;
        if (cells.length != columns) {
            throw new IOException(
                    "%s, sample %d: %d columns, expected %d".formatted(file, sample, cells.length, columns));
        }
        truth[sample] = whole(sample, "truth", cells[1]);
        for (int exit = 0; exit < label.length; exit++) {
            label[exit][sample] = whole(sample, "label" + (exit + 1), cells[LEADING + 2 * exit]);
            confidence[exit][sample] = share(sample, "confidence" + (exit + 1), cells[LEADING + 2 * exit + 1]);
        }
    }

    private short whole(int sample, String column, String text) throws IOException {
        try {
            short value = Short.parseShort(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, like a negative one.
        }
        throw new IOException("%s, sample %d, %s: '%s' is not a class: expected 0 to %d"
                .formatted(file, sample, column, text, Short.MAX_VALUE));
    }

    private float share(int sample, String column, String text) throws IOException {
        try {
            float value = Float.parseFloat(text);
            if (value >= 0f && value <= 1f) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, like one out of range.
        }
        throw new IOException(
                "%s, sample %d, %s: '%s' is not a confidence: expected 0 to 1".formatted(file, sample, column, text));
    }
}
