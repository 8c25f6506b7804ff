package dev.offramp.partition.onnx;

/** Shape inference cannot go on here; cuts whose tensor it concerns are left out. */
final class UnknownShapeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownShapeException(String message) {
        super(message);
    }
}
