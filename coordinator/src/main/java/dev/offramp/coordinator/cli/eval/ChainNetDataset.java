package dev.offramp.coordinator.cli.eval;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The simulated deployments published with ChainNet (Niu, Roveri, Casale, DSN 2024): per deployment a line in {@code
 * numNodes.txt}, {@code numClasses.txt} and {@code capacity.txt}, per chain a line in {@code arrival.txt} (mean
 * interarrival time), {@code path.txt} (devices from 1), {@code service.txt}, {@code throughput.txt} and {@code
 * responseTime.txt}.
 */
final class ChainNetDataset {
    /**
     * One deployment and its labels, in the order of its services.
     *
     * @param throughput completed jobs per second
     * @param latency mean seconds of completed jobs
     */
    record Problem(
            Deployment deployment,
            Workload workload,
            Map<ServiceId, Orders> orders,
            List<Double> throughput,
            List<Double> latency) {}

    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final Path directory;
    private final List<String> capacities;
    private final List<String> classes;
    private final List<String> arrivals;
    private final List<String> paths;
    private final List<String> services;
    private final List<String> throughputs;
    private final List<String> latencies;

    private ChainNetDataset(Path directory) throws IOException {
        this.directory = directory;
        this.capacities = lines("capacity.txt");
        this.classes = lines("numClasses.txt");
        this.arrivals = lines("arrival.txt");
        this.paths = lines("path.txt");
        this.services = lines("service.txt");
        this.throughputs = lines("throughput.txt");
        this.latencies = lines("responseTime.txt");
    }

    /** @throws IOException also if a file is malformed; the message names it and the line */
    static List<Problem> read(Path directory) throws IOException {
        ChainNetDataset dataset = new ChainNetDataset(directory);
        int chains = 0;
        for (int i = 0; i < dataset.classes.size(); i++) {
            chains += (int) dataset.number("numClasses.txt", i, dataset.classes.get(i));
        }
        if (dataset.capacities.size() != dataset.classes.size()) {
            throw new IOException("%s: capacity.txt has %d lines, numClasses.txt %d: expected as many"
                    .formatted(directory, dataset.capacities.size(), dataset.classes.size()));
        }
        for (List<String> perChain :
                List.of(dataset.arrivals, dataset.paths, dataset.services, dataset.throughputs, dataset.latencies)) {
            if (perChain.size() != chains) {
                throw new IOException("%s: a file has %d lines for %d chains: expected a line per chain"
                        .formatted(directory, perChain.size(), chains));
            }
        }
        List<Problem> problems = new ArrayList<>();
        int chain = 0;
        for (int i = 0; i < dataset.classes.size(); i++) {
            int count = Integer.parseInt(dataset.classes.get(i));
            problems.add(dataset.problem(i, chain, count));
            chain += count;
        }
        return problems;
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file)).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private Problem problem(int deployment, int firstChain, int chains) throws IOException {
        double[] capacity = numbers("capacity.txt", deployment, capacities.get(deployment));
        List<Station> stations = new ArrayList<>();
        for (int i = 0; i < capacity.length; i++) {
            stations.add(Station.of(node(i + 1), (int) capacity[i]));
        }
        List<ServiceModel> models = new ArrayList<>();
        SortedMap<ServiceId, ArrivalProcess> workload = new TreeMap<>();
        Map<ServiceId, Orders> orders = new TreeMap<>();
        List<Double> throughput = new ArrayList<>();
        List<Double> latency = new ArrayList<>();
        for (int line = firstChain; line < firstChain + chains; line++) {
            ServiceId id = new ServiceId("chain-" + (line - firstChain + 1));
            ChainModel chain = chain(new ChainId(id, "only"), line);
            models.add(new ServiceModel(
                    id,
                    Optional.empty(),
                    ExitBehaviour.Given.single(),
                    Overflow.DROP_NEW,
                    0,
                    Double.POSITIVE_INFINITY,
                    List.of(chain)));
            workload.put(id, new ArrivalProcess.Poisson(1 / number("arrival.txt", line, arrivals.get(line))));
            orders.put(id, Orders.always(chain.id(), Thresholds.of(0f)));
            throughput.add(number("throughput.txt", line, throughputs.get(line)));
            latency.add(number("responseTime.txt", line, latencies.get(line)));
        }
        return new Problem(
                new Deployment(stations, List.of(), models), new Workload(workload), orders, throughput, latency);
    }

    private ChainModel chain(ChainId id, int line) throws IOException {
        double[] path = numbers("path.txt", line, paths.get(line));
        double[] seconds = numbers("service.txt", line, services.get(line));
        if (path.length != seconds.length) {
            throw new IOException("%s: line %d names %d devices in path.txt and %d times in service.txt"
                    .formatted(directory, line + 1, path.length, seconds.length));
        }
        List<Visit> visits = new ArrayList<>();
        for (int hop = 0; hop < path.length; hop++) {
            List<Integer> exits = hop == path.length - 1 ? List.of(1) : List.of();
            visits.add(Visit.of(node((int) path[hop]), 0, new ServiceTime.Deterministic(seconds[hop]), exits));
        }
        return new ChainModel(id, visits);
    }

    private static NodeId node(int number) {
        return new NodeId("device-" + number);
    }

    private double number(String file, int line, String text) throws IOException {
        return numbers(file, line, text)[0];
    }

    private double[] numbers(String file, int line, String text) throws IOException {
        try {
            return SPACE.splitAsStream(text).mapToDouble(Double::parseDouble).toArray();
        } catch (NumberFormatException e) {
            throw new IOException(
                    "%s: line %d: '%s' is not a list of numbers".formatted(directory.resolve(file), line + 1, text), e);
        }
    }
}
