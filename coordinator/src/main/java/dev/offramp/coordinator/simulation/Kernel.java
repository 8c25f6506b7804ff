package dev.offramp.coordinator.simulation;

import static dev.offramp.coordinator.simulation.StationState.NONE;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The event loop on virtual time. Three kinds of events: a job arrives at its ingress, a station finishes a job, a link
 * delivers one. Everything a job needs later is decided when it arrives (or, under a {@link Steering}, when it starts
 * somewhere). Confined.
 */
final class Kernel implements Steering.View {
    private final Network network;
    private final Source[] sources;
    private final StationState[] stations;
    private final LinkState[] links;
    private final Route[] routes;
    private final EventTimes events;
    private final JobPool jobs = new JobPool();
    private final @Nullable Steering steering;
    private double now;
    private long count;

    Kernel(Network network, @Nullable Steering steering) {
        this.network = network;
        this.steering = steering;
        this.sources = network.sources();
        this.stations = network.stations();
        this.links = network.links();
        this.routes = network.routes();
        this.events = new EventTimes(sources.length + stations.length + links.length);
        for (int i = 0; i < sources.length; i++) {
            events.set(i, sources[i].nextInterarrival());
        }
    }

    double now() {
        return now;
    }

    @Override
    public int jobs(NodeId node) {
        return network.place(node).state().jobs();
    }

    @Override
    public int waiting(NodeId node) {
        return network.place(node).state().waitingJobs();
    }

    @Override
    public int inFlight(ServiceId service) {
        for (Source source : sources) {
            if (source.service.id().equals(service)) {
                return source.inFlight;
            }
        }
        throw new IllegalArgumentException("there is no service %s".formatted(service));
    }

    @Override
    public int capacity(NodeId node) {
        return network.place(node).state().capacity;
    }

    long events() {
        return count;
    }

    /** Goes on until {@code arrivals} more jobs have come. */
    void runArrivals(long arrivals) {
        long left = arrivals;
        while (left > 0) {
            left -= happen() ? 1 : 0;
        }
    }

    /** Goes on until virtual time {@code end}, seconds. */
    void runUntil(double end) {
        while (events.at(events.first()) <= end) {
            happen();
        }
        now = end;
    }

    /** The next event; true if a job has come. */
    private boolean happen() {
        int slot = events.first();
        double at = events.at(slot);
        // Of two events at nearly the same moment the later may come first.
        if (at > now) {
            now = at;
        }
        count++;
        if (slot < sources.length) {
            arrive(slot);
            return true;
        }
        int station = slot - sources.length;
        if (station < stations.length) {
            finish(stations[station]);
        } else {
            deliver(links[station - stations.length]);
        }
        return false;
    }

    private void arrive(int number) {
        Source source = sources[number];
        if (steering != null) {
            steering.arriving(source.service.id(), this).ifPresent(source::apply);
        }
        int job = jobs.take();
        int sample = source.drawSample();
        Route route = routes[source.chooseRoute()];
        int exit = source.drawExit(sample);
        jobs.birth[job] = now;
        jobs.route[job] = route;
        jobs.hop[job] = 0;
        jobs.exit[job] = exit;
        jobs.sample[job] = sample;
        jobs.right[job] = source.isRight(sample, exit);
        if (steering != null) {
            jobs.told[job] = source.chosenThresholds();
        }
        route.accepted++;
        route.jobsInFlight++;
        source.inFlight++;
        if (makeRoom(route, 0)) {
            advance(route, 0, job);
        } else {
            lose(route, 0, job);
        }
        events.set(number, now + source.nextInterarrival());
    }

    /** Reserves room at hop {@code hop}, dropping other jobs if they are to give way. False if there is none. */
    private boolean makeRoom(Route route, int hop) {
        StationState station = route.stations[hop];
        long bytes = route.bytes[hop];
        boolean mayWait = route.overflow == Overflow.BLOCK && hop > 0;
        if (!station.fits(route.priorityClass, bytes) && (mayWait || !dropOthers(station, route, bytes))) {
            return false;
        }
        station.reserve(now, route.priorityClass, bytes);
        return true;
    }

    /** False if that would be in vain; then none is dropped. */
    private boolean dropOthers(StationState station, Route arriving, long bytes) {
        boolean oldest = arriving.overflow == Overflow.DROP_OLDEST;
        if (!oldest && station.isLowest(arriving.priorityClass)) {
            return false;
        }
        IntDeque victims =
                station.victims(arriving.priorityClass, bytes, oldest, job -> jobs.route[job].bytes[jobs.hop[job]]);
        if (victims.isEmpty()) {
            return false;
        }
        while (!victims.isEmpty()) {
            int victim = victims.removeFirst();
            Route route = jobs.route[victim];
            int hop = jobs.hop[victim];
            station.takeOut(route.priorityClass, oldest);
            depart(station, route, hop);
            station.countDropped();
            lose(route, hop, victim);
        }
        return true;
    }

    /** Room is reserved: the job goes there. */
    private void advance(Route route, int hop, int job) {
        LinkState link = route.links[hop];
        if (link == null) {
            place(route, hop, job);
        } else {
            events.set(link.slot, link.send(job, route.bytes[hop], now));
        }
    }

    private void deliver(LinkState link) {
        int job = link.receive();
        events.set(link.slot, link.next());
        Route route = jobs.route[job];
        int hop = jobs.hop[job];
        if (hop > 0) {
            StationState sender = route.stations[hop - 1];
            sender.release(route.bytes[hop - 1]);
            place(route, hop, job);
            admitBlocked(sender);
        } else {
            place(route, hop, job);
        }
    }

    private void place(Route route, int hop, int job) {
        jobs.hop[job] = hop;
        StationState station = route.stations[hop];
        if (station.isFree()) {
            if (isExpired(route, job)) {
                expire(station, route, hop, job);
                admitBlocked(station);
            } else {
                serve(station, route, hop, job);
            }
        } else {
            station.await(job, route.priorityClass);
        }
    }

    private boolean isExpired(Route route, int job) {
        return now - jobs.birth[job] > route.deadlineSeconds;
    }

    private void expire(StationState station, Route route, int hop, int job) {
        station.leave(now, route.priorityClass);
        station.release(route.bytes[hop]);
        route.expired++;
        route.lostAtHop[hop]++;
        end(route, job, NONE);
    }

    private void serve(StationState station, Route route, int hop, int job) {
        if (steering != null) {
            steer(route, hop, job);
        }
        double seconds = route.serviceSeconds(hop, jobs.exit[job]);
        station.serve(job, seconds);
        events.set(station.slot, now + seconds);
    }

    private void steer(Route route, int hop, int job) {
        Source source = sources[route.service];
        Optional<Thresholds> changed =
                Objects.requireNonNull(steering).starting(source.service.id(), route.chain, hop, this);
        ExitProfile profile = source.profile();
        if (changed.isPresent() && profile != null) {
            int sample = jobs.sample[job];
            int exit = profile.exitOf(sample, changed.get(), route.firstExit[hop] + 1) - 1;
            jobs.exit[job] = exit;
            jobs.told[job] = changed.get();
            jobs.right[job] = source.isRight(sample, exit);
        }
    }

    private void finish(StationState station) {
        int job = station.serving;
        station.serving = NONE;
        Route route = jobs.route[job];
        int hop = jobs.hop[job];
        if (route.lastHop[jobs.exit[job]] == hop) {
            depart(station, route, hop);
            complete(route, job);
        } else if (route.stations[hop + 1] == station) {
            queueAgain(station, route, hop, job);
        } else if (makeRoom(route, hop + 1)) {
            moveOn(station, route, hop, job);
        } else if (route.overflow == Overflow.BLOCK) {
            station.blocked = job;
            route.stations[hop + 1].blockedSenders.addLast(station.slot - sources.length);
            events.clear(station.slot);
            return;
        } else {
            depart(station, route, hop);
            lose(route, hop + 1, job);
        }
        resume(station);
    }

    /** Leaves for the next hop, where room is reserved. Over a link its bytes stay here until it is there. */
    private void moveOn(StationState station, Route route, int hop, int job) {
        station.leave(now, route.priorityClass);
        if (route.links[hop + 1] == null) {
            station.release(route.bytes[hop]);
        }
        jobs.hop[job] = hop + 1;
        advance(route, hop + 1, job);
    }

    /** The next hop is at the same node: behind the others, in the room that it had. */
    private void queueAgain(StationState station, Route route, int hop, int job) {
        depart(station, route, hop);
        if (makeRoom(route, hop + 1)) {
            jobs.hop[job] = hop + 1;
            station.await(job, route.priorityClass);
        } else {
            lose(route, hop + 1, job);
        }
    }

    private void depart(StationState station, Route route, int hop) {
        station.leave(now, route.priorityClass);
        station.release(route.bytes[hop]);
    }

    /** The station has lost a job: who waited for its room comes in, and the next is served. */
    private void resume(StationState station) {
        startNext(station);
        if (!station.blockedSenders.isEmpty()) {
            admitBlocked(station);
        }
    }

    private void startNext(StationState station) {
        if (!station.isFree()) {
            return;
        }
        while (true) {
            int job = station.next();
            if (job == NONE) {
                events.clear(station.slot);
                return;
            }
            Route route = jobs.route[job];
            int hop = jobs.hop[job];
            if (!isExpired(route, job)) {
                serve(station, route, hop, job);
                return;
            }
            expire(station, route, hop, job);
        }
    }

    private void admitBlocked(StationState station) {
        while (!station.blockedSenders.isEmpty()) {
            StationState sender = stations[station.blockedSenders.first()];
            int job = sender.blocked;
            Route route = jobs.route[job];
            int hop = jobs.hop[job];
            if (!makeRoom(route, hop + 1)) {
                return;
            }
            station.blockedSenders.removeFirst();
            sender.blocked = NONE;
            moveOn(sender, route, hop, job);
            resume(sender);
        }
    }

    private void complete(Route route, int job) {
        int exit = jobs.exit[job];
        double latency = now - jobs.birth[job];
        route.completed[exit]++;
        route.latencySum += latency;
        if (jobs.right[job]) {
            route.correct[exit]++;
            if (latency <= route.deadlineSeconds) {
                route.correctInTime++;
            }
        }
        sources[route.service].latency.record(latency);
        end(route, job, exit);
    }

    private void lose(Route route, int hop, int job) {
        route.stations[hop].countLoss();
        route.queueFull++;
        route.lostAtHop[hop]++;
        end(route, job, NONE);
    }

    private void end(Route route, int job, int exit) {
        route.jobsInFlight--;
        sources[route.service].inFlight--;
        if (steering != null) {
            Source source = sources[route.service];
            List<Float> confidences = new ArrayList<>();
            ExitProfile profile = source.profile();
            if (exit != NONE && profile != null) {
                for (int i = 0; i <= exit; i++) {
                    confidences.add(profile.confidence(i + 1, jobs.sample[job]));
                }
            }
            steering.ended(
                    new Steering.Fate(
                            source.service.id(),
                            route.chain,
                            Objects.requireNonNull(jobs.told[job]),
                            exit + 1,
                            confidences,
                            now - jobs.birth[job]),
                    this);
        }
        jobs.put(job);
    }

    /** From the next job of each service on. */
    void apply(Map<ServiceId, Orders> orders) {
        for (Source source : sources) {
            Orders told = orders.get(source.service.id());
            if (told != null) {
                source.apply(told);
            }
        }
    }
}
