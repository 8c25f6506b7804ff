package dev.offramp.coordinator.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.partition.ByteSize;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.time.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A scenario as the YAML that {@code offramp simulate} reads. Times are rounded to nanoseconds; a vector that a chain's jobs
 * are told twice is written once. Stateless.
 */
public final class ScenarioWriter {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BITS_PER_KILOBIT = 1e3;

    /** Jackson's knows no numbers but plain ones. */
    private static final class Quoting extends StringQuotingChecker.Default {
        private static final Pattern NUMBER = Pattern.compile(
                "[-+]?(\\.?\\d[\\d_.:]*([eE][-+]?\\d+)?|0[xXoObB][\\da-fA-F_]+|\\.(inf|nan))",
                Pattern.CASE_INSENSITIVE);

        @Override
        public boolean needToQuoteValue(String value) {
            return NUMBER.matcher(value).matches() || super.needToQuoteValue(value);
        }
    }

    private ScenarioWriter() {}

    /** @param profiles the files of the services whose exits are measured, as the scenario's file is to name them */
    public static String yaml(Scenario scenario, Map<ServiceId, String> profiles) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        scenario.deployment().stations().forEach(station -> write(station, array(root, "nodes")));
        scenario.deployment().links().forEach(link -> write(link, array(root, "links")));
        for (ServiceModel service : scenario.deployment().services()) {
            ObjectNode node =
                    array(root, "services").addObject().put("name", service.id().value());
            service.ingress().ifPresent(ingress -> node.put("ingress", ingress.value()));
            node.set("arrivals", write(scenario.workload().of(service.id())));
            node.set("exits", write(service, profiles));
            node.put("overflow", name(service.overflow()));
            node.put("priority", service.priority());
            if (!Double.isInfinite(service.deadlineSeconds())) {
                node.put("deadline", seconds(service.deadlineSeconds()));
            }
            Orders told = scenario.orders().get(service.id());
            if (told == null) {
                throw new IllegalArgumentException("the scenario has no orders for %s".formatted(service.id()));
            }
            write(service, Policy.of(service.id(), 1, told), node);
        }
        try {
            YAMLFactory factory = YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .stringQuotingChecker(new Quoting())
                    .build();
            return new YAMLMapper(factory).writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers cannot be written", e);
        }
    }

    private static ArrayNode array(ObjectNode parent, String key) {
        return parent.withArrayProperty(key);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String seconds(double seconds) {
        return Durations.format(Duration.ofNanos(Math.round(seconds * NANOS_PER_SECOND)));
    }

    private static void write(Station station, ArrayNode to) {
        ObjectNode node = to.addObject().put("name", station.node().value()).put("capacity", station.capacity());
        if (station.capacityBytes() < Long.MAX_VALUE) {
            node.put("bytes", new ByteSize(station.capacityBytes()).toString());
        }
        node.put("speed", station.speed());
        if (station.discipline() != Discipline.FIRST_COME) {
            node.put("discipline", name(station.discipline()));
        }
        if (!station.shares().isEmpty()) {
            ObjectNode shares = node.putObject("shares");
            station.shares().forEach((priority, jobs) -> shares.put(String.valueOf(priority), jobs));
        }
    }

    private static void write(Link link, ArrayNode to) {
        ObjectNode node = to.addObject()
                .put("from", link.from().value())
                .put("to", link.to().value())
                .put("delay", seconds(link.delaySeconds()));
        if (!Double.isInfinite(link.bytesPerSecond())) {
            double bits = link.bytesPerSecond() * Byte.SIZE;
            boolean round = bits % BITS_PER_KILOBIT == 0;
            node.put("bandwidth", round ? plain(bits / BITS_PER_KILOBIT) + "kbit/s" : plain(bits) + "bit/s");
        }
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static ObjectNode write(ArrivalProcess process) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        switch (process) {
            case ArrivalProcess.Poisson poisson -> node.put("poisson", poisson.arrivalRate());
            case ArrivalProcess.Periodic periodic -> node.put("periodic", periodic.arrivalRate());
            case ArrivalProcess.Mmpp mmpp ->
                node.putObject("mmpp")
                        .put("burst", mmpp.burstRate())
                        .put("calm", mmpp.calmRate())
                        .put("mean-burst", seconds(mmpp.meanBurst()))
                        .put("mean-calm", seconds(mmpp.meanCalm()));
            case ArrivalProcess.Trace trace -> {
                ArrayNode gaps = node.putArray("trace");
                for (double gap : trace.interarrivals()) {
                    gaps.add(seconds(gap));
                }
            }
        }
        return node;
    }

    private static ObjectNode write(ServiceModel service, Map<ServiceId, String> profiles) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        switch (service.exits()) {
            case ExitBehaviour.Measured measured -> {
                String file = profiles.get(service.id());
                if (file == null) {
                    throw new IllegalArgumentException(
                            "no file is named for the profile of %s".formatted(service.id()));
                }
                node.put("profile", file);
            }
            case ExitBehaviour.Given given -> {
                ArrayNode shares = node.putArray("shares");
                ArrayNode accuracies = node.putArray("accuracies");
                for (int exit = 1; exit <= given.exits(); exit++) {
                    shares.add(given.share(exit));
                    accuracies.add(given.accuracy(exit));
                }
            }
        }
        return node;
    }

    private static void write(ServiceModel service, Policy policy, ObjectNode to) {
        for (ChainModel chain : service.chains()) {
            ObjectNode node =
                    array(to, "chains").addObject().put("name", chain.id().name());
            write(policy.steps().getFirst(), chain, node);
            chain.visits().forEach(visit -> write(visit, array(node, "visits")));
        }
        policy.steps().stream().skip(1).forEach(step -> {
            ObjectNode node = array(to, "busier").addObject().put("from-in-flight", step.fromInFlight());
            for (ChainModel chain : service.chains()) {
                write(
                        step,
                        chain,
                        array(node, "chains").addObject().put("name", chain.id().name()));
            }
        });
    }

    /** A chain that is never told anything gets no jobs. */
    private static void write(Policy.Step step, ChainModel chain, ObjectNode to) {
        to.put("share", step.mix().probabilities().getOrDefault(chain.id(), 0.0));
        ThresholdMix vectors = step.thresholds().get(chain.id());
        if (vectors == null) {
            return;
        }
        if (vectors.alternatives().size() == 1) {
            write(vectors.alternatives().getFirst().thresholds(), to);
            return;
        }
        for (ThresholdMix.Alternative one : vectors.alternatives()) {
            write(one.thresholds(), array(to, "alternatives").addObject().put("share", one.share()));
        }
    }

    private static void write(Thresholds thresholds, ObjectNode to) {
        ArrayNode values = to.putArray("thresholds");
        for (float value : thresholds.toArray()) {
            values.add(value);
        }
    }

    private static void write(Visit visit, ArrayNode to) {
        ObjectNode node = to.addObject().put("node", visit.node().value());
        if (visit.inputBytes() > 0) {
            node.put("bytes", new ByteSize(visit.inputBytes()).toString());
        }
        for (Visit.Segment segment : visit.segments()) {
            ObjectNode one = array(node, "segments").addObject();
            write(segment.time(), one);
            segment.exits().forEach(array(one, "exits")::add);
        }
    }

    private static void write(ServiceTime time, ObjectNode to) {
        switch (time) {
            case ServiceTime.Deterministic fixed -> to.put("time", seconds(fixed.mean()));
            case ServiceTime.Exponential exponential ->
                to.putObject("time").put("exponential", seconds(exponential.mean()));
            case ServiceTime.Gamma gamma ->
                to.putObject("time").put("gamma", seconds(gamma.mean())).put("scv", gamma.scv());
            case ServiceTime.Empirical empirical -> {
                ArrayNode times = to.putObject("time").putArray("empirical");
                for (double one : empirical.seconds()) {
                    times.add(seconds(one));
                }
            }
        }
    }
}
