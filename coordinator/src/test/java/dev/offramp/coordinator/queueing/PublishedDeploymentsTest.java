package dev.offramp.coordinator.queueing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The 5,000 deployments published with ChainNet (shared/data/README.md), labelled by simulation. Constants were chosen on
 * the first half.
 */
class PublishedDeploymentsTest {
    private static final String WHERE = "chainnet/type1";

    private static List<Deployment> deployments = List.of();

    private record Deployment(FlowNetwork network, double[] throughput, double[] latency) {}

    private record Errors(double throughput, double latency, int unconverged) {}

    @BeforeEach
    void read() throws IOException {
        Optional<Path> data = locate();
        assumeTrue(data.isPresent(), "shared/data/" + WHERE + " is in no directory above (set OFFRAMP_DATA)");
        if (deployments.isEmpty()) {
            deployments = deployments(data.orElseThrow());
        }
    }

    @Test
    void theFirstHalfIsPredictedWithinTwoPerCent() {
        check(errors(0, 2_500));
    }

    @Test
    void theSecondHalfIsPredictedAsWell() {
        check(errors(2_500, 5_000));
    }

    private static void check(Errors errors) {
        assertThat(errors.throughput()).isLessThan(0.02);
        assertThat(errors.latency()).isLessThan(0.02);
        assertThat(errors.unconverged()).isLessThan(5);
    }

    private static Errors errors(int from, int to) {
        double throughput = 0;
        double latency = 0;
        int unconverged = 0;
        int chains = 0;
        for (Deployment deployment : deployments.subList(from, to)) {
            FlowSolution solution = deployment.network().solve();
            unconverged += solution.converged() ? 0 : 1;
            for (int c = 0; c < deployment.throughput().length; c++) {
                throughput += Math.abs(
                        solution.flows().get(c).throughput() / deployment.throughput()[c] - 1);
                latency +=
                        Math.abs(solution.flows().get(c).latency() / deployment.latency()[c] - 1);
                chains++;
            }
        }
        return new Errors(throughput / chains, latency / chains, unconverged);
    }

    /** {@code OFFRAMP_DATA}, or else shared/data in a directory above. */
    private static Optional<Path> locate() {
        String set = System.getenv("OFFRAMP_DATA");
        if (set != null) {
            return Optional.of(Path.of(set, WHERE)).filter(Files::isDirectory);
        }
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(above -> above.resolve("shared/data").resolve(WHERE))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static List<Deployment> deployments(Path data) throws IOException {
        List<double[]> chains = rows(data, "numClasses");
        List<double[]> capacities = rows(data, "capacity");
        List<double[]> interarrivals = rows(data, "arrival");
        List<double[]> paths = rows(data, "path");
        List<double[]> services = rows(data, "service");
        List<double[]> throughputs = rows(data, "throughput");
        List<double[]> latencies = rows(data, "responseTime");
        List<Deployment> read = new ArrayList<>();
        int line = 0;
        for (int d = 0; d < chains.size(); d++) {
            int count = (int) chains.get(d)[0];
            List<Flow> flows = new ArrayList<>();
            double[] throughput = new double[count];
            double[] latency = new double[count];
            for (int c = 0; c < count; c++, line++) {
                List<FlowHop> hops = new ArrayList<>();
                for (int h = 0; h < paths.get(line).length; h++) {
                    hops.add(FlowHop.deterministic((int) paths.get(line)[h] - 1, services.get(line)[h]));
                }
                flows.add(Flow.poisson(1 / interarrivals.get(line)[0], hops));
                throughput[c] = throughputs.get(line)[0];
                latency[c] = latencies.get(line)[0];
            }
            int[] capacity = Arrays.stream(capacities.get(d))
                    .mapToInt(places -> (int) places)
                    .toArray();
            read.add(new Deployment(new FlowNetwork(capacity, flows), throughput, latency));
        }
        return read;
    }

    private static List<double[]> rows(Path data, String name) throws IOException {
        try (var lines = Files.lines(data.resolve(name + ".txt"))) {
            return lines.map(line -> Arrays.stream(line.trim().split("\\s+"))
                            .mapToDouble(Double::parseDouble)
                            .toArray())
                    .toList();
        }
    }
}
