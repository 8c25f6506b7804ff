package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.v1.ChainPolicy;
import dev.offramp.proto.v1.GetPolicyRequest;
import dev.offramp.proto.v1.GetPolicyResponse;
import dev.offramp.proto.v1.Policy;
import dev.offramp.proto.v1.PolicyStep;
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

    /** A line for every alternative; their shares only if some chain has several, the jobs in flight if there are steps, which name chains with jobs only. */
    private static Table chains(GetPolicyResponse response) {
        List<PolicyStep> steps = steps(response.getPolicy());
        boolean paced = steps.size() > 1;
        boolean mixed = steps.stream()
                .flatMap(step -> step.getChainsList().stream())
                .anyMatch(chain -> chain.getAlternativesCount() > 0);
        List<String> head = new ArrayList<>(paced ? List.of("IN FLIGHT") : List.of());
        head.addAll(List.of("CHAIN", "PROBABILITY", "AS SET"));
        head.addAll(mixed ? List.of("SHARE", "THRESHOLDS") : List.of("THRESHOLDS"));
        Table table = new Table(head.toArray(String[]::new));
        for (int i = 0; i < steps.size(); i++) {
            PolicyStep step = steps.get(i);
            Object from = step.getFromInFlight() + " …";
            for (ChainPolicy chain : step.getChainsList()) {
                double wished = wish(response, i, chain.getChain());
                if (paced && chain.getProbability() == 0 && wished == 0) {
                    continue;
                }
                List<Object> cells = new ArrayList<>(paced ? List.of(from) : List.of());
                from = "";
                cells.addAll(List.of(chain.getChain(), probability(chain.getProbability()), probability(wished)));
                for (ThresholdAlternative one : alternatives(chain)) {
                    if (mixed) {
                        cells.add(probability(one.getShare()));
                    }
                    cells.add(thresholds(one.getThresholdsList()));
                    table.row(cells.toArray());
                    cells = new ArrayList<>(paced ? List.of("", "", "", "") : List.of("", "", ""));
                }
            }
        }
        return table;
    }

    private static List<PolicyStep> steps(Policy policy) {
        List<PolicyStep> steps = new ArrayList<>();
        steps.add(PolicyStep.newBuilder().addAllChains(policy.getChainsList()).build());
        steps.addAll(policy.getBusierList());
        return steps;
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

    private static double wish(GetPolicyResponse response, int step, String chain) {
        return steps(response.getWish()).get(step).getChainsList().stream()
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
        List<PolicyStep> steps = steps(response.getPolicy());
        addChains(json.putArray("chains"), response, 0, steps);
        if (steps.size() > 1) {
            ArrayNode busier = json.putArray("busier");
            for (int i = 1; i < steps.size(); i++) {
                ObjectNode step =
                        busier.addObject().put("fromInFlight", steps.get(i).getFromInFlight());
                addChains(step.putArray("chains"), response, i, steps);
            }
        }
        ObjectNode acknowledged = json.putObject("acknowledged");
        new TreeMap<>(response.getAcknowledgedMap()).forEach(acknowledged::put);
        return json;
    }

    private static void addChains(ArrayNode to, GetPolicyResponse response, int step, List<PolicyStep> steps) {
        for (ChainPolicy chain : steps.get(step).getChainsList()) {
            ObjectNode one = to.addObject()
                    .put("name", chain.getChain())
                    .put("probability", chain.getProbability())
                    .put("probabilityAsSet", wish(response, step, chain.getChain()));
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
    }
}
