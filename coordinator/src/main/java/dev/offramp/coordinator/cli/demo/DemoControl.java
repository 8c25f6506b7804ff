package dev.offramp.coordinator.cli.demo;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.CoordinatorClient;
import dev.offramp.coordinator.cli.DecisionView;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.proto.Codec;
import dev.offramp.proto.v1.ApplyPlacementRequest;
import dev.offramp.proto.v1.ChainRequest;
import dev.offramp.proto.v1.GetDecisionsRequest;
import dev.offramp.proto.v1.GetDecisionsResponse;
import dev.offramp.proto.v1.GetPolicyRequest;
import dev.offramp.proto.v1.GetPolicyResponse;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.Overflow;
import dev.offramp.proto.v1.ServiceRequest;
import dev.offramp.proto.v1.SetPolicyRequest;
import dev.offramp.proto.v1.SetSchedulerRequest;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the demo asks of its coordinator. Thread-safe. */
final class DemoControl {
    private static final Duration PLACING = Duration.ofSeconds(60);

    /** A node that has registered. */
    record Registered(String board, String httpAddress, boolean up) {}

    private final CoordinatorClient client;

    DemoControl(CoordinatorClient client) {
        this.client = client;
    }

    SortedMap<String, Registered> nodes() throws CliException {
        SortedMap<String, Registered> nodes = new TreeMap<>();
        client.call(stub -> stub.listNodes(ListNodesRequest.getDefaultInstance()))
                .getNodesList()
                .forEach(node -> nodes.put(
                        node.getRegistration().getNode(),
                        new Registered(
                                node.getRegistration().getBoard(),
                                node.getRegistration().getHttpAddress(),
                                node.getUp())));
        return nodes;
    }

    /** Places both chains; the new epoch. */
    long place(String model) throws CliException {
        ServiceRequest.Builder service = ServiceRequest.newBuilder()
                .setId(DemoPlan.SERVICE.value())
                .setModel(model)
                .setOverflow(Overflow.DROP_NEW)
                .setDeadlineNanos(DemoPlan.DEADLINE.toNanos())
                .addIngress(DemoPlan.INGRESS.value());
        DemoPlan.chains()
                .forEach((name, nodes) -> service.addChains(ChainRequest.newBuilder()
                        .setName(name)
                        .addAllNodes(nodes.stream().map(NodeId::value).toList())));
        ApplyPlacementRequest request =
                ApplyPlacementRequest.newBuilder().addServices(service).build();
        return client.call(stub -> stub.applyPlacement(request), PLACING).getEpoch();
    }

    /** The new policy's version. */
    long setPolicy(Thresholds thresholds) throws CliException {
        SetPolicyRequest request = SetPolicyRequest.newBuilder()
                .setPolicy(Codec.write(DemoPlan.policy(thresholds)))
                .build();
        return client.call(stub -> stub.setPolicy(request)).getVersion();
    }

    /** Lets a scheduler set the policy from now on. */
    void choose(String scheduler) throws CliException {
        SetSchedulerRequest request = SetSchedulerRequest.newBuilder()
                .setService(DemoPlan.SERVICE.value())
                .setChoice(DecisionView.message(SchedulerChoice.of(scheduler)))
                .build();
        var unused = client.call(stub -> stub.setScheduler(request));
    }

    /** What was decided about the policy, and the version in force. */
    GetDecisionsResponse decisions() throws CliException {
        return client.call(stub -> stub.getDecisions(GetDecisionsRequest.newBuilder()
                .setService(DemoPlan.SERVICE.value())
                .build()));
    }

    /** Whether the ingress, which stamps every frame with it, acts on {@code version}. */
    boolean inForce(long version) throws CliException {
        GetPolicyRequest request = GetPolicyRequest.newBuilder()
                .setService(DemoPlan.SERVICE.value())
                .build();
        GetPolicyResponse answer = client.call(stub -> stub.getPolicy(request));
        return answer.getAcknowledgedOrDefault(DemoPlan.INGRESS.value(), 0) >= version;
    }
}
