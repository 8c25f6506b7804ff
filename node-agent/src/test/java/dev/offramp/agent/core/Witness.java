package dev.offramp.agent.core;

import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.Thresholds;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sees what the cores say, keeps its own books of every frame, and objects where a job has two outcomes, runs twice,
 * changes its orders on the way, or leaves where its thresholds do not let it.
 */
final class Witness {
    /** What became of a frame that was sent. */
    private static final class Frame {
        final NodeId node;
        final long incarnation;
        final ServiceId service;
        boolean refused;

        @Nullable
        JobId job;

        Optional<ChainId> chain = Optional.empty();
        AgentEffect.@Nullable Answer answer;

        Frame(NodeId node, long incarnation, ServiceId service) {
            this.node = node;
            this.incarnation = incarnation;
            this.service = service;
        }

        boolean isOpen() {
            return job != null && answer == null;
        }
    }

    private record Carried(ChainId chain, long epoch, long version, Thresholds thresholds) {}

    private record Run(long ticket, int hop) {}

    private final long seed;
    private final Map<Long, Placement> placements = new HashMap<>();
    private final Map<ServiceId, Map<Long, Policy>> policies = new HashMap<>();
    private final Map<Long, Frame> frames = new HashMap<>();
    private final Map<JobId, Carried> orders = new HashMap<>();
    private final Map<JobId, Long> tickets = new HashMap<>();
    private final Map<Long, Long> epochs = new HashMap<>();
    private final Set<Run> runs = new HashSet<>();
    private final Map<NodeId, Map<ServiceId, Long>> open = new HashMap<>();
    private final Map<LossReason, Long> losses = new EnumMap<>(LossReason.class);
    private long accepted;
    private long completed;
    private long abandoned;

    Witness(long seed) {
        this.seed = seed;
    }

    void know(Placement placement) {
        placements.put(placement.epoch(), placement);
    }

    void know(Policy policy) {
        policies.computeIfAbsent(policy.service(), service -> new HashMap<>()).put(policy.version(), policy);
    }

    void sent(long ticket, VirtualNode node, ServiceId service) {
        frames.put(ticket, new Frame(node.id(), node.incarnation(), service));
    }

    void accepted(AgentEffect.FrameAccepted effect) {
        Frame frame = frame(effect.ticket());
        check(!frame.refused && frame.job == null, "ticket %d was answered before", effect.ticket());
        frame.job = effect.job();
        frame.chain = effect.chain();
        tickets.put(effect.job(), effect.ticket());
        accepted++;
        open.computeIfAbsent(frame.node, node -> new HashMap<>()).merge(frame.service, 1L, Long::sum);
    }

    void refused(AgentEffect.FrameRefused effect) {
        Frame frame = frame(effect.ticket());
        check(!frame.refused && frame.job == null, "ticket %d was answered before", effect.ticket());
        frame.refused = true;
    }

    void answered(VirtualNode node, AgentEffect.Answer answer) {
        Frame frame = frame(answer.ticket());
        check(frame.isOpen(), "I1: %s has a second outcome, %s", answer.job(), answer.outcome());
        check(answer.job().equals(frame.job), "%s answered as %s", frame.job, answer.job());
        check(
                frame.node.equals(node.id()) && frame.incarnation == node.incarnation(),
                "%s was accepted by another process",
                answer.job());
        frame.answer = answer;
        open.getOrDefault(frame.node, new HashMap<>()).merge(frame.service, -1L, Long::sum);
        Carried given = orders.get(answer.job());
        if (given != null) {
            check(
                    given.epoch() == answer.epoch() && given.version() == answer.policyVersion(),
                    "I8: %s was %s and ended as %s",
                    answer.job(),
                    given,
                    answer);
        }
        switch (answer.outcome()) {
            case Outcome.Lost lost -> losses.merge(lost.reason(), 1L, Long::sum);
            case Outcome.Completed done -> {
                completed++;
                checkExit(answer, done);
            }
        }
    }

    /** A node has run a job's partition. */
    void ran(long ticket, HopKey hop) {
        check(runs.add(new Run(ticket, hop.hop())), "the job of ticket %d ran twice at hop %d", ticket, hop.hop());
        long epoch = epochs.computeIfAbsent(ticket, first -> hop.epoch());
        check(epoch == hop.epoch(), "I8: the job of ticket %d ran in epochs %d and %d", ticket, epoch, hop.epoch());
        check(
                frame(ticket).chain.equals(Optional.of(hop.chain())),
                "the job of ticket %d ran in %s, its chain is %s",
                ticket,
                hop.chain(),
                frame(ticket).chain);
    }

    /** A job was sent or offered; its orders must be what they were. */
    void carried(Job job, @Nullable Long ticket) {
        Carried now = new Carried(job.chain(), job.epoch(), job.policyVersion(), job.thresholds());
        Carried before = orders.putIfAbsent(job.id(), now);
        check(before == null || before.equals(now), "I8: %s carried %s, then %s", job.id(), before, now);
        Policy policy = policy(job.chain().service(), job.policyVersion());
        check(
                policy != null && orderedBy(policy, job.chain()).contains(job.thresholds()),
                "I8: the thresholds of %s are not those of %s",
                job,
                policy);
        check(
                ticket == null || ticket.equals(tickets.get(job.id())),
                "%s carries the activation of ticket %d",
                job.id(),
                ticket);
    }

    private void checkExit(AgentEffect.Answer answer, Outcome.Completed done) {
        ChainId id = answer.chain().orElseThrow();
        Placement placement = Objects.requireNonNull(placements.get(answer.epoch()), "epoch was never prepared");
        Chain chain = placement.service(answer.service()).orElseThrow().chains().stream()
                .filter(other -> other.id().equals(id))
                .findFirst()
                .orElseThrow();
        Policy policy = Objects.requireNonNull(policy(answer.service(), answer.policyVersion()), "unknown policy");
        Carried given = orders.get(answer.job());
        List<Integer> expected = given != null
                ? List.of(exit(answer.ticket(), chain, given.thresholds()))
                : orderedBy(policy, id).stream()
                        .map(vector -> exit(answer.ticket(), chain, vector))
                        .toList();
        check(
                expected.contains(done.exit()),
                "ticket %d left at exit %d, expected %s",
                answer.ticket(),
                done.exit(),
                expected);
        check(
                done.verdicts().size() == done.exit(),
                "ticket %d passed %d exits on its way to %d",
                answer.ticket(),
                done.verdicts().size(),
                done.exit());
        for (int passed = 1; passed <= done.verdicts().size(); passed++) {
            check(
                    done.verdicts().get(passed - 1).label() == label(answer.ticket(), passed),
                    "ticket %d has another's label at exit %d",
                    answer.ticket(),
                    passed);
        }
        check(
                done.label() == label(answer.ticket(), done.exit()),
                "ticket %d has label %d",
                answer.ticket(),
                done.label());
    }

    /** Every vector that a job of the chain may carry. */
    private static List<Thresholds> orderedBy(Policy policy, ChainId chain) {
        return Orders.of(policy).alternatives().stream()
                .filter(one -> one.chain().equals(chain))
                .map(Orders.Alternative::thresholds)
                .toList();
    }

    private int exit(long ticket, Chain chain, Thresholds thresholds) {
        int exit = 1;
        while (exit < chain.exits() && confidence(ticket, exit) < thresholds.at(exit)) {
            exit++;
        }
        return exit;
    }

    /** Scores of the virtual network: as a function of frame and exit, so that mixed-up jobs show. */
    float[] scores(long ticket, int exit) {
        SplittableRandom random = new SplittableRandom(seed * 31 + ticket * 1009 + exit);
        float[] logits = new float[RandomPlacements.CLASSES];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextDouble(-40, -30);
        }
        logits[random.nextInt(logits.length)] += (float) random.nextDouble(0, 14);
        return logits;
    }

    private double confidence(long ticket, int exit) {
        float[] logits = scores(ticket, exit);
        double sum = 0;
        double largest = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
            largest = Math.max(largest, Math.exp(logit));
        }
        return largest / sum;
    }

    int label(long ticket, int exit) {
        float[] logits = scores(ticket, exit);
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    /** The process is dead; nobody will hear of the frames it had accepted. */
    void died(VirtualNode node) {
        abandoned += frames.values().stream()
                .filter(frame -> frame.isOpen() && frame.node.equals(node.id()))
                .filter(frame -> frame.incarnation == node.incarnation())
                .count();
        open.remove(node.id());
    }

    long open(NodeId node, ServiceId service) {
        return open.getOrDefault(node, Map.of()).getOrDefault(service, 0L);
    }

    void checkEveryFrameHasItsOutcome() {
        long without = frames.values().stream().filter(Frame::isOpen).count();
        check(without == abandoned, "I1: %d jobs have no outcome, %d ingresses' jobs died", without, abandoned);
        long lost = losses.values().stream().mapToLong(Long::longValue).sum();
        check(
                accepted == completed + lost + abandoned,
                "%d accepted, %d completed, %d lost",
                accepted,
                completed,
                lost);
    }

    long accepted() {
        return accepted;
    }

    long completed() {
        return completed;
    }

    Map<LossReason, Long> losses() {
        return Map.copyOf(losses);
    }

    private @Nullable Policy policy(ServiceId service, long version) {
        return policies.getOrDefault(service, Map.of()).get(version);
    }

    private Frame frame(long ticket) {
        return Objects.requireNonNull(frames.get(ticket), "no frame has this ticket");
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void check(boolean holds, String message, @Nullable Object... values) {
        if (!holds) {
            throw new AssertionError("seed %d: %s".formatted(seed, message.formatted(values)));
        }
    }
}
