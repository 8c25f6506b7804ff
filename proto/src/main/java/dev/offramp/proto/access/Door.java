package dev.offramp.proto.access;

import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.RefusalCounter;
import dev.offramp.time.NanoClock;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a connection is worth a handshake, of which strangers would have a board compute as many as they like.
 * Every attempt takes a token of its address's and of all strangers' bucket; a member's proof gives both back, so that
 * members connect as often as they like. Where a member is connected from an address, only that address's own, larger
 * bucket counts: a flood from elsewhere keeps no member out. Thread-safe.
 */
public final class Door {
    private static final Logger log = LoggerFactory.getLogger(Door.class);

    /** Remembered; those that have been silent longest are forgotten first. */
    private static final int MAX_ADDRESSES = 4096;

    /** A network gives a host of the sixth version as many addresses as it likes, which share so many bytes. */
    private static final int PREFIX_BYTES = 8;

    private static final long WORD_NANOS = 60_000_000_000L;

    /** Of a connection whose peer has not proved to be a member: joining takes one. */
    private static final int MAX_CALLS_UNPROVED = 16;

    /**
     * A connection.
     *
     * @param host numeric, where it comes from
     * @param localPort where it came in
     */
    public record Ends(String host, int port, int localPort) {
        static Ends of(InetSocketAddress remote, int localPort) {
            return new Ends(remote.getAddress().getHostAddress(), remote.getPort(), localPort);
        }
    }

    private static final class Address {
        final TokenBucket attempts;
        final TokenBucket membersAttempts;
        int unproved;
        int members;

        Address(DoorLimits limits, long nowNanos) {
            attempts = limits.ofOneAddress(nowNanos);
            membersAttempts = limits.ofMembersAddress(nowNanos);
        }
    }

    private static final class Visit {
        final Address address;
        final boolean strange;
        Runnable end = () -> {};
        boolean proved;
        boolean overstepped;
        int calls;

        Visit(Address address) {
            this.address = address;
            this.strange = address.members == 0;
        }
    }

    private final DoorLimits limits;
    private final RefusalCounter refusals;
    private final NanoClock clock;
    private final Map<InetAddress, Address> addresses = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Ends, Visit> visits = new HashMap<>();
    private final TokenBucket strangers;
    private int unproved;
    private int strangeUnproved;
    private long endedUnproved;
    private long refused;
    private long wordNanos;

    public Door(DoorLimits limits, RefusalCounter refusals, NanoClock clock) {
        this.limits = limits;
        this.refusals = refusals;
        this.clock = clock;
        long now = clock.nanoTime();
        this.strangers = limits.ofStrangers(now);
        this.wordNanos = now - WORD_NANOS;
    }

    /** Whether a connection that has just come from {@code peer} may go on; then {@link #closed} must follow. */
    synchronized boolean admit(Ends ends, InetAddress peer) {
        long now = clock.nanoTime();
        Address address = addresses.computeIfAbsent(network(peer), key -> new Address(limits, now));
        boolean admitted = address.members > 0 ? admitMembersAddress(address, now) : admitStranger(address, now);
        if (admitted) {
            Visit visit = new Visit(address);
            visits.put(ends, visit);
            address.unproved++;
            unproved++;
            strangeUnproved += visit.strange ? 1 : 0;
        } else {
            refusals.record(Refusal.FLOOD);
            refused++;
            say(ends, now);
        }
        forget();
        return admitted;
    }

    private boolean admitMembersAddress(Address address, long now) {
        return address.unproved < limits.unproved() && address.membersAttempts.take(now);
    }

    private boolean admitStranger(Address address, long now) {
        if (address.unproved >= limits.unprovedPerAddress()
                || strangeUnproved >= limits.unproved()
                || !strangers.holdsOne(now)
                || !address.attempts.take(now)) {
            return false;
        }
        return strangers.take(now);
    }

    /** The peer has shown a member's certificate. */
    public synchronized void proved(Ends ends) {
        Visit visit = visits.get(ends);
        if (visit == null || visit.proved) {
            return;
        }
        visit.proved = true;
        leaveUnproved(visit);
        visit.address.members++;
        if (visit.strange) {
            visit.address.attempts.giveBack();
            strangers.giveBack();
        } else {
            visit.address.membersAttempts.giveBack();
        }
    }

    /** How a connection that was admitted is ended. */
    synchronized void stands(Ends ends, Runnable end) {
        Visit visit = visits.get(ends);
        if (visit != null) {
            visit.end = end;
        }
    }

    /** Whether a call without a certificate is worth an answer; a connection with too many of them is ended. */
    boolean mayCall(Ends ends) {
        Runnable end;
        synchronized (this) {
            Visit visit = visits.get(ends);
            if (visit == null || visit.proved || ++visit.calls <= MAX_CALLS_UNPROVED) {
                return true;
            }
            refusals.record(Refusal.FLOOD);
            end = visit.end;
        }
        end.run();
        return false;
    }

    /** Whether a connection that was admitted stands and is a member's. */
    synchronized boolean isProved(Ends ends) {
        Visit visit = visits.get(ends);
        return visit != null && visit.proved;
    }

    /** The member asked for what its role may not: its attempt counts like a stranger's. */
    public synchronized void overstepped(Ends ends) {
        Visit visit = visits.get(ends);
        if (visit == null || !visit.proved || visit.overstepped) {
            return;
        }
        visit.overstepped = true;
        long now = clock.nanoTime();
        if (visit.strange) {
            var unusedAddress = visit.address.attempts.take(now);
            var unusedAll = strangers.take(now);
        } else {
            var unusedAddress = visit.address.membersAttempts.take(now);
        }
    }

    /** A connection that was admitted stands no longer. */
    synchronized void closed(Ends ends) {
        Visit visit = visits.remove(ends);
        if (visit == null) {
            return;
        }
        if (visit.proved) {
            visit.address.members--;
        } else {
            leaveUnproved(visit);
            endedUnproved++;
        }
    }

    private void leaveUnproved(Visit visit) {
        visit.address.unproved--;
        unproved--;
        strangeUnproved -= visit.strange ? 1 : 0;
    }

    /**
     * Connections that were let in.
     *
     * @param proved that stand, of members
     * @param unproved that stand, of whoever has not proved to be one
     * @param endedUnproved that stand no longer, and never were a member's
     */
    public record Census(int proved, int unproved, long endedUnproved) {}

    public synchronized Census census() {
        return new Census(visits.size() - unproved, unproved, endedUnproved);
    }

    synchronized int addresses() {
        return addresses.size();
    }

    private void forget() {
        Iterator<Address> eldest = addresses.values().iterator();
        while (addresses.size() > MAX_ADDRESSES && eldest.hasNext()) {
            Address one = eldest.next();
            if (one.unproved + one.members == 0) {
                eldest.remove();
            }
        }
    }

    /** Not for every one: a flood must not fill the disk. */
    private void say(Ends ends, long now) {
        if (now - wordNanos >= WORD_NANOS) {
            log.warn(
                    "{} attempts to connect were refused before a handshake, the last by {} at port {}: strangers may try {} times a second",
                    refused,
                    ends.host(),
                    ends.localPort(),
                    limits.attemptsPerSecond());
            refused = 0;
            wordNanos = now;
        }
    }

    private static InetAddress network(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLinkLocalAddress()) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, PREFIX_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has as many bytes as an address", e);
        }
    }
}
