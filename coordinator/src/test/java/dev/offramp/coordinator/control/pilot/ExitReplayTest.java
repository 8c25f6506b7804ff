package dev.offramp.coordinator.control.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.Samples;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExitReplayTest {
    private static final ServiceId SERVICE = new ServiceId("road");
    private static final NodeId NODE = new NodeId("n1");

    private static Chain chain(String name, int exits) {
        return new Chain(
                new ChainId(SERVICE, name),
                Samples.model(name, exits).partitions().stream()
                        .map(partition -> new Hop(NODE, partition))
                        .toList());
    }

    @Test
    void aProfileThatCannotExplainWhatWasSeenStays() {
        ExitProfile profile = Profiles.graded(200, 3, 1);
        Orders toTheEnd = Orders.always(new ChainId(SERVICE, "a"), Thresholds.closed(3));

        ExitProfile fitted = ExitReplay.fitted(profile, toTheEnd, new double[] {1, 0, 0});

        for (int exit = 1; exit <= 3; exit++) {
            assertThat(fitted.accuracy(exit)).isEqualTo(profile.accuracy(exit));
        }
    }

    @Test
    void chainsOfDifferentDepthAreNamedAsTheReasonWhyThereIsNoPlan() {
        Chain shallow = chain("a", 2);
        Chain deep = chain("b", 3);
        Manifest model = Samples.model("a", 2);
        Service service = new Service(
                SERVICE,
                model.labels(),
                model.preprocessing(),
                model.scores(),
                Overflow.DROP_NEW,
                Duration.ofSeconds(1),
                List.of(NODE),
                List.of(shallow, deep));
        Orders inForce = Orders.mix(List.of(
                new Orders.Alternative(shallow.id(), Thresholds.closed(2), 0.5),
                new Orders.Alternative(deep.id(), Thresholds.closed(3), 0.5)));
        Map<HopId, Estimates.Times> times = new HashMap<>();
        for (Chain chain : service.chains()) {
            for (int hop = 0; hop < chain.hops().size(); hop++) {
                times.put(new HopId(chain.id(), hop), new Estimates.Times(0.01, 0.1, 100));
            }
        }
        Estimates estimates = new Estimates(
                Map.of(SERVICE, new Estimates.Arrivals(10, 1, 1)),
                times,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of());
        PlanRequest.Case one = new PlanRequest.Case(
                service, service.chains(), inForce, inForce, new double[0], 0, Optional.empty(), false, List.of());

        Plan plan = new Planner(any -> Optional.empty())
                .plan(new PlanRequest(1, SchedulerChoice.of("fixed"), List.of(one), Map.of(NODE, 8), estimates));

        assertThat(plan).isInstanceOfSatisfying(Plan.Failed.class, failed -> assertThat(failed.why())
                .contains("exits, the behaviour of road is known for 3"));
    }
}
