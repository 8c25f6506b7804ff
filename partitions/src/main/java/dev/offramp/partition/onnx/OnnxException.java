package dev.offramp.partition.onnx;

/** A network that cannot be read or cut; the message says what was wrong, what was expected and what to do. */
public final class OnnxException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Kinds of trouble. */
    public enum Reason {
        /** The bytes are no ONNX model, or contradict themselves. */
        MALFORMED,
        /** A valid model that is not supported here. */
        UNSUPPORTED,
        /** Weights in files beside the model that are missing or must not be opened. */
        EXTERNAL_DATA,
        /** The network cannot be cut, or not as often as asked. */
        NO_CUT,
        /** The network cannot be cut at the named tensor. */
        UNKNOWN_CUT
    }

    private final Reason reason;

    OnnxException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
