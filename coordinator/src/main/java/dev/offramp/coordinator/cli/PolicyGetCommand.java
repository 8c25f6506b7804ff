package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.v1.ChainPolicy;
import dev.offramp.proto.v1.GetPolicyRequest;
import dev.offramp.proto.v1.GetPolicyResponse;
import dev.offramp.proto.v1.Policy;
import dev.offramp.proto.v1.ThresholdAlternative;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
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
        String scheduler = response.getScheduler();
        out.printf(
                "%s, version %d, set by %s%n",
                policy.getService(), policy.getVersion(), scheduler.isEmpty() ? "hand" : scheduler);
        if (policy.getShadowShare() > 0) {
            out.printf(
                    "shadow jobs: %s of all, the latest %d recorded%n",
                    probability(policy.getShadowShare()), response.getShadowRows());
        }
        chains(response).print(out);
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

    /** A line for every alternative; their shares only if some chain has several. */
    private static Table chains(GetPolicyResponse response) {
        List<ChainPolicy> chains = response.getPolicy().getChainsList();
        boolean mixed = chains.stream().anyMatch(chain -> chain.getAlternativesCount() > 0);
        Table table = mixed
                ? new Table("CHAIN", "PROBABILITY", "AS SET", "SHARE", "THRESHOLDS")
                : new Table("CHAIN", "PROBABILITY", "AS SET", "THRESHOLDS");
        for (ChainPolicy chain : chains) {
            List<Object> cells = new ArrayList<>(List.of(
                    chain.getChain(),
                    probability(chain.getProbability()),
                    probability(wish(response, chain.getChain()))));
            for (ThresholdAlternative one : alternatives(chain)) {
                if (mixed) {
                    cells.add(probability(one.getShare()));
                }
                cells.add(thresholds(one.getThresholdsList()));
                table.row(cells.toArray());
                cells = new ArrayList<>(List.of("", "", ""));
            }
        }
        return table;
    }

    private static List<ThresholdAlternative> alternatives(ChainPolicy chain) {
        return chain.getAlternativesCount() > 0
                ? chain.getAlternativesList()
                : List.of(ThresholdAlternative.newBuilder()
                        .setShare(1)
                        .addAllThresholds(chain.getThresholdsList())
                        .build());
    }

    private static String thresholds(List<Float> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(" "));
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
                .put("version", response.getPolicy().getVersion())
                .put("scheduler", response.getScheduler())
                .put("shadowShare", response.getPolicy().getShadowShare())
                .put("shadowRows", response.getShadowRows());
        ArrayNode chains = json.putArray("chains");
        for (ChainPolicy chain : response.getPolicy().getChainsList()) {
            ObjectNode one = chains.addObject()
                    .put("name", chain.getChain())
                    .put("probability", chain.getProbability())
                    .put("probabilityAsSet", wish(response, chain.getChain()));
            if (chain.getAlternativesCount() == 0) {
                chain.getThresholdsList().forEach(one.putArray("thresholds")::add);
            } else {
                ArrayNode alternatives = one.putArray("alternatives");
                chain.getAlternativesList().forEach(alternative -> {
                    ObjectNode share = alternatives.addObject().put("share", alternative.getShare());
                    alternative.getThresholdsList().forEach(share.putArray("thresholds")::add);
                });
            }
        }
        ObjectNode acknowledged = json.putObject("acknowledged");
        new TreeMap<>(response.getAcknowledgedMap()).forEach(acknowledged::put);
        return json;
    }
}
