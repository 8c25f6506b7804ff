package dev.offramp.agent.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The station of the queueing model: room for {@code capacityJobs} jobs and {@code capacityBytes} bytes, first come
 * first served within a priority, greater priorities first. What was polled, and what was reserved, keeps its room until
 * {@link #release}. Confined to one thread.
 *
 * @param <T> an item, told apart by identity
 */
public final class BoundedQueue<T> {
    private record Entry<T>(T item, long bytes) {}

    private final int capacityJobs;
    private final long capacityBytes;
    private final TreeMap<Integer, Deque<Entry<T>>> waiting = new TreeMap<>(Comparator.reverseOrder());
    private int jobs;
    private long bytes;

    public BoundedQueue(int capacityJobs, long capacityBytes) {
        if (capacityJobs < 1 || capacityBytes < 1) {
            throw new IllegalArgumentException(
                    "capacity (%d jobs, %d bytes) must be at least 1 of each".formatted(capacityJobs, capacityBytes));
        }
        this.capacityJobs = capacityJobs;
        this.capacityBytes = capacityBytes;
    }

    /** Takes {@code item} in if there is room. */
    public Admission<T> offer(T item, int priority, long itemBytes) {
        if (!reserve(itemBytes)) {
            return new Admission.Refused<>();
        }
        enter(item, priority, itemBytes);
        return new Admission.Admitted<>(List.of());
    }

    /**
     * Takes {@code item} in, evicting the oldest waiting items of the lowest priority until there is room. Refuses when
     * evicting everything of at most its own priority would not do; then nothing is evicted.
     */
    public Admission<T> offerEvicting(T item, int priority, long itemBytes) {
        int jobsNeeded = Math.max(0, jobs + 1 - capacityJobs);
        long bytesNeeded = Math.max(0, bytes + itemBytes - capacityBytes);
        List<Entry<T>> victims = new ArrayList<>();
        long freed = 0;
        for (Map.Entry<Integer, Deque<Entry<T>>> level :
                waiting.descendingMap().headMap(priority, true).entrySet()) {
            for (Entry<T> entry : level.getValue()) {
                if (victims.size() >= jobsNeeded && freed >= bytesNeeded) {
                    break;
                }
                victims.add(entry);
                freed += entry.bytes();
            }
        }
        if (victims.size() < jobsNeeded || freed < bytesNeeded) {
            return new Admission.Refused<>();
        }
        victims.forEach(victim -> remove(victim.item()));
        jobs++;
        bytes += itemBytes;
        enter(item, priority, itemBytes);
        return new Admission.Admitted<>(victims.stream().map(Entry::item).toList());
    }

    /** Takes room for an item that comes later through {@link #enter}, or goes through {@link #release}. */
    public boolean reserve(long itemBytes) {
        if (jobs >= capacityJobs || bytes + itemBytes > capacityBytes) {
            return false;
        }
        jobs++;
        bytes += itemBytes;
        return true;
    }

    /** Lets an item wait in room reserved before. */
    public void enter(T item, int priority, long itemBytes) {
        waiting.computeIfAbsent(priority, level -> new ArrayDeque<>()).addLast(new Entry<>(item, itemBytes));
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
    public void release(long itemBytes) {
        jobs--;
        bytes -= itemBytes;
        if (jobs < 0 || bytes < 0) {
            throw new IllegalStateException("released more than was held: %d jobs, %d bytes".formatted(jobs, bytes));
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
                    release(entry.bytes());
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

    /** Bytes held. */
    public long bytes() {
        return bytes;
    }
}
