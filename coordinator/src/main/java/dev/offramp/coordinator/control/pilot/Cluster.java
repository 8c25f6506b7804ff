package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What the autopilot sees of the cluster, and its one lever. */
public interface Cluster {
    /** Services of the placement in force; empty while another takes over. */
    List<Service> services();

    /** Who sets which policy; services that are missing are set by hand. */
    Map<ServiceId, SchedulerChoice> choices();

    /** What the nodes are told; empty if the service has no policy. */
    Optional<Policy> policy(ServiceId service);

    /** Whether all of the service's ingresses that are up act on its policy. */
    boolean isInForce(ServiceId service);

    /** Whether jobs can pass the node. */
    boolean isUsable(NodeId node);

    /** In jobs, the one in service included; empty if the node is not known. */
    OptionalInt capacity(NodeId node);

    /** Sets the service's policy, whatever version it has; its new version. Chains that are missing get no jobs. */
    long push(ServiceId service, Policy policy);
}
