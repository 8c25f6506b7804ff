package dev.offramp.coordinator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.Activation;
import dev.offramp.agent.core.AgentCore;
import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.AgentLimits;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Scores;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The agent's core and the simulator, given the same jobs, lose the same number of every service. */
class WitnessesAgreeTest {
    private static final int SEEDS = 200;
    private static final int JOBS = 150;
    private static final int SERVICES = 3;
    private static final long SERVICE_NANOS = 1_000_000_000L;
    private static final NodeId NODE = Nets.node(0);

    /** Services with priorities and overflow modes of their own at one node. */
    private record Road(
            int capacity, Map<Integer, Integer> shares, List<Overflow> overflows, List<Integer> priorities) {
        static Road draw(Random random) {
            int capacity = 1 + random.nextInt(6);
            Map<Integer, Integer> shares = new HashMap<>();
            List<Overflow> overflows = new ArrayList<>();
            List<Integer> priorities = new ArrayList<>();
            for (int i = 0; i < SERVICES; i++) {
                overflows.add(Overflow.values()[random.nextInt(Overflow.values().length)]);
                priorities.add(random.nextInt(3));
                if (random.nextBoolean()) {
                    shares.put(random.nextInt(3), 1 + random.nextInt(capacity));
                }
            }
            return new Road(capacity, shares, overflows, priorities);
        }
    }

    private record Arrival(long nanos, int service) {}

    @Test
    void agentAndSimulatorLoseTheSameJobsOfEveryPriority() {
        long lost = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            Road road = Road.draw(random);
            List<Arrival> arrivals = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                arrivals.add(new Arrival(
                        1 + (long) (random.nextDouble() * JOBS * SERVICE_NANOS / 2), random.nextInt(SERVICES)));
            }
            arrivals.sort(Comparator.comparingLong(Arrival::nanos));
            List<Long> simulated = simulated(road, arrivals);
            assertThat(atTheAgent(road, arrivals)).as("seed %d: %s", seed, road).isEqualTo(simulated);
            lost += simulated.stream().mapToLong(Long::longValue).sum();
        }
        assertThat(lost).isGreaterThan((long) SEEDS * JOBS / 3);
    }

    private static List<Long> simulated(Road road, List<Arrival> arrivals) {
        Nets nets = new Nets()
                .station(new Station(
                        NODE, road.capacity(), Long.MAX_VALUE, 1, Discipline.FIRST_COME, new TreeMap<>(road.shares())));
        for (int service = 0; service < SERVICES; service++) {
            int number = service;
            nets.service(
                    Nets.at(arrivals.stream()
                            .filter(arrival -> arrival.service() == number)
                            .mapToDouble(arrival -> arrival.nanos() / 1e9)
                            .toArray()),
                    road.overflows().get(service),
                    road.priorities().get(service),
                    Double.POSITIVE_INFINITY,
                    ExitBehaviour.Given.single(),
                    Nets.last(0, Nets.fixed(1)));
        }
        Simulation simulation = nets.start(1);
        simulation.runUntil(2.0 * JOBS);
        return simulation.result().services().stream()
                .map(SimulationResult.ServiceResult::queueFull)
                .toList();
    }

    private static List<Long> atTheAgent(Road road, List<Arrival> arrivals) {
        OneAgent agent = new OneAgent(road);
        for (Arrival arrival : arrivals) {
            agent.frame(arrival);
        }
        agent.runUntil(Long.MAX_VALUE);
        return agent.lost;
    }

    /** A core on virtual time whose runs all take as long. */
    private static final class OneAgent {
        private final AgentCore core;
        private final PriorityQueue<Long> ends = new PriorityQueue<>();
        private final Map<Long, Long> runs = new HashMap<>();
        private final List<Long> lost = new ArrayList<>(List.of(0L, 0L, 0L));
        private long now;
        private long tickets;

        OneAgent(Road road) {
            core = new AgentCore(new AgentLimits(
                    NODE, 1, 1, road.capacity(), 1_000_000, Shares.of(road.shares()), 1, 1, 1, 1, 1000, 1_000_000));
            List<Service> services = new ArrayList<>();
            for (int i = 0; i < SERVICES; i++) {
                services.add(service(i, road));
            }
            give(new AgentEvent.PlacementPrepared(new Placement(1, services, Map.of(NODE, "localhost:1"))));
            for (Service service : services) {
                ChainId chain = service.chains().getFirst().id();
                give(new AgentEvent.PolicyChanged(Policy.of(
                        service.id(), 1, ChainMix.of(Map.of(chain, 1.0)), Map.of(chain, Thresholds.uniform(1, 0f)))));
            }
            give(new AgentEvent.PlacementActivated(1));
        }

        private static Service service(int number, Road road) {
            ServiceId id = Nets.service(number);
            TensorSpec input = new TensorSpec("image", ElementType.UINT8, List.of(TensorSpec.BATCH, 1L));
            Partition partition = new Partition(
                    0, new Digest("0".repeat(64)), 1, input, Optional.empty(), List.of(new Exit(1, "exit")));
            return new Service(
                    id,
                    List.of("car", "bus"),
                    new Preprocessing(1, 1, Preprocessing.Color.GRAY, List.of(0f), List.of(1f)),
                    Scores.LOGITS,
                    road.overflows().get(number),
                    Optimisation.EXTENDED,
                    road.priorities().get(number),
                    Duration.ofHours(1),
                    List.of(NODE),
                    List.of(new Chain(new ChainId(id, "a"), List.of(new Hop(NODE, partition)))),
                    CodecChoice.EXACT);
        }

        void frame(Arrival arrival) {
            runUntil(arrival.nanos());
            now = arrival.nanos();
            give(new AgentEvent.FrameArrived(
                    ++tickets,
                    Nets.service(arrival.service()),
                    new Activation(ByteBuffer.allocate(1)),
                    OptionalInt.empty(),
                    Service.MAX_PRIORITY,
                    now));
        }

        void runUntil(long nanos) {
            while (!ends.isEmpty() && ends.peek() < nanos) {
                now = ends.remove();
                long run = runs.remove(now);
                give(new AgentEvent.InferenceFinished(
                        run, List.of(new float[] {1, 0}), Optional.empty(), SERVICE_NANOS));
            }
        }

        private void give(AgentEvent event) {
            core.onEvent(event, now, this::hear);
        }

        private void hear(AgentEffect effect) {
            if (effect instanceof AgentEffect.RunInference run) {
                ends.add(now + SERVICE_NANOS);
                runs.put(now + SERVICE_NANOS, run.run());
            } else if (effect instanceof AgentEffect.Answer answer && answer.outcome() instanceof Outcome.Lost) {
                int service = Integer.parseInt(answer.service().value().substring(1));
                lost.set(service, lost.get(service) + 1);
            }
        }
    }
}
