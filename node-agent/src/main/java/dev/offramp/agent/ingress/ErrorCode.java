package dev.offramp.agent.ingress;

import java.util.Locale;

/** Why a request is refused; each has one HTTP status and one counter. */
public enum ErrorCode {
    /** The body is not a readable image of its type. */
    DECODE(400),
    /** A header or parameter says nothing usable. */
    BAD_REQUEST(400),
    /** No certificate, or none that counts here. */
    UNAUTHENTICATED(401),
    /** Not with this role, or not of this service. */
    FORBIDDEN(403),
    /** No such address. */
    NOT_FOUND(404),
    /** This node is no ingress of that service. */
    UNKNOWN_SERVICE(404),
    /** This node has been told of no such camera. */
    UNKNOWN_CAMERA(404),
    METHOD_NOT_ALLOWED(405),
    /** The body or the picture is larger than allowed. */
    OVERSIZE(413),
    /** Neither JPEG nor PNG. */
    UNSUPPORTED_MEDIA(415),
    /** The camera sends more frames a second than its certificate says. */
    RATE_LIMITED(429),
    /** A bug here; nothing else is disturbed. */
    INTERNAL(500),
    /** Too many frames are being decoded, or too many subscribers listen. */
    BUSY(503),
    /** The node accepts no more frames. */
    DRAINING(503);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** Lower snake case, as in answers and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
