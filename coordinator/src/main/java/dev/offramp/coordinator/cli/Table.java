package dev.offramp.coordinator.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Columns of text, as wide as their widest cell. Confined. */
public final class Table {
    private static final double KIBI = 1024;

    private final int columns;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        columns = header.length;
        rows.add(List.of(header));
    }

    public void row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("%d cells for %d columns".formatted(cells.length, columns));
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    }

    /** For columns called KIB. */
    static String kibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / KIBI);
    }

    public void print(PrintWriter out) {
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }
}
