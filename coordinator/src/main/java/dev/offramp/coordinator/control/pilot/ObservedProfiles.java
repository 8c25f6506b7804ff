package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Exit profiles of services as their latest shadow jobs show them, see {@link ShadowFit}. As thread-safe as its sources. */
public final class ObservedProfiles {
    private final Function<Service, Optional<ExitProfile>> published;
    private final Function<ServiceId, List<ShadowRow>> rows;

    /**
     * @param published what came with a service's model
     * @param rows of its shadow jobs, from the oldest on
     */
    public ObservedProfiles(
            Function<Service, Optional<ExitProfile>> published, Function<ServiceId, List<ShadowRow>> rows) {
        this.published = published;
        this.rows = rows;
    }

    /** Empty if none was published. */
    public Optional<ExitProfile> of(Service service) {
        return published.apply(service).map(profile -> new ShadowFit(profile, rows.apply(service.id())).profile());
    }
}
