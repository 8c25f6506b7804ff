package dev.offramp.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.Logger;

/**
 * The agent's log on standard error. In code: reading the same from XML takes a board's start 500 classes more. A
 * {@code logback.xml} in the class path or {@code -Dlogback.configurationFile} replaces it. Found by Logback. Stateless.
 */
@ConfiguratorRank(Logging.AFTER_FILES_BEFORE_DEFAULTS)
public final class Logging extends ContextAwareBase implements Configurator {
    static final int AFTER_FILES_BEFORE_DEFAULTS = ConfiguratorRank.FALLBACK / 2;

    private static final String LEVEL = "OFFRAMP_LOG";
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %-28([%thread]) %logger{0}: %msg%n%ex{short}";
    private static final Map<String, Level> QUIETER = Map.of(
            "ai.djl", Level.WARN,
            // It warns that there is no CUDA.
            "ai.djl.onnxruntime", Level.ERROR,
            "io.grpc", Level.WARN,
            "io.netty", Level.WARN,
            "io.vertx", Level.WARN,
            // It logs failures that it reports too.
            "io.vertx.mqtt", Level.OFF,
            "com.pi4j", Level.WARN);

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        QUIETER.forEach((name, level) -> context.getLogger(name).setLevel(level));
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv(LEVEL), Level.INFO));
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
