package dev.offramp.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
    private static final Path EXAMPLE = Path.of("..", "docs", "scenarios", "near-far.yaml");
    /** M/D/1/K with K = 2 and a load of 1: π = (1, e − 1) before normalising, L = 1 − 1 / (1 / e + 1). */
    private static final String ONE_STATION = """
            nodes:
              - {name: n, capacity: 2}
            services:
              - name: s
                arrivals: {poisson: 100}
                exits: {shares: [0.5, 0.5], accuracies: [0.5, 1.0]}
                chains:
                  - name: c
                    visits:
                      - {node: n, segments: [{time: 10ms, exits: [1, 2]}]}
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Offramp.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("scenario.yaml"), text);
    }

    @Test
    void figuresAreThoseOfTheFormula() throws IOException {
        assertThat(run("simulate", file(ONE_STATION).toString(), "-o", "json"))
                .as(err.toString())
                .isZero();
        JsonNode service =
                new ObjectMapper().readTree(out.toString()).path("services").get(0);
        double loss = 1 - 1 / (1 / Math.E + 1);
        assertThat(service.path("lossRatio").path("mean").asDouble())
                .isCloseTo(
                        loss, within(3 * service.path("lossRatio").path("ci95").asDouble()));
        assertThat(service.path("accuracy").path("mean").asDouble()).isCloseTo(0.75, within(0.01));
        assertThat(service.path("arrivalRate").asDouble()).isEqualTo(100);
    }

    @Test
    void aPolicyLessItselfIsNothingAndPairsAreNarrower() throws IOException {
        assertThat(run(
                        "simulate",
                        EXAMPLE.toString(),
                        "--arrivals=5000",
                        "--replications=4",
                        "--rate=1.6",
                        "--against=file",
                        "-o",
                        "json"))
                .as(err.toString())
                .isZero();
        JsonNode same = new ObjectMapper().readTree(out.toString()).at("/differences/0");
        assertThat(same.at("/lossRatio/mean").asDouble(1)).isZero();
        assertThat(same.at("/correctGoodput/ci95").asDouble(1)).isZero();

        out.getBuffer().setLength(0);
        assertThat(run(
                        "simulate",
                        EXAMPLE.toString(),
                        "--arrivals=5000",
                        "--replications=4",
                        "--rate=1.6",
                        "--scheduler=exit-last",
                        "--against=single-exit",
                        "-o",
                        "json"))
                .isZero();
        JsonNode other = new ObjectMapper().readTree(out.toString());
        assertThat(other.at("/differences/0/lossRatio/mean").asDouble()).isGreaterThan(0.05);
        assertThat(other.at("/differences/0/lossRatio/ci95").asDouble())
                .isLessThan(2 * other.at("/services/0/lossRatio/ci95").asDouble());
    }

    @Test
    void theExampleRunsAndASchedulerDoesBetter() throws IOException {
        assertThat(run("simulate", EXAMPLE.toString(), "--arrivals=5000", "--replications=3", "--rate=1.6"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("camera", "near", "far", "UTILISATION");
        double fixed = goodput();
        double ceen = goodput("--scheduler=ceen");
        assertThat(ceen).isGreaterThan(fixed);
    }

    private double goodput(String... more) throws IOException {
        out.getBuffer().setLength(0);
        String[] arguments = new String[7 + more.length];
        System.arraycopy(
                new String[] {
                    "simulate", EXAMPLE.toString(), "--arrivals=5000", "--replications=3", "--rate=1.6", "-o", "json"
                },
                0,
                arguments,
                0,
                7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        assertThat(run(arguments)).as(err.toString()).isZero();
        return new ObjectMapper()
                .readTree(out.toString())
                .at("/services/0/correctGoodput/mean")
                .asDouble();
    }

    @Test
    void everyProblemIsNamedWithItsPlace() throws IOException {
        String broken = ONE_STATION
                .replace("capacity: 2", "capacty: 2")
                .replace("poisson: 100", "poisson: -1")
                .replace("time: 10ms", "time: 10 ms")
                .replace("accuracies: [0.5, 1.0]", "accuracies: [0.5]");
        assertThat(run("simulate", file(broken).toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains(
                        "nodes[0]: unknown key 'capacty'",
                        "Maybe you meant capacity",
                        "segments[0].time: '10 ms' is not a duration",
                        "services[0].arrivals: arrival rate (-1.0/s) must be positive",
                        "services[0].exits: exit shares");
    }

    @Test
    void jobsInFlightAreCountedInWholeNumbers() throws IOException {
        String halved = ONE_STATION.replace(
                "    chains:", "    busier: [{from-in-flight: 8.5, chains: [{name: c}]}]\n    chains:");
        assertThat(run("simulate", file(halved).toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("services[0].busier[0]: 'from-in-flight' (8.5) must be a whole number");
    }

    @Test
    void aMissingFileIsNotFound() {
        assertThat(run("simulate", directory.resolve("none.yaml").toString())).isEqualTo(ExitCode.NOT_FOUND);
    }
}
