package dev.offramp.coordinator.cli.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.partition.profile.ExitProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The networks that experiments run. */
final class Boards {
    private static final double MULTIPLICATIONS_PER_SECOND = 480e6;
    /** Millions of multiplications up to each exit of the cifar10 network, its heads included: its model card. */
    private static final double[] CIFAR10_MMAC = {7.05, 12.94, 18.84, 23.10, 28.41, 33.72, 37.39, 42.11};

    static final int EXITS = CIFAR10_MMAC.length;

    private static final List<Long> CIFAR10_EDGES = List.of(32768L, 32768L, 32768L, 16384L, 16384L, 16384L, 8192L);
    private static final long CIFAR10_INPUT = 3 * 32 * 32 * 4;

    private static final int CEED_LAST_GATE = 8;
    private static final long CEED_INPUT = 3 * 224 * 224 * 4;

    private Boards() {}

    /**
     * The cifar10 network on an Orange Pi Zero, 480 million multiplications a second (Disabato, Roveri, Alippi, IEEE TC
     * 70(8), 2021, 10.1109/TC.2020.3006751), every run as long as the other.
     */
    static Board orangePi(ExitProfile cifar10) {
        List<ServiceTime> segments = new ArrayList<>();
        double before = 0;
        for (double mmac : CIFAR10_MMAC) {
            segments.add(new ServiceTime.Deterministic((mmac - before) * 1e6 / MULTIPLICATIONS_PER_SECOND));
            before = mmac;
        }
        return new Board("orange-pi", segments, CIFAR10_EDGES, CIFAR10_INPUT, cifar10);
    }

    /**
     * Times and activations of the early-exit ResNet-50 published with CEED (INFOCOM 2025), gamma with the measured mean
     * and variance between exits. Its nine exits' answers are not published: those of the cifar10 network stand in for the
     * second to the ninth, the first (2.8 ms of 804.9) is left out.
     */
    static Board ceed(Path json, ExitProfile cifar10) throws IOException {
        JsonNode root = new ObjectMapper().readTree(json.toFile());
        JsonNode layers = require(json, root, "backbone_execution_time");
        JsonNode gates = require(json, root, "gate_execution_time");
        JsonNode outputs = require(json, root, "backbone_output_memory");
        List<ServiceTime> segments = new ArrayList<>();
        List<Long> edges = new ArrayList<>();
        int layer = 0;
        for (int gate = 1; gate <= CEED_LAST_GATE; gate++) {
            int last = 2 * gate + 3;
            Moments time = new Moments();
            for (; layer <= last; layer++) {
                time.addAll(layers, "layer_" + layer + "_");
            }
            time.addAll(gates, "gate_" + gate + "_");
            segments.add(time.gamma());
            if (gate < CEED_LAST_GATE) {
                edges.add(first(json, outputs, "layer_" + last + "_").asLong());
            }
        }
        return new Board("ceed", segments, edges, CEED_INPUT, cifar10);
    }

    /** Mean and variance of a sum of independent times. Confined. */
    private static final class Moments {
        private double mean;
        private double variance;

        void addAll(JsonNode times, String prefix) {
            for (Map.Entry<String, JsonNode> field : times.properties()) {
                if (field.getKey().startsWith(prefix)) {
                    mean += field.getValue().path("mean").asDouble();
                    variance += field.getValue().path("var").asDouble();
                }
            }
        }

        ServiceTime gamma() {
            return new ServiceTime.Gamma(mean, variance / (mean * mean));
        }
    }

    private static JsonNode first(Path json, JsonNode parent, String prefix) throws IOException {
        for (Map.Entry<String, JsonNode> field : parent.properties()) {
            if (field.getKey().startsWith(prefix)) {
                return field.getValue();
            }
        }
        throw new IOException("%s has no '%s…': expected the profile published with CEED".formatted(json, prefix));
    }

    private static JsonNode require(Path json, JsonNode parent, String key) throws IOException {
        JsonNode node = parent.get(key);
        if (node == null) {
            throw new IOException("%s has no '%s': expected the profile published with CEED".formatted(json, key));
        }
        return node;
    }
}
