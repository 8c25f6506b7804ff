package dev.offramp.coordinator.control.pilot;

import java.util.ArrayList;
import java.util.List;

/** The last {@value #MAX_DECISIONS} decisions about a service. Confined; its lists are immutable. */
final class History {
    static final int MAX_DECISIONS = 256;

    private List<Decision> decisions = List.of();
    private long numbers;

    long nextNumber() {
        return numbers + 1;
    }

    void add(Decision decision) {
        numbers = decision.number();
        List<Decision> changed = new ArrayList<>(decisions);
        if (changed.size() == MAX_DECISIONS) {
            changed.remove(0);
        }
        changed.add(decision);
        decisions = List.copyOf(changed);
    }

    /** In place of the one with its number, if that is still there. */
    void replace(Decision decision) {
        decisions = decisions.stream()
                .map(one -> one.number() == decision.number() ? decision : one)
                .toList();
    }

    /** From the oldest. */
    List<Decision> all() {
        return decisions;
    }
}
