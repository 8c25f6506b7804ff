package dev.offramp.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.scenario.Scenario;
import dev.offramp.coordinator.scenario.ScenarioWriter;
import dev.offramp.coordinator.simulation.ArrivalProcess;
import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.Discipline;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.Link;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.ServiceTime;
import dev.offramp.coordinator.simulation.Simulation;
import dev.offramp.coordinator.simulation.SimulationResult;
import dev.offramp.coordinator.simulation.Station;
import dev.offramp.coordinator.simulation.Visit;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what is read. */
class ScenarioRoundTripTest {
    private static final int EXITS = 2;
    private static final ServiceId MEASURED = new ServiceId("measured");
    private static final ServiceId GIVEN = new ServiceId("given");

    @TempDir
    private Path directory;

    private RandomGenerator random = RandomGenerator.getDefault();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whatIsWrittenIsRead(long seed) throws Exception {
        random = new RandomStreams(seed).stream("scenario");
        Scenario written = scenario();
        Map<ServiceId, String> profiles = Map.of(MEASURED, "profile.csv");
        String yaml = ScenarioWriter.yaml(written, profiles);

        Scenario read = ScenarioFile.read(Files.writeString(directory.resolve("scenario.yaml"), yaml));

        assertThat(ScenarioWriter.yaml(read, profiles)).isEqualTo(yaml);
        assertThat(read.orders()).as(yaml).isEqualTo(written.orders());
        assertThat(simulated(read)).as(yaml).isEqualTo(simulated(written));
    }

    private static List<SimulationResult.ServiceResult> simulated(Scenario scenario) {
        return Simulation.run(
                        scenario.deployment(), scenario.workload(), scenario.orders(), 2_000, 0.1, new RandomStreams(5))
                .services();
    }

    private Scenario scenario() throws Exception {
        ExitProfile profile = profile();
        profile.write(directory.resolve("profile.csv"));
        List<Station> stations = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "12", "1e3", "0x1f")) {
            stations.add(new Station(
                    new NodeId(name),
                    1 + random.nextInt(9),
                    random.nextBoolean() ? Long.MAX_VALUE : 1 << 20,
                    random.nextBoolean() ? 1 : 1.5,
                    Discipline.values()[random.nextInt(Discipline.values().length)],
                    random.nextBoolean() ? new TreeMap<>() : new TreeMap<>(Map.of(0, 1 + random.nextInt(3)))));
        }
        List<Link> links = List.of(
                new Link(
                        new NodeId("a"),
                        new NodeId("b"),
                        random.nextBoolean() ? 12_500_000 : random.nextDouble(1e3, 1e9),
                        0.002),
                new Link(new NodeId("b"), new NodeId("c"), Double.POSITIVE_INFINITY, 0.0005));
        List<ServiceModel> services = List.of(
                service(MEASURED, new ExitBehaviour.Measured(ExitProfile.read(directory.resolve("profile.csv")))),
                service(GIVEN, ExitBehaviour.Given.of(new double[] {0.3, 0.7}, new double[] {0.7, 0.9})));
        Map<ServiceId, Orders> orders = new HashMap<>();
        TreeMap<ServiceId, ArrivalProcess> arrivals = new TreeMap<>();
        for (ServiceModel service : services) {
            arrivals.put(service.id(), arrivals());
            orders.put(service.id(), orders(service));
        }
        return new Scenario(new Deployment(stations, links, services), new Workload(arrivals), orders);
    }

    private ExitProfile profile() {
        int samples = 50;
        short[][] label = new short[EXITS][samples];
        float[][] confidence = new float[EXITS][samples];
        for (int exit = 0; exit < EXITS; exit++) {
            for (int sample = 0; sample < samples; sample++) {
                label[exit][sample] = (short) random.nextInt(2);
                confidence[exit][sample] = 0.5f + 0.5f * random.nextFloat();
            }
        }
        return ExitProfile.of(new int[samples], label, confidence);
    }

    private ServiceModel service(ServiceId id, ExitBehaviour exits) {
        return new ServiceModel(
                id,
                random.nextBoolean() ? Optional.of(new NodeId("a")) : Optional.empty(),
                exits,
                random.nextBoolean() ? Overflow.DROP_NEW : Overflow.DROP_OLDEST,
                random.nextInt(2),
                random.nextBoolean() ? Double.POSITIVE_INFINITY : 0.75,
                List.of(chain(id, "one", "a", "b"), chain(id, "other", "b", "c")));
    }

    private ChainModel chain(ServiceId service, String name, String first, String second) {
        return new ChainModel(
                new ChainId(service, name),
                List.of(
                        Visit.of(new NodeId(first), random.nextInt(2) * 4096L, time(), List.of(1)),
                        new Visit(
                                new NodeId(second),
                                0,
                                List.of(new Visit.Segment(time(), List.of()), new Visit.Segment(time(), List.of(2))))));
    }

    /** Whole nanoseconds. */
    private double seconds() {
        return (1_000_000 + random.nextInt(20_000_000)) / 1e9;
    }

    private ServiceTime time() {
        return switch (random.nextInt(4)) {
            case 0 -> new ServiceTime.Deterministic(seconds());
            case 1 -> new ServiceTime.Exponential(seconds());
            case 2 -> new ServiceTime.Gamma(seconds(), 0.1 + random.nextDouble());
            default -> ServiceTime.Empirical.of(seconds(), seconds(), seconds());
        };
    }

    private ArrivalProcess arrivals() {
        return switch (random.nextInt(4)) {
            case 0 -> new ArrivalProcess.Poisson(1 + 50 * random.nextDouble());
            case 1 -> new ArrivalProcess.Periodic(1 + 50 * random.nextDouble());
            case 2 -> new ArrivalProcess.Mmpp(80, 20 * random.nextDouble(), seconds(), seconds());
            default -> ArrivalProcess.Trace.of(seconds(), seconds(), seconds(), seconds());
        };
    }

    private Orders orders(ServiceModel service) {
        ChainId one = service.chains().get(0).id();
        ChainId other = service.chains().get(1).id();
        Orders.Step calm = new Orders.Step(
                0,
                List.of(
                        new Orders.Alternative(one, vector(), 0.25),
                        new Orders.Alternative(one, vector(), 0.25),
                        new Orders.Alternative(other, vector(), 0.5)));
        Orders.Step busy = new Orders.Step(
                1 + random.nextInt(5),
                List.of(new Orders.Alternative(one, vector(), 0), new Orders.Alternative(other, vector(), 1)));
        return new Orders(random.nextBoolean() ? List.of(calm) : List.of(calm, busy));
    }

    private Thresholds vector() {
        return Thresholds.of(random.nextFloat(), 0f);
    }
}
