package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Chain;
import dev.offramp.proto.v1.Exit;
import dev.offramp.proto.v1.GetPlacementRequest;
import dev.offramp.proto.v1.GetPlacementResponse;
import dev.offramp.proto.v1.Hop;
import dev.offramp.proto.v1.NodeEpoch;
import dev.offramp.proto.v1.Service;
import dev.offramp.time.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code placement show}. */
@Command(
        name = "show",
        description = "Shows the placement in force, and how far each node is.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class PlacementShowCommand implements Callable<Integer> {
    private static final int DIGEST_DIGITS = 12;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Mixin
    private WatchOption watch;

    @Override
    public Integer call() throws CliException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (CoordinatorClient client = coordinator.connect()) {
            watch.show(out, output.isJson(), () -> {
                GetPlacementResponse placement =
                        client.call(control -> control.getPlacement(GetPlacementRequest.getDefaultInstance()));
                if (output.isJson()) {
                    Json.print(out, json(placement));
                } else {
                    print(placement, out);
                }
            });
        }
        return ExitCode.OK;
    }

    private static void print(GetPlacementResponse response, PrintWriter out) {
        out.printf("epoch %d, %s%n", response.getPlacement().getEpoch(), response.getState());
        for (Service service : response.getPlacement().getServicesList()) {
            out.printf(
                    "%nservice %s: ingress %s, overflow %s, optimisation %s, priority %d, deadline %s, codec %s%n",
                    service.getId(),
                    String.join(" ", service.getIngressList()),
                    overflow(service),
                    optimisation(service),
                    service.getPriority(),
                    deadline(service),
                    codec(service));
            Table table = new Table("CHAIN", "HOP", "NODE", "PARTITION", "EXITS");
            for (Chain chain : service.getChainsList()) {
                for (int i = 0; i < chain.getHopsCount(); i++) {
                    Hop hop = chain.getHops(i);
                    table.row(
                            chain.getName(),
                            i,
                            hop.getNode(),
                            hop.getPartition().getSha256().substring(0, DIGEST_DIGITS),
                            hop.getPartition().getExitsList().stream()
                                    .map(exit -> String.valueOf(exit.getNumber()))
                                    .collect(Collectors.joining(" ")));
                }
            }
            table.print(out);
        }
        out.println();
        Table nodes = new Table("NODE", "PREPARED", "ACTIVATED", "PROBLEM");
        for (NodeEpoch node : response.getNodesList()) {
            nodes.row(node.getNode(), node.getPrepared(), node.getActivated(), node.getProblem());
        }
        nodes.print(out);
    }

    private static String overflow(Service service) {
        return service.getOverflow().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String optimisation(Service service) {
        return service.getOptimisation().name().toLowerCase(Locale.ROOT);
    }

    private static String deadline(Service service) {
        return Durations.format(Duration.ofNanos(service.getDeadlineNanos()));
    }

    /** A choice of a newer coordinator that this command does not know is shown as it came. */
    private static String codec(Service service) {
        try {
            return Codec.readCodecs(service.getCodecsList()).label();
        } catch (WireException e) {
            return service.getCodecsValueList().toString();
        }
    }

    private static ObjectNode json(GetPlacementResponse response) {
        ObjectNode json =
                Json.object().put("epoch", response.getPlacement().getEpoch()).put("state", response.getState());
        ArrayNode services = json.putArray("services");
        for (Service service : response.getPlacement().getServicesList()) {
            ObjectNode one = services.addObject()
                    .put("id", service.getId())
                    .put("overflow", overflow(service))
                    .put("optimisation", optimisation(service))
                    .put("priority", service.getPriority())
                    .put("deadline", deadline(service))
                    .put("codec", codec(service));
            ArrayNode ingress = one.putArray("ingress");
            service.getIngressList().forEach(ingress::add);
            ArrayNode labels = one.putArray("labels");
            service.getLabelsList().forEach(labels::add);
            ArrayNode chains = one.putArray("chains");
            service.getChainsList().forEach(chain -> chains.add(json(chain)));
        }
        ArrayNode nodes = json.putArray("nodes");
        for (NodeEpoch node : response.getNodesList()) {
            nodes.addObject()
                    .put("node", node.getNode())
                    .put("prepared", node.getPrepared())
                    .put("activated", node.getActivated())
                    .put("problem", node.getProblem());
        }
        return json;
    }

    private static ObjectNode json(Chain chain) {
        ObjectNode json = Json.object().put("name", chain.getName());
        ArrayNode hops = json.putArray("hops");
        for (Hop hop : chain.getHopsList()) {
            ObjectNode one = hops.addObject()
                    .put("node", hop.getNode())
                    .put("partition", hop.getPartition().getIndex())
                    .put("sha256", hop.getPartition().getSha256());
            ArrayNode exits = one.putArray("exits");
            hop.getPartition().getExitsList().stream().map(Exit::getNumber).forEach(exits::add);
        }
        return json;
    }
}
