package dev.offramp.agent.board;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** A board that a larger machine pretends to be. Of that machine's condition only its storage matters to it. Thread-safe. */
final class EmulatedBoard implements Board {
    private final BoardModel model;
    private final LinuxBoard machine;

    EmulatedBoard(BoardModel model, LinuxBoard machine) {
        this.model = model;
        this.machine = machine;
    }

    @Override
    public BoardModel model() {
        return model;
    }

    @Override
    public BoardCondition condition() {
        return new BoardCondition(
                OptionalDouble.empty(), Set.of(), Set.of(), OptionalLong.empty(), machine.storageReadOnly());
    }
}
