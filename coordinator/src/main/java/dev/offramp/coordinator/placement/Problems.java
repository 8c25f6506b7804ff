package dev.offramp.coordinator.placement;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a request, found in one go. Confined. */
final class Problems {
    private final List<String> texts = new ArrayList<>();
    private ProblemKind worst = ProblemKind.DOWN;

    void add(ProblemKind kind, String text) {
        if (!texts.contains(text)) {
            texts.add(text);
        }
        if (kind.compareTo(worst) < 0) {
            worst = kind;
        }
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    ProblemKind worst() {
        return worst;
    }

    List<String> texts() {
        return List.copyOf(texts);
    }
}
