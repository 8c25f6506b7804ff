package dev.offramp.agent.core;

import dev.offramp.agent.queue.BoundedQueue;
import dev.offramp.partition.job.JobId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Jobs that neighbours offer: those that wait for room, and those that have room and are on their way. */
final class Offers {
    /** An offered job and the stream it was offered on. */
    record Offer(PeerLink from, Job job) {
        private Held.Key key() {
            return Held.Key.of(job);
        }
    }

    private final BoundedQueue<Held> queue;
    private final int perLink;
    private final Map<Held.Key, Offer> waiting = new LinkedHashMap<>();
    private final Map<Held.Key, Offer> granted = new LinkedHashMap<>();

    Offers(BoundedQueue<Held> queue, int perLink) {
        this.queue = queue;
        this.perLink = perLink;
    }

    boolean knows(Held.Key key) {
        return waiting.containsKey(key) || granted.containsKey(key);
    }

    /** False: the stream has too many offers waiting. */
    boolean add(Offer offer) {
        long ofLink = waiting.values().stream()
                .filter(other -> other.from().equals(offer.from()))
                .count();
        if (ofLink >= perLink) {
            return false;
        }
        waiting.put(offer.key(), offer);
        return true;
    }

    /**
     * Grants while there is room: greater priorities first, then in order of arrival. None overtakes a larger one; those
     * of a priority at its share wait and hold up nobody else.
     */
    void grant(Consumer<Offer> granting) {
        if (waiting.isEmpty()) {
            return;
        }
        List<Offer> inOrder = waiting.values().stream()
                .sorted(Comparator.comparingInt(offer -> -offer.job().priority()))
                .toList();
        for (Offer offer : inOrder) {
            int priority = offer.job().priority();
            if (!queue.hasShare(priority)) {
                continue;
            }
            if (!queue.reserve(priority, offer.job().activationBytes())) {
                return;
            }
            waiting.remove(offer.key());
            granted.put(offer.key(), offer);
            granting.accept(offer);
        }
    }

    /** The transfer has come: the bytes kept for it, which are the caller's now; empty if there is no grant. */
    OptionalLong redeem(PeerLink from, Held.Key key) {
        Offer offer = granted.get(key);
        if (offer == null || !offer.from().equals(from)) {
            return OptionalLong.empty();
        }
        granted.remove(key);
        return OptionalLong.of(offer.job().activationBytes());
    }

    /** Forgets the stream's offer of this job, at whatever hop. */
    void withdraw(PeerLink from, JobId job) {
        removeIf(offer -> offer.from().equals(from) && offer.job().id().equals(job));
    }

    /** Forgets all offers of a stream that has ended. */
    void dropAll(PeerLink from) {
        removeIf(offer -> offer.from().equals(from));
    }

    private void removeIf(Predicate<Offer> gone) {
        waiting.values().removeIf(gone);
        lapseIf(gone);
    }

    /** Removes and returns the waiting offers that {@code which} matches. */
    List<Offer> take(Predicate<Offer> which) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Offer> taken = waiting.values().stream().filter(which).toList();
        taken.forEach(offer -> waiting.remove(offer.key()));
        return taken;
    }

    /** Takes the room of unused grants back. */
    void lapseIf(Predicate<Offer> which) {
        if (granted.isEmpty()) {
            return;
        }
        List<Offer> lapsed = granted.values().stream().filter(which).toList();
        for (Offer offer : lapsed) {
            granted.remove(offer.key());
            queue.release(offer.job().priority(), offer.job().activationBytes());
        }
    }

    /** Whether any offer, granted or not, matches. */
    boolean anyMatch(Predicate<Offer> which) {
        return waiting.values().stream().anyMatch(which)
                || granted.values().stream().anyMatch(which);
    }

    boolean isEmpty() {
        return waiting.isEmpty() && granted.isEmpty();
    }

    /** Jobs that have room and have not come yet. */
    int onTheirWay() {
        return granted.size();
    }
}
