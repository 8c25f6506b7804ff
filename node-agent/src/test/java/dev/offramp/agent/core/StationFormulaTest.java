package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The agent's station is the M/D/1/K queue: Poisson arrivals, equal service times, K jobs, the one in service included.
 *
 * <p>Exact loss ratio: with π the distribution that a departing job of the M/D/1/K queue leaves behind,
 * {@code L = 1 − 1 / (π₀ + ρ)}; Gross et al., Fundamentals of Queueing Theory, 4th ed., section 5.1.8.
 */
class StationFormulaTest {
    private static final long SERVICE_NANOS = 1_000_000;
    private static final int ARRIVALS = 120_000;
    private static final int BATCHES = 30;

    private final VirtualTime time = new VirtualTime();
    private final AgentLimits limits =
            new AgentLimits(Fixtures.INGRESS, 1, 1, 1, 1_000_000, Shares.NONE, 1, 1, 1, 1, 1000, 1_000_000);
    private long lost;

    @ParameterizedTest
    @CsvSource({"0.6, 1", "0.6, 2", "0.9, 3", "1.0, 5", "1.2, 5", "2.0, 4", "0.95, 10"})
    void losesWhatTheFormulaSays(double load, int capacity) {
        AgentCore core = new AgentCore(new AgentLimits(
                limits.node(), 1, 1, capacity, 1_000_000, Shares.NONE, 1, 1, 1, 1, 1000, limits.graceNanos()));
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        give(core, new AgentEvent.PlacementPrepared(Fixtures.placement(1, service)));
        give(core, new AgentEvent.PolicyChanged(Fixtures.policy(1, service, 0f)));
        give(core, new AgentEvent.PlacementActivated(1));
        Random random = new Random(1000L * capacity + (long) (load * 100));
        double[] ratios = new double[BATCHES];
        double arrival = time.now();
        for (int batch = 0; batch < BATCHES; batch++) {
            long before = lost;
            for (int i = 0; i < ARRIVALS / BATCHES; i++) {
                arrival += -Math.log(1 - random.nextDouble()) * SERVICE_NANOS / load;
                time.runUntil((long) arrival);
                give(
                        core,
                        new AgentEvent.FrameArrived(
                                i, Fixtures.SERVICE, Fixtures.activation(), OptionalInt.empty(), 0, time.now()));
            }
            ratios[batch] = (lost - before) / (double) (ARRIVALS / BATCHES);
        }
        assertThat(mean(ratios)).isCloseTo(exactLossRatio(load, capacity), Offset.offset(halfWidth(ratios)));
    }

    private void give(AgentCore core, AgentEvent event) {
        core.onEvent(event, time.now(), effect -> {
            switch (effect) {
                case AgentEffect.RunInference run ->
                    time.after(
                            SERVICE_NANOS,
                            () -> give(
                                    core,
                                    new AgentEvent.InferenceFinished(
                                            run.run(),
                                            List.of(new float[] {1, 0}, new float[] {1, 0}),
                                            Optional.empty(),
                                            SERVICE_NANOS)));
                case AgentEffect.Answer answer -> lost += answer.outcome() instanceof Outcome.Lost ? 1 : 0;
                default -> {}
            }
        });
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** Of the 99.9 % confidence interval by batch means; Student's t with 29 degrees of freedom. */
    private static double halfWidth(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return 3.659 * Math.sqrt(squares / (values.length - 1) / values.length);
    }

    private static double exactLossRatio(double load, int capacity) {
        double[] arrivals = new double[capacity + 1];
        arrivals[0] = Math.exp(-load);
        for (int k = 1; k <= capacity; k++) {
            arrivals[k] = arrivals[k - 1] * load / k;
        }
        double[] left = new double[capacity];
        left[0] = 1;
        double sum = 1;
        for (int j = 0; j + 1 < capacity; j++) {
            double next = left[j] - left[0] * arrivals[j];
            for (int i = 1; i <= j; i++) {
                next -= left[i] * arrivals[j - i + 1];
            }
            left[j + 1] = next / arrivals[0];
            sum += left[j + 1];
        }
        return 1 - 1 / (1 / sum + load);
    }
}
