package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A scheduler's answer. */
public sealed interface Plan {
    /** Of the request. */
    long request();

    /**
     * @param gain of the objective over the orders in force; empty where no exit profile is known
     * @param gainInSurge the same if many more jobs come all of a sudden
     */
    record Made(long request, Map<ServiceId, OfService> services, OptionalDouble gain, OptionalDouble gainInSurge)
            implements Plan {
        public Made {
            services = Map.copyOf(services);
        }
    }

    /**
     * One service.
     *
     * @param policy without a version
     * @param accuracyByExit of jobs that leave there under the plan, from exit 1; empty without an exit profile
     * @param accuracyByExitInForce under the orders in force
     * @param flow under the plan; without hops if there is no exit profile
     * @param flowInForce under the orders in force
     * @param fitted the exit profile that was used, if it is not the published one
     */
    record OfService(
            Policy policy,
            Optional<Forecast> forecast,
            Optional<Forecast> ifKept,
            List<Double> accuracyByExit,
            List<Double> accuracyByExitInForce,
            ExitFlow flow,
            ExitFlow flowInForce,
            Optional<ExitProfile> fitted) {
        public OfService {
            accuracyByExit = List.copyOf(accuracyByExit);
            accuracyByExitInForce = List.copyOf(accuracyByExitInForce);
        }
    }

    /** No plan, and why. */
    record Failed(long request, String why) implements Plan {}
}
