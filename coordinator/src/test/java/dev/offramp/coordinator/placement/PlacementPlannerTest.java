package dev.offramp.coordinator.placement;

import static dev.offramp.coordinator.Samples.chain;
import static dev.offramp.coordinator.Samples.placement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.Samples;
import dev.offramp.coordinator.cluster.Membership;
import dev.offramp.coordinator.placement.PlacementPlanner.Result;
import dev.offramp.coordinator.placement.PlacementRequest.ChainRequest;
import dev.offramp.coordinator.placement.PlacementRequest.ServiceRequest;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlacementPlannerTest {
    private final Membership membership = new Membership(List.of(), 0);

    @BeforeEach
    void threeNodes() {
        for (String node : List.of("n1", "n2", "n3")) {
            membership.register(Samples.node(node, 1), 0);
        }
    }

    private Result plan(PlacementRequest request) {
        return plan(request, Placement.empty());
    }

    private Result plan(PlacementRequest request, Placement active) {
        return new PlacementPlanner(
                        Samples.models(Samples.model("roadside", 3), Samples.model("other", 2)),
                        membership::member,
                        active)
                .plan(request, 7);
    }

    private Placement planned(PlacementRequest request) {
        return ((Result.Planned) plan(request)).placement();
    }

    private static List<String> problems(Result result) {
        return ((Result.Rejected) result).problems();
    }

    @Test
    void putsPartitionsOnNodesInTheirOrder() {
        Placement planned = planned(placement(chain("a", "n1", "n2", "n3")));

        assertThat(planned.epoch()).isEqualTo(7);
        assertThat(planned.services().getFirst().chains().getFirst().hops())
                .extracting(hop -> hop.node().value() + hop.partition().index())
                .containsExactly("n10", "n21", "n32");
        assertThat(planned.dataAddresses()).containsOnlyKeys(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));
    }

    @Test
    void aServiceIsOptimisedAndItsActivationsTravelAsItsOperatorSays() {
        ServiceRequest exact =
                placement(chain("a", "n1", "n2", "n3")).services().getFirst();
        ServiceRequest fast = new ServiceRequest(
                exact.id(),
                exact.model(),
                exact.overflow(),
                Optimisation.ALL,
                3,
                exact.deadline(),
                exact.ingress(),
                exact.chains(),
                CodecChoice.AUTO);

        assertThat(planned(new PlacementRequest(List.of(exact))).services())
                .extracting(Service::optimisation)
                .containsExactly(Optimisation.EXTENDED);
        assertThat(planned(new PlacementRequest(List.of(fast))).services())
                .extracting(Service::optimisation)
                .containsExactly(Optimisation.ALL);
        assertThat(planned(new PlacementRequest(List.of(exact))).services())
                .extracting(Service::codecs)
                .containsExactly(CodecChoice.EXACT);
        assertThat(planned(new PlacementRequest(List.of(fast))).services())
                .extracting(Service::codecs)
                .containsExactly(CodecChoice.AUTO);
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        membership.tick(Duration.ofSeconds(10).toNanos());
        membership.register(Samples.node("n1", 1), 0);
        Result result = plan(new PlacementRequest(List.of(new ServiceRequest(
                "roadside",
                "roadsied",
                Overflow.BLOCK,
                Duration.ofSeconds(1),
                List.of("n1", "n9"),
                List.of(chain("a", "n1", "N2"), chain("b", "n1", "n2"))))));

        assertThat(problems(result))
                .anySatisfy(
                        text -> assertThat(text).contains("no model 'roadsied'").contains("Maybe you meant roadside"))
                .anySatisfy(text -> assertThat(text).contains("no node 'n9'"))
                .anySatisfy(text -> assertThat(text).contains("'N2' is not a name"))
                .anySatisfy(text -> assertThat(text).contains("node n2 is down"));
        assertThat(((Result.Rejected) result).worst()).isEqualTo(ProblemKind.WRONG);
    }

    @Test
    void refusesWrongNumberOfNodes() {
        assertThat(problems(plan(placement(chain("a", "n1", "n2")))))
                .containsExactly(
                        "chain roadside/a names 2 nodes, but model roadside has 3 partitions: name the node of each");
    }

    @Test
    void refusesServicesAndChainsOfOneName() {
        ServiceRequest service = placement(chain("a", "n1", "n1", "n1"), chain("a", "n2", "n2", "n2"))
                .services()
                .getFirst();

        assertThat(problems(plan(new PlacementRequest(List.of(service, service)))))
                .anySatisfy(text -> assertThat(text).contains("service roadside is there twice"))
                .anySatisfy(text -> assertThat(text).contains("two chains have one name"));
    }

    @Test
    void refusesDeadlineThatIsNotPositive() {
        Result result = plan(new PlacementRequest(List.of(new ServiceRequest(
                "roadside",
                "roadside",
                Overflow.BLOCK,
                Duration.ZERO,
                List.of("n1"),
                List.of(chain("a", "n1", "n1", "n1"))))));

        assertThat(problems(result)).containsExactly("service roadside: deadline (PT0S) must be positive");
    }

    @Test
    void refusesChainThatChangesItsNumberOfExits() {
        Placement active = ((Result.Planned) plan(placement(chain("a", "n1", "n2", "n3")))).placement();
        Result result = plan(placement(new ChainRequest("a", List.of("n1", "n2"), Optional.of("other"))), active);

        assertThat(problems(result)).anySatisfy(text -> assertThat(text).contains("give the new one another name"));
    }

    @Test
    void takesVariantsOfAModelSideBySide() {
        Result result = plan(placement(
                chain("a", "n1", "n2", "n3"), new ChainRequest("b", List.of("n1", "n2"), Optional.of("other"))));

        assertThat(result).isInstanceOf(Result.Planned.class);
    }

    @Test
    void emptyPlacementIsAPlacement() {
        assertThat(plan(new PlacementRequest(List.of()))).isInstanceOf(Result.Planned.class);
    }
}
