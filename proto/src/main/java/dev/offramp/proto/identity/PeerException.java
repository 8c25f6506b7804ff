package dev.offramp.proto.identity;

import java.security.cert.CertificateException;

/** A certificate that is refused, and why. */
public final class PeerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final Refusal reason;

    public PeerException(Refusal reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Refusal reason() {
        return reason;
    }
}
