package dev.offramp.agent.inference.onnx;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.PartitionLoader;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import java.nio.file.Path;

/**
 * Loads partitions into sessions of the environment that DJL's ONNX Runtime engine has made. DJL's predictor would copy
 * every tensor twice more and costs tens of microseconds a call, so sessions are called directly; {@code offramp bench
 * inference} has both. Sessions run on the calling thread alone. Thread-safe.
 */
public final class OnnxPartitionLoader implements PartitionLoader {
    static final String ENGINE = "OnnxRuntime";

    private final OrtEnvironment environment;

    /** @param libraries directory for the runtime's native libraries, {@code native/<version>} below it */
    public static OnnxPartitionLoader unpackingInto(Path libraries) {
        String version = String.valueOf(OrtSession.class.getPackage().getImplementationVersion());
        NativeLibraries.useFrom(libraries.resolve("native").resolve("onnxruntime-" + version));
        return new OnnxPartitionLoader();
    }

    public OnnxPartitionLoader() {
        // The engine first: whoever comes first fixes the environment's options.
        var unused = Engine.getEngine(ENGINE);
        environment = OrtEnvironment.getEnvironment();
    }

    @Override
    public LoadedPartition load(Partition partition, Path file, Optimisation optimisation) throws InferenceException {
        return load(partition, file, SessionSettings.usual(optimisation));
    }

    OrtEnvironment environment() {
        return environment;
    }

    OnnxPartition load(Partition partition, Path file, SessionSettings settings) throws InferenceException {
        return new OnnxPartition(partition, environment, open(file, settings));
    }

    OrtSession open(Path file, SessionSettings settings) throws InferenceException {
        try (SessionOptions options = settings.options()) {
            return environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new InferenceException(
                    InferenceException.Kind.MODEL_MISMATCH,
                    "ONNX Runtime refuses %s: %s".formatted(file.getFileName(), rootMessage(e)),
                    e);
        }
    }

    /** Releases its memory. */
    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("an ONNX Runtime session does not close: " + e.getMessage(), e);
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
