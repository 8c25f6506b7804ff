package dev.offramp.agent.loop;

import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.core.CoreSnapshot;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the core. Its length is bounded by who posts: each stream has one message in it at a time, each server
 * one result, each neighbour its transfer window, and frames are limited by {@link Tickets}. Thread-safe.
 */
public final class EventQueue implements Mailbox {
    /** What may wait. */
    sealed interface Item {
        record Happened(AgentEvent event, Runnable taken) implements Item {}

        record Asked(CompletableFuture<CoreSnapshot> answer) implements Item {}
    }

    private final Queue<Item> items = new ConcurrentLinkedQueue<>();
    private volatile Runnable reader = () -> {};

    /** @param reader told after every item; must not block */
    void attach(Runnable reader) {
        this.reader = reader;
        reader.run();
    }

    @Override
    public void post(AgentEvent event) {
        post(event, () -> {});
    }

    @Override
    public void post(AgentEvent event, Runnable taken) {
        add(new Item.Happened(event, taken));
    }

    /** The counters now; completes on the core's thread. */
    public CompletableFuture<CoreSnapshot> snapshot() {
        CompletableFuture<CoreSnapshot> answer = new CompletableFuture<>();
        add(new Item.Asked(answer));
        return answer;
    }

    private void add(Item item) {
        items.add(item);
        reader.run();
    }

    /** Null: there is nothing. */
    @Nullable
    Item poll() {
        return items.poll();
    }
}
