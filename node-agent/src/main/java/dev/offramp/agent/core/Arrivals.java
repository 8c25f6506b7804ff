package dev.offramp.agent.core;

import dev.offramp.agent.core.Epochs.Route;
import dev.offramp.agent.core.Held.Origin;
import dev.offramp.agent.core.Offers.Offer;
import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.partition.Hop;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Takes jobs in from neighbours: offers, grants and transfers. */
final class Arrivals {
    private final AgentLimits limits;
    private final Turn turn;
    private final Epochs epochs;
    private final BoundedQueue<Held> queue;
    private final Fates fates;
    private final Station station;
    private final Offers offers;
    private long duplicates;

    Arrivals(AgentLimits limits, Turn turn, Epochs epochs, BoundedQueue<Held> queue, Fates fates, Station station) {
        this.limits = limits;
        this.turn = turn;
        this.epochs = epochs;
        this.queue = queue;
        this.fates = fates;
        this.station = station;
        this.offers = new Offers(queue, limits.offersPerLink());
    }

    void onOffer(AgentEvent.JobOffered offered) {
        Job job = offered.job();
        Held.Key key = Held.Key.of(job);
        if (fates.knows(key) || offers.knows(key)) {
            duplicates++;
            return;
        }
        Optional<LossReason> wrong = wrongWith(job);
        if (wrong.isPresent()) {
            fates.refuse(offered.from(), job, wrong.get());
        } else if (!offers.add(new Offer(offered.from(), job))) {
            fates.refuse(offered.from(), job, LossReason.QUEUE_FULL);
        }
    }

    void onTransfer(AgentEvent.JobTransferred transfer) {
        Job job = transfer.job();
        Held.Key key = Held.Key.of(job);
        if (fates.knows(key)) {
            duplicates++;
            transfer.activation().handBack().run();
            return;
        }
        OptionalLong room = offers.redeem(transfer.from(), key);
        Optional<LossReason> wrong = transfer.activation().size() == job.activationBytes()
                ? wrongWith(job)
                : Optional.of(LossReason.MODEL_MISMATCH);
        if (wrong.isPresent()) {
            room.ifPresent(bytes -> queue.release(job.priority(), bytes));
            transfer.activation().handBack().run();
            fates.refuse(transfer.from(), job, wrong.get());
            return;
        }
        Origin origin = new Origin.Upstream(transfer.from());
        Route route = epochs.route(job.epoch(), job.chain()).orElseThrow();
        if (room.isPresent() && room.getAsLong() == job.activationBytes()) {
            station.enterGranted(job, origin, transfer.activation(), room.getAsLong());
        } else {
            room.ifPresent(bytes -> queue.release(job.priority(), bytes));
            station.enter(job, origin, transfer.activation(), route);
        }
    }

    private Optional<LossReason> wrongWith(Job job) {
        Optional<Route> route = epochs.route(job.epoch(), job.chain());
        if (route.isEmpty()) {
            return Optional.of(LossReason.STALE_EPOCH);
        }
        List<Hop> hops = route.get().chain().hops();
        boolean fits = job.hop() >= 0
                && job.hop() < hops.size()
                && hops.get(job.hop()).node().equals(limits.node())
                && hops.get(job.hop()).partition().input().bytes() == job.activationBytes()
                && job.thresholds().exits() == route.get().chain().exits()
                && job.priority() >= 0
                && job.priority() <= route.get().service().priority()
                && job.deadlineNanos() - turn.nowNanos()
                        <= route.get().service().deadline().toNanos();
        if (!fits) {
            return Optional.of(LossReason.MODEL_MISMATCH);
        }
        return job.activationBytes() > limits.capacityBytes() ? Optional.of(LossReason.OVERSIZE) : Optional.empty();
    }

    void onWithdrawn(PeerLink from, JobId job) {
        offers.withdraw(from, job);
    }

    void onUpstreamDown(PeerLink link) {
        offers.dropAll(link);
        fates.upstreamDown(link);
    }

    /** Grants what there is room for. */
    void grant() {
        offers.grant(offer ->
                turn.say(new AgentEffect.SendGrant(offer.from(), offer.job().id())));
    }

    /** Offers whose deadline has passed are answered; grants that were not used lapse a grace later. */
    void expire() {
        offers.take(offer -> turn.isPast(offer.job().deadlineNanos(), 0))
                .forEach(offer -> fates.refuse(offer.from(), offer.job(), LossReason.EXPIRED));
        offers.lapseIf(offer -> turn.isPast(offer.job().deadlineNanos(), limits.graceNanos()));
    }

    void retire(long epoch) {
        offers.take(offer -> offer.job().epoch() <= epoch)
                .forEach(offer -> fates.refuse(offer.from(), offer.job(), LossReason.STALE_EPOCH));
    }

    boolean hasJobsUpTo(long epoch) {
        return offers.anyMatch(offer -> offer.job().epoch() <= epoch);
    }

    boolean isEmpty() {
        return offers.isEmpty();
    }

    /** Jobs that arrived again at a hop, and were ignored. */
    long duplicates() {
        return duplicates;
    }

    int onTheirWay() {
        return offers.onTheirWay();
    }
}
