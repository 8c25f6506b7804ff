package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.offramp.partition.Optimisation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a session runs; docs/performance.md has the measurements behind {@link #usual}. Immutable.
 *
 * @param threads that work on one operator, the calling one included
 * @param spinning whether threads that have nothing to do burn CPU to be back sooner
 * @param arena whether memory of intermediate tensors is kept between runs
 * @param memoryPattern whether that memory is planned as one block after the first run
 */
record SessionSettings(int threads, boolean spinning, boolean arena, boolean memoryPattern, Optimisation optimisation) {
    private static final String SPINNING = "session.intra_op.allow_spinning";

    /** On the calling thread alone: a board has other things to do, and servers stand for its cores. */
    static SessionSettings usual(Optimisation optimisation) {
        // One small partition per session: an arena would keep its peak for good.
        return new SessionSettings(1, false, false, true, optimisation);
    }

    /** What agents use, and what they could use instead, by name. */
    static Map<String, SessionSettings> known() {
        Map<String, SessionSettings> known = new LinkedHashMap<>();
        known.put("as agents run", usual(Optimisation.EXTENDED));
        known.put("optimisation all", usual(Optimisation.ALL));
        known.put("arena", new SessionSettings(1, false, true, true, Optimisation.EXTENDED));
        known.put("no memory pattern", new SessionSettings(1, false, false, false, Optimisation.EXTENDED));
        known.put("2 threads", new SessionSettings(2, false, false, true, Optimisation.EXTENDED));
        known.put("2 threads, spinning", new SessionSettings(2, true, false, true, Optimisation.EXTENDED));
        return known;
    }

    SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(level());
            options.addConfigEntry(SPINNING, spinning ? "1" : "0");
            options.setCPUArenaAllocator(arena);
            options.setMemoryPatternOptimization(memoryPattern);
            return options;
        } catch (OrtException | RuntimeException | Error e) {
            options.close();
            throw e;
        }
    }

    private SessionOptions.OptLevel level() {
        return switch (optimisation) {
            case EXTENDED -> SessionOptions.OptLevel.EXTENDED_OPT;
            case ALL -> SessionOptions.OptLevel.ALL_OPT;
        };
    }
}
