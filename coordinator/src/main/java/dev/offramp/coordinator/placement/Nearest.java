package dev.offramp.coordinator.placement;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody may have meant. Stateless. */
public final class Nearest {
    private static final int MAX_DISTANCE = 3;

    private Nearest() {}

    /** The candidate that takes the fewest edits, if it takes few. */
    public static Optional<String> to(String text, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> distance(text, candidate) <= Math.min(MAX_DISTANCE, candidate.length() / 2))
                .min(Comparator.<String>comparingInt(candidate -> distance(text, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code ": expected one of a, b. Maybe you meant a"}, for the end of an error text. */
    public static String hint(String text, Collection<String> candidates) {
        String known = candidates.isEmpty() ? "there is none yet" : "expected one of " + String.join(", ", candidates);
        return ": " + known
                + to(text, candidates).map(name -> ". Maybe you meant " + name).orElse("");
    }

    /** Levenshtein's, one row at a time. */
    static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
