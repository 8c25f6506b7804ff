package dev.offramp.agent.forward.grpc;

import dev.offramp.partition.job.LossReason;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;

/** Why a stream ended. Stateless. */
final class StreamEnd {
    private StreamEnd() {}

    /**
     * {@code NODE_LOST} where the peer's machine answers but its process is gone (refused, reset, closed), else
     * {@code LINK_LOST}: nothing is heard of either.
     */
    static LossReason classify(Status status) {
        if (status.getCode() == Status.Code.CANCELLED && description(status).contains("rst_stream")) {
            // A process that stops resets its streams.
            return LossReason.NODE_LOST;
        }
        if (status.getCode() != Status.Code.UNAVAILABLE) {
            return LossReason.LINK_LOST;
        }
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof NoRouteToHostException) {
                return LossReason.LINK_LOST;
            }
            if (cause instanceof ConnectException) {
                return text(cause).contains("timed out") ? LossReason.LINK_LOST : LossReason.NODE_LOST;
            }
            if (cause instanceof IOException && text(cause).contains("reset")) {
                return LossReason.NODE_LOST;
            }
        }
        String description = description(status);
        boolean silent = description.contains("keepalive")
                || description.contains("timed out")
                || description.contains("unreachable");
        return silent ? LossReason.LINK_LOST : LossReason.NODE_LOST;
    }

    private static String description(Status status) {
        return String.valueOf(status.getDescription()).toLowerCase(Locale.ROOT);
    }

    private static String text(Throwable cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    }

    /** For people. */
    static String describe(Status status) {
        String description = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        Throwable cause = status.getCause();
        return cause == null ? description : description + ", " + cause.getMessage();
    }
}
