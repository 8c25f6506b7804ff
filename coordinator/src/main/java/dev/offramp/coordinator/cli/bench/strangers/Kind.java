package dev.offramp.coordinator.cli.bench.strangers;

import java.util.Locale;

/** How a stranger tries to get in. */
enum Kind {
    /** Does nothing: shows how much two equal loads differ. */
    NOBODY(0),
    /** Connects and goes again. */
    CONNECT(1),
    /** Connects and keeps silent. */
    SILENT(2),
    NO_CERTIFICATE(3),
    EXPIRED(4),
    /** Shows a certificate that another CA has signed. */
    FOREIGN_CA(5),
    /** Is a viewer, which sends frames and jobs. */
    WRONG_ROLE(6),
    /** Joins with a token that somebody else has used. */
    REPLAYED_TOKEN(7),
    /** Without a certificate, each time from another address. */
    MANY_ADDRESSES(100);

    private static final byte LOOPBACK = 127;
    private static final byte STRANGERS = 66;
    private static final int LAST_BYTE = 250;
    private static final int NETWORKS = 100;

    private final int network;

    Kind(int network) {
        this.network = network;
    }

    /** As people write it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean showsCertificate() {
        return this == EXPIRED || this == FOREIGN_CA || this == WRONG_ROLE;
    }

    /** Where an attempt comes from: of this machine, and none of a member's. */
    byte[] from(long attempt) {
        boolean many = this == MANY_ADDRESSES;
        long third = network + (many ? attempt / LAST_BYTE % NETWORKS : 0);
        long fourth = 1 + (many ? attempt % LAST_BYTE : 0);
        return new byte[] {LOOPBACK, STRANGERS, (byte) third, (byte) fourth};
    }
}
