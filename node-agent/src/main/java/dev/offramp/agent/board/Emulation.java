package dev.offramp.agent.board;

/**
 * A board to pretend to be.
 *
 * @param scale times the kind's multiple; 1 unless the operator knows better
 */
public record Emulation(BoardKind kind, double scale) {
    public Emulation {
        if (!(scale > 0 && scale <= 1000)) {
            throw new IllegalArgumentException("scale (%s) must be above 0 and at most 1000".formatted(scale));
        }
    }

    /** Parses {@code kind} or {@code kind:scale}, e.g. {@code opizero:1.5}. */
    public static Emulation parse(String text) {
        int colon = text.indexOf(':');
        String key = colon < 0 ? text : text.substring(0, colon);
        BoardKind kind = BoardKind.of(key)
                .orElseThrow(() -> new IllegalArgumentException(
                        "board '%s' is not known: expected one of %s".formatted(key, BoardKind.keys())));
        if (colon < 0) {
            return new Emulation(kind, 1);
        }
        try {
            return new Emulation(kind, Double.parseDouble(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "scale in '%s' is not a number: expected e.g. %s:1.5".formatted(text, key), e);
        }
    }

    public double multiple() {
        return kind.multiple() * scale;
    }

    BoardModel model() {
        return new BoardModel(kind.title() + " (emulated)", true, kind.memoryBytes());
    }

    @Override
    public String toString() {
        return scale == 1 ? kind.key() : kind.key() + ":" + scale;
    }
}
