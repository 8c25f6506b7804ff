package dev.offramp.agent.receiver;

import dev.offramp.partition.feed.Remark;
import java.util.Map;
import java.util.TreeMap;

/** What became of one receiver's outcomes. Thread-safe. */
final class Delivered {
    private final Map<String, Long> dropped = new TreeMap<>();
    private long sent;
    private boolean up;
    private String problem = "";

    synchronized void sent() {
        sent++;
        up = true;
    }

    synchronized void up() {
        up = true;
    }

    synchronized void down(String why) {
        up = false;
        problem = Remark.shown(why);
    }

    synchronized void dropped(String reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    synchronized ReceiverStatus status(dev.offramp.partition.feed.Receiver receiver) {
        return new ReceiverStatus(receiver.id(), receiver.service(), up, sent, dropped, problem);
    }
}
