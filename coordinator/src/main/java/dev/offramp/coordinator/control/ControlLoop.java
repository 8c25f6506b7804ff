package dev.offramp.coordinator.control;

import dev.offramp.coordinator.control.pilot.Decision;
import dev.offramp.partition.Service;
import dev.offramp.time.NanoClock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the machine on one thread: event in, state to disk, effects out, in this order. Where the disk fails, nothing of
 * the event has happened. Thread-safe.
 */
public final class ControlLoop {
    private static final Logger log = LoggerFactory.getLogger(ControlLoop.class);

    private final StateStore store;
    private final Outbox outbox;
    private final NanoClock clock;
    private final Executor thread;
    private final Planning planning;
    private final Predicate<Service> profiled;
    private final Map<Long, CompletableFuture<Reply>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong tickets = new AtomicLong();
    private ControlMachine machine;
    private Durable saved;
    private volatile ClusterView view;

    /**
     * @param thread a single one, on which everything happens
     * @param profiled whether the exit profile of a service is known
     */
    public ControlLoop(
            StateStore store,
            Outbox outbox,
            Planning planning,
            Predicate<Service> profiled,
            NanoClock clock,
            Executor thread)
            throws StoreException {
        this.store = store;
        this.outbox = outbox;
        this.clock = clock;
        this.thread = thread;
        this.planning = planning;
        this.profiled = profiled;
        this.saved = store.load();
        this.machine = new ControlMachine(saved, clock.nanoTime(), profiled);
        this.view = machine.view();
    }

    /** Something happened. */
    public void post(ControlEvent event) {
        try {
            thread.execute(() -> handle(event));
        } catch (RejectedExecutionException e) {
            log.debug("{} comes too late: the coordinator stops", event);
        }
    }

    /** An operator asks; the future is completed with the answer. */
    public CompletableFuture<Reply> ask(LongFunction<ControlEvent> request) {
        long ticket = tickets.incrementAndGet();
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        waiting.put(ticket, answer);
        var unused = answer.whenComplete((reply, failure) -> waiting.remove(ticket));
        post(request.apply(ticket));
        return answer;
    }

    /** The cluster after the last event. */
    public ClusterView view() {
        return view;
    }

    private void handle(ControlEvent event) {
        List<ControlEffect> effects;
        try {
            effects = machine.on(event, clock.nanoTime());
        } catch (RuntimeException e) {
            log.error("{} failed: this is a bug", event, e);
            startOver(event, "the coordinator failed on this request: see its log");
            return;
        }
        Durable next = machine.durable();
        if (!next.equals(saved)) {
            try {
                store.save(next);
            } catch (StoreException e) {
                log.error("cannot keep the state, so nothing of this happens: {}", e.getMessage());
                startOver(event, e.getMessage());
                return;
            }
            saved = next;
        }
        ClusterView before = view;
        view = machine.view();
        report(before, view);
        effects.forEach(this::execute);
    }

    private static void report(ClusterView before, ClusterView after) {
        Durable now = after.durable();
        if (!before.state().equals(after.state())
                || before.durable().active().epoch() != now.active().epoch()) {
            log.info("placement: epoch {}, {}", now.active().epoch(), after.state());
        }
        now.policies().forEach((service, policy) -> {
            ServicePolicy old = before.durable().policies().get(service);
            if (old == null || old.effective().version() != policy.effective().version()) {
                log.info(
                        "policy {} of {}: {}",
                        policy.effective().version(),
                        service,
                        policy.effective().mix());
            }
        });
        after.decisions().forEach((service, decisions) -> {
            long known = newest(before.decisions().getOrDefault(service, List.of()));
            decisions.stream()
                    .filter(decision -> decision.number() > known)
                    .forEach(decision -> log.info("{}: {}", service, decision.summary()));
        });
        after.nodes().forEach((node, state) -> {
            ClusterView.NodeView old = before.nodes().get(node);
            if (old != null && old.member().state() != state.member().state()) {
                log.info("node {} is {}", node, state.member().state());
            }
        });
    }

    private static long newest(List<Decision> decisions) {
        return decisions.isEmpty() ? 0 : decisions.getLast().number();
    }

    /** Back to what is on disk. Every agent attaches again, so nothing else need be remembered. */
    private void startOver(ControlEvent event, @Nullable String why) {
        machine.view().nodes().keySet().forEach(node -> machine.sessionOf(node)
                .ifPresent((long session) -> outbox.detach(session, node, "the coordinator could not keep its state")));
        if (event instanceof ControlEvent.NodeAttached attached) {
            outbox.detach(
                    attached.session(), attached.registration().node(), "the coordinator could not keep its state");
        }
        machine = new ControlMachine(saved, clock.nanoTime(), profiled);
        view = machine.view();
        List.copyOf(waiting.values())
                .forEach(answer -> answer.complete(new Reply.Refused(Reply.Kind.FAILED, String.valueOf(why))));
    }

    private void execute(ControlEffect effect) {
        switch (effect) {
            case ControlEffect.Send send -> outbox.send(send.session(), send.node(), send.command());
            case ControlEffect.Detach detach -> outbox.detach(detach.session(), detach.node(), detach.why());
            case ControlEffect.Ask ask -> planning.plan(ask.request(), plan -> post(new ControlEvent.Planned(plan)));
            case ControlEffect.Answer answer -> {
                CompletableFuture<Reply> future = waiting.get(answer.ticket());
                if (future != null) {
                    future.complete(answer.reply());
                }
            }
        }
    }
}
