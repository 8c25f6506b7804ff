package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.proto.v1.GetPlacementRequest;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.Service;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which ingress of which service: looked up at the coordinator, which is not in the path of the frames themselves. */
final class IngressOptions {
    @Option(names = "--service", paramLabel = "SERVICE", description = "The service (default: the only one placed).")
    private @Nullable String service;

    @Option(
            names = "--ingress",
            paramLabel = "NODE",
            description = "The node that takes the frames in (default: the service's first that is up).")
    private @Nullable String ingress;

    /** A service at one of its ingresses. */
    record Found(String service, String node, String httpAddress, MemberHttp http) {
        URI uri(String path) {
            return http.uri(httpAddress, "/v1/services/%s/%s".formatted(service, path));
        }
    }

    Found find(CoordinatorOptions coordinator) throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            List<Service> services = client.call(
                            control -> control.getPlacement(GetPlacementRequest.getDefaultInstance()))
                    .getPlacement()
                    .getServicesList();
            Service found = service(services);
            Node node = node(found, NodeView.list(client));
            return new Found(
                    found.getId(),
                    node.getRegistration().getNode(),
                    node.getRegistration().getHttpAddress(),
                    new MemberHttp(coordinator.credentials()));
        }
    }

    private Service service(List<Service> services) throws CliException {
        List<String> known = services.stream().map(Service::getId).toList();
        String wanted = service;
        if (wanted == null && services.size() == 1) {
            return services.getFirst();
        }
        if (wanted == null) {
            throw new CliException(
                    known.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.USAGE,
                    known.isEmpty()
                            ? "no service is placed\nPlace one with: offramp placement apply FILE"
                            : "several services are placed: say which with --service, one of "
                                    + String.join(", ", known));
        }
        for (Service one : services) {
            if (one.getId().equals(wanted)) {
                return one;
            }
        }
        throw new CliException(
                ExitCode.NOT_FOUND, "service '%s' is not placed%s".formatted(wanted, Nearest.hint(wanted, known)));
    }

    private Node node(Service found, List<Node> nodes) throws CliException {
        String wanted = ingress;
        if (wanted != null && !found.getIngressList().contains(wanted)) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "node '%s' is no ingress of %s%s"
                            .formatted(wanted, found.getId(), Nearest.hint(wanted, found.getIngressList())));
        }
        for (String name : wanted == null ? found.getIngressList() : List.of(wanted)) {
            Node node = NodeView.find(nodes, name);
            if (node.getUp()) {
                return node;
            }
        }
        throw new CliException(
                ExitCode.UNAVAILABLE,
                "no ingress of %s is up: expected one of %s\nStart its agent, or place the service elsewhere"
                        .formatted(found.getId(), found.getIngressList()));
    }
}
