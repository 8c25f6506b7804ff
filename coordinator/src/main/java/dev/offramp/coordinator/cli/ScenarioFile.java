package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offramp.coordinator.placement.Nearest;
import dev.offramp.coordinator.scenario.Scenario;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ByteSize;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import dev.offramp.time.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that {@code simulate} reads: nodes, links, services with their chains, arrivals and exits. Strict: every problem
 * is named with its place. Confined to one reading.
 */
final class ScenarioFile {
    private static final Pattern BANDWIDTH = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,20})?)([kMG]?)bit/s");
    private static final Set<String> NODE = Set.of("name", "capacity", "bytes", "speed", "discipline", "shares");
    private static final Set<String> LINK = Set.of("from", "to", "bandwidth", "delay");
    private static final Set<String> SERVICE =
            Set.of("name", "arrivals", "exits", "overflow", "priority", "deadline", "ingress", "chains", "busier");
    private static final Set<String> CHAIN = Set.of("name", "share", "thresholds", "alternatives", "visits");
    private static final Set<String> TOLD = Set.of("name", "share", "thresholds", "alternatives");
    private static final Set<String> VISIT = Set.of("node", "bytes", "segments");

    private static final ServiceId UNNAMED = new ServiceId("unnamed");

    private final YamlReader yaml = new YamlReader();
    private final Path directory;
    private final SortedMap<ServiceId, ArrivalProcess> arrivals = new TreeMap<>();
    private final Map<ServiceId, Orders> orders = new HashMap<>();

    private ScenarioFile(Path directory) {
        this.directory = directory;
    }

    /** Profiles are looked for beside the file. */
    static Scenario read(Path file) throws CliException {
        Path parent = file.toAbsolutePath().getParent();
        ScenarioFile reading = new ScenarioFile(parent == null ? Path.of("") : parent);
        Optional<Deployment> deployment = reading.deployment(YamlFile.tree(file.toString(), YamlFile.text(file)));
        reading.yaml.check(file.toString(), "scenario");
        return new Scenario(deployment.orElseThrow(), new Workload(reading.arrivals), reading.orders);
    }

    private Optional<Deployment> deployment(JsonNode root) {
        if (!yaml.mapping("the file", root, Set.of("nodes", "links", "services"))) {
            return Optional.empty();
        }
        List<Station> stations = each("nodes", root, this::station);
        List<Link> links = root.has("links") ? each("links", root, this::link) : List.of();
        List<ServiceModel> services = each("services", root, this::service);
        return made("the file", () -> new Deployment(stations, links, services));
    }

    private interface Element<T> {
        Optional<T> read(String path, JsonNode node);
    }

    private <T> List<T> each(String key, JsonNode parent, Element<T> element) {
        return each("", key, parent, element);
    }

    private <T> List<T> each(String prefix, String key, JsonNode parent, Element<T> element) {
        List<T> found = new ArrayList<>();
        List<JsonNode> nodes = yaml.list(prefix.isEmpty() ? "the file" : prefix, parent, key);
        for (int i = 0; i < nodes.size(); i++) {
            String path = "%s%s[%d]".formatted(prefix.isEmpty() ? "" : prefix + ".", key, i);
            element.read(path, nodes.get(i)).ifPresent(found::add);
        }
        return found;
    }

    /** What the model itself refuses is a problem of the file. */
    private <T> Optional<T> made(String path, Supplier<T> make) {
        try {
            return Optional.of(make.get());
        } catch (IllegalArgumentException e) {
            yaml.problem(path, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Station> station(String path, JsonNode node) {
        if (!yaml.mapping(path, node, NODE)) {
            return Optional.empty();
        }
        int capacity = yaml.value(path, node, "capacity", 0, Integer::parseInt);
        long bytes = yaml.value(path, node, "bytes", Long.MAX_VALUE, text -> ByteSize.parse(text)
                .bytes());
        double speed = yaml.value(path, node, "speed", 1.0, Double::parseDouble);
        Discipline discipline =
                yaml.value(path, node, "discipline", Discipline.FIRST_COME, choice(Discipline.values()));
        SortedMap<Integer, Integer> shares = shares(path + ".shares", node.path("shares"));
        return made(path, () -> new Station(nodeId(path, node, "name"), capacity, bytes, speed, discipline, shares));
    }

    /** Most jobs, by priority. */
    private SortedMap<Integer, Integer> shares(String path, JsonNode node) {
        SortedMap<Integer, Integer> shares = new TreeMap<>();
        if (!node.isMissingNode() && !node.isObject()) {
            yaml.problem(
                    path,
                    "'%s' is no list of shares: expected priorities and numbers of jobs, e.g. {0: 4}"
                            .formatted(node.asText()));
        }
        for (Map.Entry<String, JsonNode> share : node.properties()) {
            try {
                shares.put(
                        Integer.parseInt(share.getKey()),
                        Integer.parseInt(share.getValue().asText()));
            } catch (NumberFormatException e) {
                yaml.problem(
                        path,
                        "'%s: %s' is no share: expected a priority and a number of jobs, e.g. 0: 4"
                                .formatted(share.getKey(), share.getValue().asText()));
            }
        }
        return shares;
    }

    private NodeId nodeId(String path, JsonNode node, String key) {
        return new NodeId(yaml.text(path, node, key));
    }

    private Optional<Link> link(String path, JsonNode node) {
        if (!yaml.mapping(path, node, LINK)) {
            return Optional.empty();
        }
        double bandwidth = yaml.value(path, node, "bandwidth", Double.POSITIVE_INFINITY, ScenarioFile::bandwidth);
        double delay = yaml.value(path, node, "delay", 0.0, ScenarioFile::seconds);
        return made(path, () -> new Link(nodeId(path, node, "from"), nodeId(path, node, "to"), bandwidth, delay));
    }

    /** Bytes per second. */
    private static double bandwidth(String text) {
        Matcher matcher = BANDWIDTH.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'%s' is not a bandwidth: expected e.g. 100Mbit/s".formatted(text));
        }
        double unit =
                switch (matcher.group(2)) {
                    case "" -> 1;
                    case "k" -> 1e3;
                    case "M" -> 1e6;
                    default -> 1e9;
                };
        return Double.parseDouble(matcher.group(1)) * unit / Byte.SIZE;
    }

    private static double seconds(String text) {
        return Durations.parse(text).toNanos() / 1e9;
    }

    /** Names in lower case with hyphens, as in all files. */
    private static <E extends Enum<E>> Function<String, E> choice(E[] values) {
        Map<String, E> names = new TreeMap<>();
        for (E value : values) {
            names.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), value);
        }
        return text -> {
            E value = names.get(text);
            if (value == null) {
                throw new IllegalArgumentException(
                        "'%s'%s".formatted(text, Nearest.hint(text, new TreeSet<>(names.keySet()))));
            }
            return value;
        };
    }

    private Optional<ServiceModel> service(String path, JsonNode node) {
        if (!yaml.mapping(path, node, SERVICE)) {
            return Optional.empty();
        }
        ServiceId id =
                made(path, () -> new ServiceId(yaml.text(path, node, "name"))).orElse(UNNAMED);
        Optional<ArrivalProcess> process = arrivals(path + ".arrivals", node.path("arrivals"));
        Optional<ExitBehaviour> exits = exits(path + ".exits", node.path("exits"));
        Overflow overflow = yaml.value(path, node, "overflow", Overflow.DROP_NEW, choice(Overflow.values()));
        int priority = yaml.value(path, node, "priority", 0, Integer::parseInt);
        double deadline = yaml.value(path, node, "deadline", Double.POSITIVE_INFINITY, ScenarioFile::seconds);
        Optional<NodeId> ingress =
                node.has("ingress") ? made(path, () -> nodeId(path, node, "ingress")) : Optional.empty();
        List<Orders.Alternative> alternatives = new ArrayList<>();
        List<JsonNode> nodes = yaml.list(path, node, "chains");
        List<ChainModel> chains = each(
                path,
                "chains",
                node,
                (at, chain) -> chain(at, chain, id, 1.0 / Math.max(1, nodes.size()), alternatives));
        Optional<Orders> told = made(path, () -> new Orders(steps(path, node, chains, alternatives)));
        told.ifPresent(one -> orders.put(id, one));
        process.ifPresent(one -> arrivals.put(id, one));
        if (exits.isEmpty()) {
            return Optional.empty();
        }
        return made(path, () -> new ServiceModel(id, ingress, exits.get(), overflow, priority, deadline, chains));
    }

    private List<Orders.Step> steps(
            String path, JsonNode node, List<ChainModel> chains, List<Orders.Alternative> first) {
        List<Orders.Step> steps = new ArrayList<>();
        steps.add(new Orders.Step(0, first));
        if (node.has("busier")) {
            steps.addAll(each(path, "busier", node, (at, step) -> step(at, step, chains)));
        }
        return steps;
    }

    private Optional<Orders.Step> step(String path, JsonNode node, List<ChainModel> chains) {
        if (!yaml.mapping(path, node, Set.of("from-in-flight", "chains"))) {
            return Optional.empty();
        }
        int from = yaml.whole(path, node, "from-in-flight");
        List<Orders.Alternative> alternatives = new ArrayList<>();
        List<JsonNode> nodes = yaml.list(path, node, "chains");
        for (int i = 0; i < nodes.size(); i++) {
            String at = "%s.chains[%d]".formatted(path, i);
            JsonNode chain = nodes.get(i);
            if (yaml.mapping(at, chain, TOLD)) {
                String name = yaml.text(at, chain, "name");
                Optional<ChainModel> known = chains.stream()
                        .filter(one -> one.id().name().equals(name))
                        .findFirst();
                known.ifPresentOrElse(
                        one -> told(at, chain, one, 1.0 / nodes.size(), alternatives),
                        () -> yaml.problem(at, "there is no chain '%s'".formatted(name)));
            }
        }
        return made(path, () -> new Orders.Step(from, alternatives));
    }

    private Optional<ChainModel> chain(
            String path, JsonNode node, ServiceId service, double evenShare, List<Orders.Alternative> alternatives) {
        if (!yaml.mapping(path, node, CHAIN)) {
            return Optional.empty();
        }
        List<Visit> visits = each(path, "visits", node, this::visit);
        Optional<ChainModel> chain =
                made(path, () -> new ChainModel(new ChainId(service, yaml.text(path, node, "name")), visits));
        chain.ifPresent(one -> told(path, node, one, evenShare, alternatives));
        return chain;
    }

    /** One vector of thresholds, or several with their shares; without either every exit but the last is closed. */
    private void told(
            String path, JsonNode node, ChainModel chain, double evenShare, List<Orders.Alternative> alternatives) {
        double share = node.has("share") ? yaml.number(path, node, "share") : evenShare;
        if (!node.has("alternatives")) {
            thresholds(path, node, chain)
                    .flatMap(vector -> made(path, () -> new Orders.Alternative(chain.id(), vector, share)))
                    .ifPresent(alternatives::add);
            return;
        }
        List<JsonNode> several = yaml.list(path, node, "alternatives");
        for (int i = 0; i < several.size(); i++) {
            String at = "%s.alternatives[%d]".formatted(path, i);
            JsonNode one = several.get(i);
            if (yaml.mapping(at, one, Set.of("share", "thresholds"))) {
                double part = share * yaml.number(at, one, "share");
                thresholds(at, one, chain)
                        .flatMap(vector -> made(at, () -> new Orders.Alternative(chain.id(), vector, part)))
                        .ifPresent(alternatives::add);
            }
        }
    }

    private Optional<Thresholds> thresholds(String path, JsonNode node, ChainModel chain) {
        if (!node.has("thresholds")) {
            return Optional.of(Thresholds.closed(chain.exits()));
        }
        List<Float> given = yaml.numbers(path, node, "thresholds");
        if (given.size() != chain.exits()) {
            yaml.problem(path, "%d thresholds for %d exits: expected one each".formatted(given.size(), chain.exits()));
            return Optional.empty();
        }
        float[] values = new float[given.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = given.get(i);
        }
        return made(path, () -> Thresholds.of(values));
    }

    private Optional<Visit> visit(String path, JsonNode node) {
        if (!yaml.mapping(path, node, VISIT)) {
            return Optional.empty();
        }
        long bytes =
                yaml.value(path, node, "bytes", 0L, text -> ByteSize.parse(text).bytes());
        List<Visit.Segment> segments = each(path, "segments", node, this::segment);
        return made(path, () -> new Visit(nodeId(path, node, "node"), bytes, segments));
    }

    private Optional<Visit.Segment> segment(String path, JsonNode node) {
        if (!yaml.mapping(path, node, Set.of("time", "exits"))) {
            return Optional.empty();
        }
        List<Integer> exits = new ArrayList<>();
        if (node.has("exits")) {
            yaml.numbers(path, node, "exits").forEach(exit -> exits.add(exit.intValue()));
        }
        return time(path + ".time", node.path("time")).map(time -> new Visit.Segment(time, exits));
    }

    /** {@code 10ms}, or one of {@code {exponential: 10ms}}, {@code {gamma: 10ms, scv: 0.3}}, {@code {empirical: [9ms, 12ms]}}. */
    private Optional<ServiceTime> time(String path, JsonNode node) {
        if (node.isValueNode() && !node.isNull()) {
            return made(path, () -> new ServiceTime.Deterministic(seconds(node.asText())));
        }
        if (!yaml.mapping(path, node, Set.of("exponential", "gamma", "scv", "empirical"))) {
            return Optional.empty();
        }
        if (node.has("empirical")) {
            return made(
                    path,
                    () -> ServiceTime.Empirical.of(yaml.texts(path, node, "empirical").stream()
                            .mapToDouble(ScenarioFile::seconds)
                            .toArray()));
        }
        if (node.has("exponential")) {
            return made(path, () -> new ServiceTime.Exponential(seconds(yaml.text(path, node, "exponential"))));
        }
        return made(
                path,
                () -> new ServiceTime.Gamma(seconds(yaml.text(path, node, "gamma")), yaml.number(path, node, "scv")));
    }

    /** One of poisson, periodic (jobs a second), mmpp (burst, calm, mean-burst, mean-calm), trace (a list of gaps). */
    private Optional<ArrivalProcess> arrivals(String path, JsonNode node) {
        if (!yaml.mapping(path, node, Set.of("poisson", "periodic", "mmpp", "trace")) || node.size() != 1) {
            yaml.problem(path, "expected one of poisson, periodic, mmpp, trace");
            return Optional.empty();
        }
        if (node.has("poisson")) {
            return made(path, () -> new ArrivalProcess.Poisson(yaml.number(path, node, "poisson")));
        }
        if (node.has("periodic")) {
            return made(path, () -> new ArrivalProcess.Periodic(yaml.number(path, node, "periodic")));
        }
        if (node.has("trace")) {
            return made(
                    path,
                    () -> ArrivalProcess.Trace.of(yaml.texts(path, node, "trace").stream()
                            .mapToDouble(ScenarioFile::seconds)
                            .toArray()));
        }
        JsonNode mmpp = node.path("mmpp");
        String at = path + ".mmpp";
        if (!yaml.mapping(at, mmpp, Set.of("burst", "calm", "mean-burst", "mean-calm"))) {
            return Optional.empty();
        }
        return made(
                at,
                () -> new ArrivalProcess.Mmpp(
                        yaml.number(at, mmpp, "burst"),
                        yaml.number(at, mmpp, "calm"),
                        seconds(yaml.text(at, mmpp, "mean-burst")),
                        seconds(yaml.text(at, mmpp, "mean-calm"))));
    }

    /** A profile file, or shares and accuracies. */
    private Optional<ExitBehaviour> exits(String path, JsonNode node) {
        if (!yaml.mapping(path, node, Set.of("profile", "shares", "accuracies"))) {
            return Optional.empty();
        }
        if (node.has("profile")) {
            Path file = directory.resolve(yaml.text(path, node, "profile"));
            try {
                return Optional.of(new ExitBehaviour.Measured(ExitProfile.read(file)));
            } catch (IOException e) {
                yaml.problem(path, "cannot read the profile: " + e.getMessage());
                return Optional.empty();
            }
        }
        return made(
                path,
                () -> ExitBehaviour.Given.of(
                        doubles(yaml.list(path, node, "shares")), doubles(yaml.list(path, node, "accuracies"))));
    }

    /** What is no number becomes one that no share is. */
    private static double[] doubles(List<JsonNode> values) {
        return values.stream()
                .mapToDouble(value -> value.isNumber() ? value.asDouble() : Double.NaN)
                .toArray();
    }
}
