package dev.offramp.coordinator.cli;

import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.proto.v1.ChainPolicy;
import dev.offramp.proto.v1.GetPolicyResponse;
import dev.offramp.proto.v1.Policy;
import dev.offramp.proto.v1.SetPolicyRequest;
import dev.offramp.proto.v1.SetSchedulerRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy set SERVICE …}: what is not named stays as it was set. */
@Command(
        name = "set",
        description = "Changes a service's policy, or lets a scheduler change it; what is not named stays.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A job leaves at the first exit whose confidence is at least its threshold: above 1 closes an exit, 0 forces it.",
            "Example: offramp policy set roadside --thresholds 0.8,0.7,0 --mix a=0.5,b=0.5",
            "A scheduler rules until --manual, or until thresholds or shares are set: offramp policy set roadside --scheduler ceen",
            "",
            "The file:",
            "  chains:                            # all of the service's",
            "    - name: a",
            "      probability: 0.5",
            "      thresholds: [0.8, 0.7]         # the final exit's may be left out",
            "    - name: b",
            "      probability: 0.5",
            "      alternatives:                  # up to 16 vectors, each for a share of the chain's jobs",
            "        - {share: 0.25, thresholds: [0, 0]}",
            "        - {share: 0.75, thresholds: [0.8, 0.7]}",
            "  shadowShare: 0.02                  # 0 if left out"
        })
@SuppressWarnings("NullAway.Init")
final class PolicySetCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SERVICE", description = "Its name.")
    private String service;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The whole policy as YAML; '-' reads standard input.")
    private @Nullable Path file;

    @Option(
            names = "--thresholds",
            split = ",",
            paramLabel = "T",
            description = "One per exit, for every chain; the final exit's may be left out.")
    private @Nullable List<Float> thresholds;

    @Option(names = "--chain", paramLabel = "CHAIN=T,T", description = "The same for one chain; may be repeated.")
    private Map<String, String> chains = Map.of();

    @Option(
            names = "--mix",
            split = ",",
            paramLabel = "CHAIN=P",
            description = "Chain assignment probabilities, summing to 1; chains not named get 0.")
    private @Nullable Map<String, Double> mix;

    @Option(
            names = "--shadow-share",
            paramLabel = "S",
            description = "Share of the jobs, 0 to 1, that run to the final exit whatever the thresholds say.")
    private @Nullable Double shadowShare;

    @Option(
            names = "--expected-version",
            paramLabel = "N",
            description = "Refuse if the policy is at another version (default: the one this command reads).")
    private @Nullable Long expectedVersion;

    @Mixin
    private SchedulerOptions scheduler;

    @Option(names = "--manual", description = "Ends a scheduler's rule; the policy stays as it is.")
    private boolean manual;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        Optional<SchedulerChoice> choice = scheduler.choice();
        boolean flags = thresholds != null || !chains.isEmpty() || mix != null || shadowShare != null;
        if (choice.isPresent() || manual) {
            if (file != null || flags || (choice.isPresent() && manual)) {
                throw new CliException(
                        ExitCode.USAGE, "give one of --scheduler, --manual, and thresholds, shares or a file");
            }
            return rule(choice);
        }
        if (file != null && flags) {
            throw new CliException(
                    ExitCode.USAGE,
                    "a file is the whole policy: give it without --thresholds, --chain, --mix and --shadow-share");
        }
        if (file == null && !flags) {
            throw new CliException(
                    ExitCode.USAGE,
                    "nothing to set: give a file, --thresholds, --chain, --mix, --shadow-share or --scheduler, e.g. --mix a=0.5,b=0.5");
        }
        Optional<Policy> wanted = file == null ? Optional.empty() : Optional.of(PolicyFile.read(file));
        long version;
        try (CoordinatorClient client = coordinator.connect()) {
            GetPolicyResponse current = PolicyGetCommand.get(client, service);
            SetPolicyRequest request = SetPolicyRequest.newBuilder()
                    .setPolicy(
                            wanted.isPresent()
                                    ? completed(wanted.get(), current.getWish())
                                    : changed(current.getWish()))
                    .setExpectedVersion(
                            expectedVersion == null ? current.getPolicy().getVersion() : expectedVersion)
                    .setKeepScheduler(file == null && thresholds == null && chains.isEmpty() && mix == null)
                    .build();
            version = client.call(control -> control.setPolicy(request)).getVersion();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.print(out, Json.object().put("service", service).put("version", version));
        } else {
            out.println(service + " is at policy version " + version);
            out.flush();
        }
        return ExitCode.OK;
    }

    /** Who sets the policy from now on; empty: by hand. */
    private int rule(Optional<SchedulerChoice> choice) throws CliException {
        SetSchedulerRequest.Builder request = SetSchedulerRequest.newBuilder().setService(service);
        choice.ifPresent(one -> request.setChoice(DecisionView.message(one)));
        long version;
        try (CoordinatorClient client = coordinator.connect()) {
            version = client.call(control -> control.setScheduler(request.build()))
                    .getVersion();
        }
        PrintWriter out = spec.commandLine().getOut();
        String ruler = choice.map(SchedulerChoice::scheduler).orElse("");
        if (output.isJson()) {
            Json.print(
                    out,
                    Json.object()
                            .put("service", service)
                            .put("version", version)
                            .put("scheduler", ruler));
        } else {
            out.println(
                    ruler.isEmpty()
                            ? "%s is set by hand from now on, and stays at policy version %d"
                                    .formatted(service, version)
                            : "%s is set by %s from now on; look with 'offramp policy explain %s'"
                                    .formatted(service, ruler, service));
            out.flush();
        }
        return ExitCode.OK;
    }

    /** With the final exits' thresholds, which may be left out. */
    private static Policy completed(Policy wanted, Policy current) {
        Map<String, Integer> exits = new HashMap<>();
        current.getChainsList().forEach(chain -> exits.put(chain.getChain(), exits(chain)));
        Policy.Builder policy = wanted.toBuilder().setService(current.getService());
        policy.getChainsBuilderList().forEach(chain -> {
            int expected = exits.getOrDefault(chain.getChain(), 0);
            if (chain.getThresholdsCount() == expected - 1) {
                chain.addThresholds(0f);
            }
            chain.getAlternativesBuilderList().stream()
                    .filter(one -> one.getThresholdsCount() == expected - 1)
                    .forEach(one -> one.addThresholds(0f));
        });
        return policy.build();
    }

    private static int exits(ChainPolicy chain) {
        return chain.getAlternativesCount() > 0
                ? chain.getAlternatives(0).getThresholdsCount()
                : chain.getThresholdsCount();
    }

    private Policy changed(Policy current) throws CliException {
        List<String> known =
                current.getChainsList().stream().map(ChainPolicy::getChain).toList();
        for (String chain : chains.keySet()) {
            checkKnown(chain, known);
        }
        for (String chain : mix == null ? List.<String>of() : mix.keySet()) {
            checkKnown(chain, known);
        }
        Policy.Builder policy = current.toBuilder().clearChains();
        for (ChainPolicy chain : current.getChainsList()) {
            policy.addChains(changed(chain));
        }
        if (shadowShare != null) {
            policy.setShadowShare(shadowShare);
        }
        return policy.build();
    }

    private void checkKnown(String chain, List<String> known) throws CliException {
        if (!known.contains(chain)) {
            throw new CliException(
                    ExitCode.NOT_FOUND, "%s has no chain '%s'%s".formatted(service, chain, Nearest.hint(chain, known)));
        }
    }

    private ChainPolicy changed(ChainPolicy chain) throws CliException {
        ChainPolicy.Builder changed = chain.toBuilder();
        String own = chains.get(chain.getChain());
        List<Float> wanted = own == null ? thresholds : parse(own);
        if (wanted != null) {
            List<Float> complete = new ArrayList<>(wanted);
            if (complete.size() == exits(chain) - 1) {
                complete.add(0f);
            }
            changed.clearAlternatives().clearThresholds().addAllThresholds(complete);
        }
        if (mix != null) {
            changed.setProbability(mix.getOrDefault(chain.getChain(), 0.0));
        }
        return changed.build();
    }

    private static List<Float> parse(String text) throws CliException {
        List<Float> values = new ArrayList<>();
        for (String value : text.split(",", -1)) {
            try {
                values.add(Float.parseFloat(value.strip()));
            } catch (NumberFormatException e) {
                throw new CliException(
                        ExitCode.USAGE, "'%s' is no threshold: expected numbers, e.g. 0.8,0.7,0".formatted(value), e);
            }
        }
        return values;
    }
}
