package dev.offramp.agent.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The station of the queueing model: room for {@code capacityJobs} jobs and {@code capacityBytes} bytes, first come
 * first served within a priority, greater priorities first. What was polled, and what was reserved, keeps its room until
 * {@link #release}. Confined to one thread.
 *
 * <p>Who gives way when it is full: waiting items of the lowest priority first, and never one of a greater priority than
 * the arrival's. Where its own priority is at its share, only its own kind can.
 *
 * @param <T> an item, told apart by identity
 */
public final class BoundedQueue<T> {
    private record Entry<T>(T item, int priority, long bytes) {}

    private final int capacityJobs;
    private final long capacityBytes;
    private final Shares shares;
    private final TreeMap<Integer, Deque<Entry<T>>> waiting = new TreeMap<>(Comparator.reverseOrder());
    private final TreeMap<Integer, Integer> jobsOf = new TreeMap<>();
    private int jobs;
    private long bytes;

    public BoundedQueue(int capacityJobs, long capacityBytes, Shares shares) {
        if (capacityJobs < 1 || capacityBytes < 1) {
            throw new IllegalArgumentException(
                    "capacity (%d jobs, %d bytes) must be at least 1 of each".formatted(capacityJobs, capacityBytes));
        }
        this.capacityJobs = capacityJobs;
        this.capacityBytes = capacityBytes;
        this.shares = shares;
    }

    /**
     * Takes {@code item} in if there is room, or if the newest waiting items of lower priorities make it. Refuses when
     * they cannot; then nothing is evicted.
     */
    public Admission<T> offer(T item, int priority, long itemBytes) {
        return admit(item, priority, itemBytes, false);
    }

    /**
     * Takes {@code item} in, evicting the oldest waiting items of the lowest priority until there is room, those of its
     * own included. Refuses when they cannot make it; then nothing is evicted.
     */
    public Admission<T> offerEvicting(T item, int priority, long itemBytes) {
        return admit(item, priority, itemBytes, true);
    }

    private Admission<T> admit(T item, int priority, long itemBytes, boolean ownKindGivesWay) {
        if (reserve(priority, itemBytes)) {
            enter(item, priority, itemBytes);
            return new Admission.Admitted<>(List.of());
        }
        List<Entry<T>> victims = victims(priority, itemBytes, ownKindGivesWay);
        if (victims.isEmpty()) {
            return new Admission.Refused<>();
        }
        victims.forEach(victim -> remove(victim.item()));
        take(priority, itemBytes);
        enter(item, priority, itemBytes);
        return new Admission.Admitted<>(victims.stream().map(Entry::item).toList());
    }

    /** Empty: they would not do. */
    private List<Entry<T>> victims(int priority, long itemBytes, boolean ownKindGivesWay) {
        boolean ownKindMust = !hasShare(priority);
        if (ownKindMust && !ownKindGivesWay) {
            return List.of();
        }
        NavigableMap<Integer, Deque<Entry<T>>> fromLowest = waiting.descendingMap();
        List<Entry<T>> victims = new ArrayList<>();
        long freed = 0;
        if (ownKindMust) {
            Deque<Entry<T>> own = waiting.get(priority);
            if (own == null) {
                return List.of();
            }
            victims.add(own.getFirst());
            freed = own.getFirst().bytes();
        }
        for (var level : fromLowest.headMap(priority, ownKindGivesWay).entrySet()) {
            Deque<Entry<T>> jobsOfLevel = level.getValue();
            Iterator<Entry<T>> inOrder = ownKindGivesWay ? jobsOfLevel.iterator() : jobsOfLevel.descendingIterator();
            if (ownKindMust && level.getKey() == priority) {
                // Its first is among them already.
                inOrder.next();
            }
            while (inOrder.hasNext() && !wouldFit(itemBytes, victims.size(), freed)) {
                Entry<T> next = inOrder.next();
                victims.add(next);
                freed += next.bytes();
            }
        }
        return wouldFit(itemBytes, victims.size(), freed) ? victims : List.of();
    }

    private boolean wouldFit(long itemBytes, int jobsFreed, long bytesFreed) {
        return jobs - jobsFreed < capacityJobs && bytes - bytesFreed + itemBytes <= capacityBytes;
    }

    /** Whether its share lets one more of this priority in. */
    public boolean hasShare(int priority) {
        return jobs(priority) < shares.of(priority);
    }

    /** Takes room for an item that comes later through {@link #enter}, or goes through {@link #release}. */
    public boolean reserve(int priority, long itemBytes) {
        if (!wouldFit(itemBytes, 0, 0) || !hasShare(priority)) {
            return false;
        }
        take(priority, itemBytes);
        return true;
    }

    private void take(int priority, long itemBytes) {
        jobs++;
        bytes += itemBytes;
        jobsOf.merge(priority, 1, Integer::sum);
    }

    /** Lets an item wait in room reserved before. */
    public void enter(T item, int priority, long itemBytes) {
        waiting.computeIfAbsent(priority, level -> new ArrayDeque<>()).addLast(new Entry<>(item, priority, itemBytes));
    }

    /** The next item to serve; it keeps its room. */
    public Optional<T> poll() {
        Map.Entry<Integer, Deque<Entry<T>>> first = waiting.firstEntry();
        if (first == null) {
            return Optional.empty();
        }
        T item = first.getValue().removeFirst().item();
        if (first.getValue().isEmpty()) {
            waiting.remove(first.getKey());
        }
        return Optional.of(item);
    }

    /** Gives the room of a polled or reserved item back. */
    public void release(int priority, long itemBytes) {
        jobs--;
        bytes -= itemBytes;
        int left = jobsOf.merge(priority, -1, Integer::sum);
        if (jobs < 0 || bytes < 0 || left < 0) {
            throw new IllegalStateException("released more than was held: %d jobs, %d of priority %d, %d bytes"
                    .formatted(jobs, left, priority, bytes));
        }
    }

    /** Removes a waiting item and gives its room back; false if it does not wait here. */
    public boolean remove(T item) {
        for (Iterator<Deque<Entry<T>>> levels = waiting.values().iterator(); levels.hasNext(); ) {
            Deque<Entry<T>> level = levels.next();
            for (Iterator<Entry<T>> entries = level.iterator(); entries.hasNext(); ) {
                Entry<T> entry = entries.next();
                if (entry.item() == item) {
                    entries.remove();
                    if (level.isEmpty()) {
                        levels.remove();
                    }
                    release(entry.priority(), entry.bytes());
                    return true;
                }
            }
        }
        return false;
    }

    /** Jobs held: waiting, polled, reserved. */
    public int jobs() {
        return jobs;
    }

    /** Those of one priority. */
    public int jobs(int priority) {
        return jobsOf.getOrDefault(priority, 0);
    }

    /** Those of every priority that has been seen, from the lowest. */
    public SortedMap<Integer, Integer> jobsByPriority() {
        return new TreeMap<>(jobsOf);
    }

    /** Bytes held. */
    public long bytes() {
        return bytes;
    }
}
