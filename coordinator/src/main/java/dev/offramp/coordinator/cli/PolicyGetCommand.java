package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.v1.ChainPolicy;
import dev.offramp.proto.v1.GetPolicyRequest;
import dev.offramp.proto.v1.GetPolicyResponse;
import dev.offramp.proto.v1.Policy;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy get SERVICE}. */
@Command(
        name = "get",
        description = "Shows a service's policy, and which version each of its nodes has acknowledged.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class PolicyGetCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SERVICE", description = "Its name.")
    private String service;

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
                GetPolicyResponse policy = get(client, service);
                if (output.isJson()) {
                    Json.print(out, json(policy));
                } else {
                    print(policy, out);
                }
            });
        }
        return ExitCode.OK;
    }

    static GetPolicyResponse get(CoordinatorClient client, String service) throws CliException {
        return client.call(control -> control.getPolicy(
                GetPolicyRequest.newBuilder().setService(service).build()));
    }

    private static void print(GetPolicyResponse response, PrintWriter out) {
        Policy policy = response.getPolicy();
        out.printf("%s, version %d%n", policy.getService(), policy.getVersion());
        Table chains = new Table("CHAIN", "PROBABILITY", "AS SET", "THRESHOLDS");
        for (ChainPolicy chain : policy.getChainsList()) {
            chains.row(
                    chain.getChain(),
                    probability(chain.getProbability()),
                    probability(wish(response, chain.getChain())),
                    chain.getThresholdsList().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
        chains.print(out);
        out.println();
        Table nodes = new Table("NODE", "ACKNOWLEDGED");
        new TreeMap<>(response.getAcknowledgedMap())
                .forEach((node, version) -> nodes.row(
                        node,
                        version == policy.getVersion()
                                ? version
                                : version + " (behind: " + (policy.getVersion() - version) + ")"));
        nodes.print(out);
    }

    private static String probability(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private static double wish(GetPolicyResponse response, String chain) {
        return response.getWish().getChainsList().stream()
                .filter(one -> one.getChain().equals(chain))
                .mapToDouble(ChainPolicy::getProbability)
                .findFirst()
                .orElse(0);
    }

    private static ObjectNode json(GetPolicyResponse response) {
        ObjectNode json = Json.object()
                .put("service", response.getPolicy().getService())
                .put("version", response.getPolicy().getVersion());
        ArrayNode chains = json.putArray("chains");
        for (ChainPolicy chain : response.getPolicy().getChainsList()) {
            ObjectNode one = chains.addObject()
                    .put("name", chain.getChain())
                    .put("probability", chain.getProbability())
                    .put("probabilityAsSet", wish(response, chain.getChain()));
            ArrayNode thresholds = one.putArray("thresholds");
            chain.getThresholdsList().forEach(thresholds::add);
        }
        ObjectNode acknowledged = json.putObject("acknowledged");
        new TreeMap<>(response.getAcknowledgedMap()).forEach(acknowledged::put);
        return json;
    }
}
