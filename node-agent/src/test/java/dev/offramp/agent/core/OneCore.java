package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEffect.Answer;
import dev.offramp.agent.core.AgentEffect.RunInference;
import dev.offramp.agent.queue.Shares;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.policy.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One core, event by event: what it is told and what it does. */
abstract class OneCore {
    static final long MILLI = 1_000_000;
    static final NodeId NEXT = new NodeId("pi-2");
    static final PeerLink UPSTREAM = new PeerLink(new NodeId("pi-0"), 1);
    static final float[] SURE = {1f, 0f};
    static final float[] UNSURE = {0.5f, 0.5f};

    final List<AgentEffect> effects = new ArrayList<>();
    AgentCore core = core(3);
    long now;
    long tickets;
    long foreign;

    static AgentCore core(int capacityJobs) {
        return core(capacityJobs, Shares.NONE);
    }

    static AgentCore core(int capacityJobs, Shares shares) {
        return new AgentCore(
                new AgentLimits(Fixtures.INGRESS, 1, 1, capacityJobs, 1000, shares, 4, 1000, 1, 4, 100, 100 * MILLI));
    }

    /** Epoch 1, policy 1, thresholds 0.8, all neighbours up. */
    void activate(Service service) {
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(1, service)));
        event(new AgentEvent.PolicyChanged(Fixtures.policy(1, service, 0.8f)));
        event(new AgentEvent.PlacementActivated(1));
        List.copyOf(all(AgentEffect.Connect.class)).forEach(connect -> event(new AgentEvent.PeerUp(connect.peer())));
    }

    void frame() {
        frame(Service.MAX_PRIORITY);
    }

    void frame(int priority) {
        event(new AgentEvent.FrameArrived(
                ++tickets, Fixtures.SERVICE, Fixtures.activation(), OptionalInt.of(0), priority, now));
    }

    /** A job from pi-0 at hop 1 of chain a, deadline in 1 s. */
    Job foreignJob() {
        return new Job(
                new JobId(UPSTREAM.peer(), 1, ++foreign),
                new ChainId(Fixtures.SERVICE, "a"),
                1,
                1,
                1,
                Thresholds.uniform(2, 0.8f),
                0,
                now + 1000 * MILLI,
                Fixtures.BYTES,
                Timings.ZERO);
    }

    /** The newest run. */
    long run() {
        List<RunInference> runs = all(RunInference.class);
        return runs.get(runs.size() - 1).run();
    }

    void finish(long run, float[] first, float[] last, long computeNanos) {
        event(new AgentEvent.InferenceFinished(run, List.of(first, last), Optional.empty(), computeNanos));
    }

    void finish(long run, float[] scores, Optional<Activation> output) {
        event(new AgentEvent.InferenceFinished(run, List.of(scores), output, 1));
    }

    void event(AgentEvent event) {
        core.onEvent(event, now, effects::add);
        assertThat(core.snapshot().conservationResidual()).isZero();
        assertThat(core.roomUnaccounted()).isZero();
    }

    static LossReason lossOf(Answer answer) {
        return ((Outcome.Lost) answer.outcome()).reason();
    }

    <T extends AgentEffect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends AgentEffect> T only(Class<T> kind) {
        assertThat(all(kind)).hasSize(1);
        return all(kind).get(0);
    }
}
