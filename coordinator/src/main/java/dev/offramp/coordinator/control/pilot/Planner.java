package dev.offramp.coordinator.control.pilot;

import dev.offramp.coordinator.predict.Prediction;
import dev.offramp.coordinator.predict.Predictor;
import dev.offramp.coordinator.predict.simulated.SimulatedPredictor;
import dev.offramp.coordinator.scheduling.Objective;
import dev.offramp.coordinator.scheduling.Scheduler;
import dev.offramp.coordinator.scheduling.Schedulers;
import dev.offramp.coordinator.scheduling.Situation;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.profile.ExitProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Asks schedulers, and predicts by simulation what their orders will do. Schedulers may learn from one request to the
 * next. A decision takes from milliseconds to seconds, so it is not for the control thread. Confined.
 */
public final class Planner {
    private static final long ARRIVALS = 20_000;
    private static final long SEARCH_ARRIVALS = 10_000;
    private static final long SEED = 1;
    private static final int MAX_SCHEDULERS = 64;
    /** A step of the load, until it is noticed. */
    private static final Situation.Surge SURGE = new Situation.Surge(2.5, 0.01);

    private final Function<Service, Optional<ExitProfile>> profiles;
    private final Predictor predictor = new SimulatedPredictor(ARRIVALS, SEED);
    private final Predictor searching = new SimulatedPredictor(SEARCH_ARRIVALS, SEED);
    private final Map<Key, Scheduler> schedulers = new HashMap<>();

    private record Key(SchedulerChoice choice, List<ServiceId> services) {}

    /** @param profiles what is known of a service's exits */
    public Planner(Function<Service, Optional<ExitProfile>> profiles) {
        this.profiles = profiles;
    }

    public Plan plan(PlanRequest request) {
        try {
            return made(request);
        } catch (IllegalArgumentException e) {
            return new Plan.Failed(request.id(), String.valueOf(e.getMessage()));
        }
    }

    private Plan.Made made(PlanRequest request) {
        Map<ServiceId, ExitProfile> known = new HashMap<>();
        Map<ServiceId, ExitProfile> fitted = new HashMap<>();
        for (PlanRequest.Case one : request.cases()) {
            ServiceId id = one.service().id();
            one.fitted().ifPresent(profile -> fitted.put(id, profile));
            profiles.apply(one.service()).ifPresent(profile -> {
                known.put(id, one.fitted().orElse(profile));
                double[] seen = ExitReplay.seen(one, request.estimates());
                if (one.refit() && seen.length == profile.exits()) {
                    ExitProfile fit = ExitReplay.fitted(profile, one.averageInForce(), seen);
                    fitted.put(id, fit);
                    known.put(id, fit);
                }
            });
        }
        boolean complete = known.size() == request.cases().size();
        if (!complete && Schedulers.needsProfile(request.choice().scheduler())) {
            throw new IllegalArgumentException("no exit profile is known: push the model with its profile.csv");
        }
        Deployment deployment = ModelBuilder.deployment(request, known);
        Workload workload = ModelBuilder.workload(request);
        Map<ServiceId, Orders> inForce = new HashMap<>();
        Map<ServiceId, Orders> ordered = new HashMap<>();
        request.cases().forEach(one -> {
            inForce.put(one.service().id(), one.inForce());
            ordered.put(one.service().id(), one.ordered());
        });
        Situation situation =
                new Situation(deployment, workload, ordered, request.estimates().jobsAt(), Optional.of(SURGE));
        Scheduler scheduler = scheduler(request);
        request.cases().forEach(one -> scheduler.learn(situation, one.ended()));
        Map<ServiceId, Policy> policies = new HashMap<>();
        Map<ServiceId, Orders> orders = new HashMap<>();
        Map<ServiceId, Orders> decided = scheduler.schedule(situation);
        for (PlanRequest.Case one : request.cases()) {
            ServiceId id = one.service().id();
            Policy policy =
                    Policy.of(id, 1, Objects.requireNonNull(decided.get(id))).withShadowShare(one.shadowShare());
            policies.put(id, policy);
            orders.put(id, Orders.of(policy));
        }
        Optional<Prediction> after =
                complete ? Optional.of(predictor.predict(deployment, workload, orders)) : Optional.empty();
        Optional<Prediction> before =
                complete ? Optional.of(predictor.predict(deployment, workload, inForce)) : Optional.empty();
        Map<ServiceId, Plan.OfService> services = new HashMap<>();
        for (PlanRequest.Case one : request.cases()) {
            ServiceId id = one.service().id();
            Optional<ExitProfile> profile = Optional.ofNullable(known.get(id));
            Orders own = Objects.requireNonNull(orders.get(id));
            services.put(
                    id,
                    new Plan.OfService(
                            Objects.requireNonNull(policies.get(id)),
                            after.map(prediction -> forecast(prediction, id)),
                            before.map(prediction -> forecast(prediction, id)),
                            profile.map(exits -> ExitReplay.accuracyByExit(exits, averaged(own, after, id)))
                                    .orElse(List.of()),
                            profile.map(exits -> ExitReplay.accuracyByExit(exits, averaged(one.inForce(), before, id)))
                                    .orElse(List.of()),
                            profile.map(exits -> ExitFlow.of(exits, one.chains(), own))
                                    .orElse(ExitFlow.NONE),
                            profile.map(exits -> ExitFlow.of(exits, one.chains(), one.inForce()))
                                    .orElse(ExitFlow.NONE),
                            Optional.ofNullable(fitted.get(id))));
        }
        Workload surge = workload.faster(SURGE.factor());
        return new Plan.Made(
                request.id(),
                services,
                gain(request, after, before),
                complete
                        ? gain(
                                request,
                                Optional.of(predictor.predict(deployment, surge, orders)),
                                Optional.of(predictor.predict(deployment, surge, inForce)))
                        : OptionalDouble.empty());
    }

    private static Orders averaged(Orders orders, Optional<Prediction> prediction, ServiceId id) {
        return orders.averaged(prediction
                .map(one -> one.service(id).stepShares().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .orElse(new double[0]));
    }

    private static OptionalDouble gain(PlanRequest request, Optional<Prediction> after, Optional<Prediction> before) {
        Objective objective = request.choice().objective();
        return after.isPresent() && before.isPresent()
                ? OptionalDouble.of(objective.value(after.get()) - objective.value(before.get()))
                : OptionalDouble.empty();
    }

    private static Forecast forecast(Prediction prediction, ServiceId id) {
        Prediction.OfService service = prediction.service(id);
        Prediction.OfNode bottleneck = prediction.bottleneck();
        return new Forecast(
                service.lossRatio(),
                service.accuracy(),
                service.exitShares(),
                service.meanLatency(),
                bottleneck.id(),
                bottleneck.utilisation());
    }

    private Scheduler scheduler(PlanRequest request) {
        Key key = new Key(
                request.choice(),
                request.cases().stream().map(one -> one.service().id()).toList());
        if (schedulers.size() >= MAX_SCHEDULERS && !schedulers.containsKey(key)) {
            schedulers.clear();
        }
        return schedulers.computeIfAbsent(
                key,
                made -> Schedulers.named(
                        made.choice().scheduler(), searching, made.choice().objective()));
    }
}
