package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.cluster.NodeRegistration;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Register;
import java.util.SortedMap;
import java.util.TreeMap;

/** Registrations between the wire and the vocabulary. Stateless. */
final class RegisterCodec {
    private RegisterCodec() {}

    static NodeRegistration read(Register message) throws WireException {
        try {
            SortedMap<ServiceId, Long> policies = new TreeMap<>();
            message.getPolicyVersionsMap().forEach((service, version) -> policies.put(new ServiceId(service), version));
            return new NodeRegistration(
                    new NodeId(message.getNode()),
                    message.getIncarnation(),
                    message.getDataAddress(),
                    message.getHttpAddress(),
                    new NodeRegistration.Board(message.getBoard(), message.getEmulated(), message.getMemoryBytes()),
                    new NodeRegistration.Capacity(message.getCapacityJobs(), message.getCapacityBytes()),
                    new NodeRegistration.Seen(message.getEpoch(), policies),
                    message.getVersion());
        } catch (IllegalArgumentException e) {
            throw new WireException("registration: " + e.getMessage());
        }
    }

    static Register write(NodeRegistration registration) {
        var message = Register.newBuilder()
                .setNode(registration.node().value())
                .setIncarnation(registration.incarnation())
                .setDataAddress(registration.dataAddress())
                .setHttpAddress(registration.httpAddress())
                .setBoard(registration.board().title())
                .setEmulated(registration.board().emulated())
                .setMemoryBytes(registration.board().memoryBytes())
                .setCapacityJobs(registration.capacity().jobs())
                .setCapacityBytes(registration.capacity().bytes())
                .setEpoch(registration.seen().epoch())
                .setVersion(registration.version());
        registration
                .seen()
                .policies()
                .forEach((service, version) -> message.putPolicyVersions(service.value(), version));
        return message.build();
    }
}
