package dev.offramp.proto.identity;

import java.util.Locale;

/** Why a stranger, or a member that oversteps, is refused. */
public enum Refusal {
    NO_CERTIFICATE,
    EXPIRED,
    /** Its validity has not begun: one of the two clocks is wrong. */
    NOT_YET_VALID,
    /** Nobody who is trusted here signed it. */
    FOREIGN_CA,
    /** It names no member. */
    NO_IDENTITY,
    REVOKED,
    /** The role may not do this. */
    WRONG_ROLE,
    /** The member speaks for another one. */
    WRONG_NAME,
    /** An agent that no placement puts before this one. */
    NOT_A_NEIGHBOUR,
    /** A token that is unknown, wrong, expired, revoked, or was used by somebody else. */
    TOKEN,
    /** What the coordinator should have signed bears no signature, or another one. */
    SIGNATURE,
    /** An agent has acted on an epoch or version that no coordinator can have issued. */
    NEVER_ISSUED,
    /** One of too many attempts to connect: refused before a handshake. */
    FLOOD;

    /** Lower snake case, as in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
