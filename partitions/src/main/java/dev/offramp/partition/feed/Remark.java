package dev.offramp.partition.feed;

/** What somebody outside said, as logs and terminals may show it. Stateless. */
public final class Remark {
    private static final int MAX_CHARACTERS = 500;
    private static final int MAX_CAUSES = 10;

    private Remark() {}

    /** What went wrong, and what that came from in the first place. */
    public static String of(Throwable failure) {
        Throwable first = failure;
        for (int causes = 0; first.getCause() != null && causes < MAX_CAUSES; causes++) {
            first = first.getCause();
        }
        return first == failure
                ? String.valueOf(failure.getMessage())
                : failure.getMessage() + ": " + first.getMessage();
    }

    /** Without anything that moves a cursor or begins a line, and not for ever long. */
    public static String shown(String text) {
        String cut = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ");
    }
}
