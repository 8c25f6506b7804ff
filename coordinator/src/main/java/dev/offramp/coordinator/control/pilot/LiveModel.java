package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.scenario.Scenario;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.profile.ExitProfile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is known of the running cluster, as it would be simulated. Immutable by agreement.
 *
 * @param profiles of the services whose exits are known
 */
public record LiveModel(Scenario scenario, Map<ServiceId, ExitProfile> profiles) {
    /**
     * Throws {@link IllegalArgumentException} with what is not known yet.
     *
     * @param published exit profiles
     */
    public static LiveModel of(PlanRequest request, Function<Service, Optional<ExitProfile>> published) {
        Map<ServiceId, ExitProfile> profiles = new HashMap<>();
        Map<ServiceId, Orders> orders = new HashMap<>();
        for (PlanRequest.Case one : request.cases()) {
            ServiceId id = one.service().id();
            Estimates.Arrivals known = request.estimates().arrivals().get(id);
            if (known == null || !known.isMeasured()) {
                throw new IllegalArgumentException("no job of %s has come yet".formatted(id));
            }
            one.fitted().or(() -> published.apply(one.service())).ifPresent(profile -> profiles.put(id, profile));
            orders.put(id, one.inForce());
        }
        return new LiveModel(
                new Scenario(ModelBuilder.deployment(request, profiles), ModelBuilder.workload(request), orders),
                profiles);
    }
}
