package dev.offramp.coordinator.store;

import dev.offramp.partition.Chain;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Service;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exit profiles of placed services, found by the partitions of their first chain. Keeps the last few. Thread-safe. */
public final class ExitProfiles {
    private static final Logger log = LoggerFactory.getLogger(ExitProfiles.class);
    private static final int MAX_KEPT = 8;

    private final Models models;
    private final Artifacts artifacts;
    private final Map<Digest, ExitProfile> kept = new LinkedHashMap<>();

    public ExitProfiles(Models models, Artifacts artifacts) {
        this.models = models;
        this.artifacts = artifacts;
    }

    /** Whether the service's model came with one. */
    public boolean has(Service service) {
        return digest(service).filter(artifacts::has).isPresent();
    }

    /** Empty if the service's model came without one, or it cannot be read, or the chains differ in their exits. */
    public synchronized Optional<ExitProfile> of(Service service) {
        return digest(service).flatMap(this::read).filter(profile -> service.chains().stream()
                .allMatch(chain -> chain.exits() == profile.exits()));
    }

    private Optional<Digest> digest(Service service) {
        Chain chain = service.chains().get(0);
        List<Partition> partitions =
                chain.hops().stream().map(hop -> hop.partition()).toList();
        return models.all().values().stream()
                .filter(manifest -> manifest.partitions().equals(partitions))
                .map(Manifest::model)
                .flatMap(model -> models.profile(model).stream())
                .findFirst();
    }

    private Optional<ExitProfile> read(Digest digest) {
        ExitProfile known = kept.get(digest);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            ExitProfile profile = ExitProfile.read(artifacts.path(digest));
            if (kept.size() >= MAX_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
            kept.put(digest, profile);
            return Optional.of(profile);
        } catch (IOException e) {
            log.warn("the exit profile {} cannot be read: {}", digest.abbreviated(), e.getMessage());
            return Optional.empty();
        }
    }
}
