package dev.offramp.agent.board;

/** Lamp and fan on a board's pins; what is not wired ignores what it is told. Thread-safe. */
public interface Panel extends AutoCloseable {
    void lamp(boolean lit);

    void fan(boolean runs);

    /** Leaves the lamp dark and the fan still. */
    @Override
    void close();
}
