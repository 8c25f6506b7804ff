package dev.offramp.coordinator.cli;

import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.PeerException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;

/** The one place where a gRPC status becomes an exit code and words. Stateless. */
final class GrpcFailures {
    private GrpcFailures() {}

    static CliException translate(StatusRuntimeException e, HostPort coordinator, Duration patience) {
        String description = e.getStatus().getDescription();
        String said = description == null ? e.getStatus().getCode().name() : description;
        Optional<PeerException> stranger = stranger(e);
        if (stranger.isPresent()) {
            return new CliException(
                    ExitCode.UNAVAILABLE,
                    "what answers at %s is not believed: %s"
                            .formatted(coordinator, stranger.get().getMessage()),
                    e);
        }
        return switch (e.getStatus().getCode()) {
            case UNAVAILABLE ->
                new CliException(
                        ExitCode.UNAVAILABLE,
                        "cannot reach the coordinator at %s (%s)\nStart one with 'offramp coordinator', or name its address with --coordinator or OFFRAMP_COORDINATOR"
                                .formatted(coordinator, rootCause(e)),
                        e);
            case DEADLINE_EXCEEDED ->
                new CliException(
                        ExitCode.UNAVAILABLE,
                        "the coordinator at %s did not answer within %d ms\nMaybe it is busy: try again, or wait longer with --timeout"
                                .formatted(coordinator, patience.toMillis()),
                        e);
            case NOT_FOUND -> new CliException(ExitCode.NOT_FOUND, said, e);
            case ABORTED, ALREADY_EXISTS -> new CliException(ExitCode.CONFLICT, said, e);
            case FAILED_PRECONDITION -> new CliException(ExitCode.UNAVAILABLE, said, e);
            case UNIMPLEMENTED ->
                new CliException(
                        ExitCode.ERROR,
                        "what answers at %s does not know this request\nMaybe it is no coordinator, or an older one"
                                .formatted(coordinator),
                        e);
            default -> new CliException(ExitCode.ERROR, said, e);
        };
    }

    private static Optional<PeerException> stranger(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof PeerException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static String rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause.getMessage();
        return text == null ? cause.getClass().getSimpleName() : text.replaceFirst("^UNAVAILABLE: ", "");
    }
}
