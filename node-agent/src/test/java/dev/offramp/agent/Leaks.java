package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Buffers that nobody gave back and threads that nobody ended, since this was made. */
final class Leaks implements AutoCloseable {
    private final ResourceLeakDetector.Level formerLevel = ResourceLeakDetector.getLevel();
    private final Logger reports = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final ListAppender<ILoggingEvent> reported = new ListAppender<>();
    private final List<String> threads = threads();

    Leaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        reported.start();
        reports.addAppender(reported);
    }

    /** Of agents, by name. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("one/") || name.startsWith("vert.x-"))
                .sorted()
                .toList();
    }

    /** What was lost is reported when buffers are lent again. */
    @FunctionalInterface
    interface Traffic {
        void pass() throws Exception;
    }

    void assertNone(Traffic traffic) throws Exception {
        System.gc();
        traffic.pass();
        assertThat(reported.list).isEmpty();
        assertThat(threads()).isEqualTo(threads);
    }

    @Override
    public void close() {
        reports.detachAppender(reported);
        ResourceLeakDetector.setLevel(formerLevel);
    }
}
