package dev.offramp.coordinator.authority;

import dev.offramp.proto.identity.DocumentSigner;
import dev.offramp.proto.identity.LiveCredentials;
import java.util.Optional;

/** Who this coordinator is, and whom it admits. Thread-safe. */
public interface ClusterSecurity {
    LiveCredentials credentials();

    /** Signs what agents are told to run. */
    DocumentSigner signer();

    /** Empty where the site's own CA makes the certificates. */
    Optional<EnrolmentDesk> desk();

    /** Renews what is due; called now and then. */
    void tick();
}
