package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What must not be in the log of a process, whoever connects to it: errors, exceptions that nobody expected, buffers that
 * nobody gave back, threads that died. Heard from its making until it is closed.
 */
final class Alarms implements AutoCloseable {
    private final List<String> heard = new ArrayList<>();
    private final ResourceLeakDetector.Level formerLevel = ResourceLeakDetector.getLevel();
    private final Thread.@Nullable UncaughtExceptionHandler formerHandler = Thread.getDefaultUncaughtExceptionHandler();
    private final ch.qos.logback.classic.Logger root =
            ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Appender appender = new Appender();
    private final Julian julian = new Julian();

    Alarms() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        appender.start();
        root.addAppender(appender);
        Logger.getLogger("").addHandler(julian);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> hear(thread.getName() + " died of " + e));
    }

    private synchronized void hear(String what) {
        heard.add(what);
    }

    /** Ours and Netty's. Whoever warns of an exception did not expect it. */
    private final class Appender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)
                    || event.getLevel().isGreaterOrEqual(Level.WARN)
                            && event.getThrowableProxy() != null
                            && !isFailedHandshake(event.getThrowableProxy())) {
                String cause =
                        event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
                hear("%s: %s %s".formatted(event.getLoggerName(), event.getFormattedMessage(), cause));
            }
        }
    }

    private static boolean isFailedHandshake(IThrowableProxy failure) {
        IThrowableProxy cause = failure.getCause();
        return failure.getClassName().startsWith("javax.net.ssl.") || cause != null && isFailedHandshake(cause);
    }

    /** gRPC's. */
    private final class Julian extends Handler {
        @Override
        public void publish(LogRecord event) {
            if (event.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                hear("%s: %s %s".formatted(event.getLoggerName(), event.getMessage(), event.getThrown()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    synchronized void assertNone() {
        assertThat(heard).isEmpty();
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        Logger.getLogger("").removeHandler(julian);
        Thread.setDefaultUncaughtExceptionHandler(formerHandler);
        ResourceLeakDetector.setLevel(formerLevel);
    }
}
