package dev.offramp.agent.inference.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.partition.Partition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Loads partitions on DJL's ONNX Runtime engine. Sessions run on the calling thread alone and at optimisation level
 * EXTENDED, so that a chain of partitions gives bit for bit what the uncut network gives. Thread-safe.
 */
public final class OnnxPartitionLoader implements PartitionLoader {
    private static final String SPINNING = "session.intra_op.allow_spinning";

    private final Engine engine;

    /** @param libraries directory for the runtime's native libraries, {@code native/<version>} below it */
    public static OnnxPartitionLoader unpackingInto(Path libraries) {
        String version = String.valueOf(OrtSession.class.getPackage().getImplementationVersion());
        NativeLibraries.useFrom(libraries.resolve("native").resolve("onnxruntime-" + version));
        return new OnnxPartitionLoader();
    }

    public OnnxPartitionLoader() {
        // Before anything else touches the environment: the first caller fixes its options.
        engine = Engine.getEngine("OnnxRuntime");
    }

    @Override
    public LoadedPartition load(Partition partition, Path file) throws InferenceException {
        Model model = engine.newModel("partition-" + partition.index(), Device.cpu());
        try {
            open(model, file);
            OnnxPartition loaded = new OnnxPartition(partition, model);
            loaded.probe();
            return loaded;
        } catch (InferenceException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private static void open(Model model, Path file) throws InferenceException {
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(SessionOptions.OptLevel.EXTENDED_OPT);
            options.addConfigEntry(SPINNING, "0");
            // One small partition per session: an arena would keep its peak for good.
            options.setCPUArenaAllocator(false);
            model.load(file, null, Map.of("sessionOptions", options));
        } catch (MalformedModelException | OrtException | IOException e) {
            throw new InferenceException(
                    InferenceException.Kind.MODEL_MISMATCH,
                    "ONNX Runtime refuses %s: %s".formatted(file.getFileName(), rootMessage(e)),
                    e);
        }
    }

    static String rootMessage(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
