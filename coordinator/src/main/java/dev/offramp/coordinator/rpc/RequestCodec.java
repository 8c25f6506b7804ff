package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.Durable;
import dev.offramp.coordinator.control.PolicyRequest;
import dev.offramp.coordinator.placement.PlacementRequest;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.Enums;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.ApplyPlacementRequest;
import dev.offramp.proto.v1.ChainPolicy;
import dev.offramp.proto.v1.ChainRequest;
import dev.offramp.proto.v1.ServiceRequest;
import dev.offramp.proto.v1.SetPolicyRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Operators' requests from the wire. Stateless. */
final class RequestCodec {
    private RequestCodec() {}

    static PlacementRequest read(ApplyPlacementRequest message) throws WireException {
        List<PlacementRequest.ServiceRequest> services = new ArrayList<>();
        for (ServiceRequest service : message.getServicesList()) {
            services.add(new PlacementRequest.ServiceRequest(
                    service.getId(),
                    service.getModel(),
                    Enums.read(service.getOverflow()),
                    Enums.read(service.getOptimisation()),
                    service.getPriority(),
                    Duration.ofNanos(service.getDeadlineNanos()),
                    service.getIngressList(),
                    service.getChainsList().stream().map(RequestCodec::chain).toList(),
                    Codec.readCodecs(service.getCodecsList())));
        }
        return new PlacementRequest(services);
    }

    private static PlacementRequest.ChainRequest chain(ChainRequest chain) {
        return new PlacementRequest.ChainRequest(
                chain.getName(),
                chain.getNodesList(),
                chain.getModel().isEmpty() ? Optional.empty() : Optional.of(chain.getModel()));
    }

    static ServiceId service(String name) throws WireException {
        try {
            return new ServiceId(name);
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }

    static PolicyRequest read(SetPolicyRequest message) throws WireException {
        SortedMap<String, PolicyRequest.ChainOrders> chains = new TreeMap<>();
        for (var chain : message.getPolicy().getChainsList()) {
            if (chains.put(chain.getChain(), orders(chain)) != null) {
                throw new WireException("chain '%s' is there twice: expected once".formatted(chain.getChain()));
            }
        }
        try {
            return new PolicyRequest(
                    new ServiceId(message.getPolicy().getService()),
                    chains,
                    message.getPolicy().getShadowShare(),
                    message.getExpectedVersion(),
                    message.getKeepScheduler());
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }

    private static PolicyRequest.ChainOrders orders(ChainPolicy chain) throws WireException {
        if (chain.getAlternativesCount() == 0) {
            return PolicyRequest.ChainOrders.of(chain.getProbability(), chain.getThresholdsList());
        }
        if (chain.getThresholdsCount() > 0) {
            throw new WireException(
                    "chain '%s' has thresholds and alternatives: expected one of them".formatted(chain.getChain()));
        }
        return new PolicyRequest.ChainOrders(
                chain.getProbability(),
                chain.getAlternativesList().stream()
                        .map(one -> new PolicyRequest.VectorOrders(one.getShare(), one.getThresholdsList()))
                        .toList());
    }

    /** Whether the node is an ingress or a hop of the service. */
    static boolean serves(Durable durable, ServiceId service, NodeId node) {
        return durable.active()
                .service(service)
                .filter(placed -> placed.ingress().contains(node)
                        || placed.chains().stream()
                                .flatMap(chain -> chain.hops().stream())
                                .anyMatch(hop -> hop.node().equals(node)))
                .isPresent();
    }
}
