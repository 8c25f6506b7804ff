package dev.offramp.agent.board;

import java.nio.file.Path;
import java.util.Optional;

/** The board an agent runs on. Thread-safe. */
public interface Board {
    BoardModel model();

    /** How it is doing now. Reads some small files. */
    BoardCondition condition();

    /**
     * This machine, or what it pretends to be.
     *
     * @param root of the file system that tells about it; {@code /} but in tests
     * @param dataDir where the agent keeps its files
     */
    static Board detect(Path root, Path dataDir, Optional<Emulation> emulation) {
        LinuxBoard machine = new LinuxBoard(root, dataDir);
        return emulation
                .<Board>map(board -> new EmulatedBoard(board.model(), machine))
                .orElse(machine);
    }

    /** This machine, where inferences take a time that is not its own. */
    static Board timed(Path root, Path dataDir, TimedService service) {
        LinuxBoard machine = new LinuxBoard(root, dataDir);
        BoardModel model = machine.model();
        return new EmulatedBoard(
                new BoardModel("%s, service times %s".formatted(model.title(), service), true, model.memoryBytes()),
                machine);
    }
}
