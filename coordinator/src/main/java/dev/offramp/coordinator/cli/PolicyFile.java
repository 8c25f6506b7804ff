package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offramp.proto.v1.ChainPolicy;
import dev.offramp.proto.v1.Policy;
import dev.offramp.proto.v1.ThresholdAlternative;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The file that {@code policy set -f} reads: its form only; whether it fits the service the coordinator says. */
final class PolicyFile {
    private final YamlReader yaml = new YamlReader();

    private PolicyFile() {}

    /** Reads the file, or standard input for {@code -}; the policy has neither service nor version. */
    static Policy read(Path file) throws CliException {
        return parse(file.toString(), YamlFile.text(file));
    }

    static Policy parse(String name, String text) throws CliException {
        PolicyFile file = new PolicyFile();
        Policy policy = file.policy(YamlFile.tree(name, text));
        file.yaml.check(name, "policy");
        return policy;
    }

    private Policy policy(JsonNode root) {
        Policy.Builder policy = Policy.newBuilder();
        if (yaml.mapping("the file", root, Set.of("chains", "shadowShare"))) {
            if (root.has("shadowShare")) {
                policy.setShadowShare(yaml.number("the file", root, "shadowShare"));
            }
            List<JsonNode> chains = yaml.list("the file", root, "chains");
            for (int i = 0; i < chains.size(); i++) {
                policy.addChains(chain("chains[" + i + "]", chains.get(i)));
            }
        }
        return policy.build();
    }

    private ChainPolicy chain(String path, JsonNode node) {
        ChainPolicy.Builder chain = ChainPolicy.newBuilder();
        if (!yaml.mapping(path, node, Set.of("name", "probability", "thresholds", "alternatives"))) {
            return chain.build();
        }
        chain.setChain(yaml.text(path, node, "name")).setProbability(yaml.number(path, node, "probability"));
        if (node.has("thresholds") == node.has("alternatives")) {
            yaml.problem(path, "expected 'thresholds' or 'alternatives', one of them");
        } else if (node.has("thresholds")) {
            chain.addAllThresholds(yaml.numbers(path, node, "thresholds"));
        } else {
            List<JsonNode> alternatives = yaml.list(path, node, "alternatives");
            for (int i = 0; i < alternatives.size(); i++) {
                chain.addAlternatives(alternative(path + ".alternatives[" + i + "]", alternatives.get(i)));
            }
            if (alternatives.isEmpty()) {
                yaml.problem(path, "'alternatives' is empty");
            }
        }
        return chain.build();
    }

    private ThresholdAlternative alternative(String path, JsonNode node) {
        ThresholdAlternative.Builder alternative = ThresholdAlternative.newBuilder();
        if (yaml.mapping(path, node, Set.of("share", "thresholds"))) {
            alternative
                    .setShare(yaml.number(path, node, "share"))
                    .addAllThresholds(yaml.numbers(path, node, "thresholds"));
        }
        return alternative.build();
    }
}
