package dev.offramp.agent.core;

import dev.offramp.agent.queue.BoundedQueue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Jobs that neighbours offer: those that wait for room, oldest first, and those that have room and are on their way. */
final class Offers {
    /** An offered job and the stream it was offered on. */
    record Offer(PeerLink from, Job job) {}

    private final BoundedQueue<Held> queue;
    private final int perLink;
    private final Map<Held.Key, Offer> waiting = new LinkedHashMap<>();
    private final Map<Held.Key, Offer> granted = new LinkedHashMap<>();

    Offers(BoundedQueue<Held> queue, int perLink) {
        this.queue = queue;
        this.perLink = perLink;
    }

    /** False: the stream has too many offers waiting. */
    boolean add(Offer offer) {
        long ofLink = waiting.values().stream()
                .filter(other -> other.from().equals(offer.from()))
                .count();
        if (ofLink >= perLink) {
            return false;
        }
        waiting.putIfAbsent(key(offer.job()), offer);
        return true;
    }

    /** Grants in order of arrival while there is room. */
    void grant(BiConsumer<PeerLink, Job> granting) {
        Iterator<Offer> oldestFirst = waiting.values().iterator();
        while (oldestFirst.hasNext()) {
            Offer offer = oldestFirst.next();
            if (!queue.reserve(offer.job().activationBytes())) {
                return;
            }
            oldestFirst.remove();
            granted.put(key(offer.job()), offer);
            granting.accept(offer.from(), offer.job());
        }
    }

    /** The transfer has come: true if room is kept for it, which is the caller's now. */
    boolean redeem(Job job) {
        return granted.remove(key(job)) != null;
    }

    /** Forgets the stream's offer of this job, at whatever hop. */
    void withdraw(PeerLink from, dev.offramp.partition.job.JobId job) {
        removeIf(offer -> offer.from().equals(from) && offer.job().id().equals(job));
    }

    /** Forgets all offers of a stream that has ended. */
    void dropAll(PeerLink from) {
        removeIf(offer -> offer.from().equals(from));
    }

    /** Removes and returns the waiting offers whose deadline has passed; grants that were not used lapse. */
    List<Offer> expire(long nowNanos, long graceNanos) {
        List<Offer> expired = waiting.values().stream()
                .filter(offer -> nowNanos - offer.job().deadlineNanos() >= 0)
                .toList();
        expired.forEach(offer -> waiting.remove(key(offer.job())));
        for (Offer offer : List.copyOf(granted.values())) {
            if (nowNanos - offer.job().deadlineNanos() >= graceNanos) {
                granted.remove(key(offer.job()));
                queue.release(offer.job().activationBytes());
            }
        }
        return expired;
    }

    /** Removes and returns the waiting offers of this epoch and older ones. */
    List<Offer> retire(long epoch) {
        List<Offer> stale = waiting.values().stream()
                .filter(offer -> offer.job().epoch() <= epoch)
                .toList();
        stale.forEach(offer -> waiting.remove(key(offer.job())));
        return stale;
    }

    private void removeIf(java.util.function.Predicate<Offer> gone) {
        waiting.values().removeIf(gone);
        for (Offer offer : new ArrayList<>(granted.values())) {
            if (gone.test(offer)) {
                granted.remove(key(offer.job()));
                queue.release(offer.job().activationBytes());
            }
        }
    }

    /** Jobs that have room and have not come yet. */
    int onTheirWay() {
        return granted.size();
    }

    private static Held.Key key(Job job) {
        return new Held.Key(job.id(), job.hop());
    }
}
