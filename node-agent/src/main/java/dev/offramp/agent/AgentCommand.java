package dev.offramp.agent;

import dev.offramp.agent.config.AgentConfig;
import dev.offramp.agent.config.AgentOptions;
import dev.offramp.supervision.ServiceManager;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code offramp agent}: runs until it is told to stop. */
@Command(
        name = "offramp agent",
        description = "Runs one node: takes frames in, runs partitions, forwards to the next hop.",
        mixinStandardHelpOptions = true,
        versionProvider = AgentCommand.Version.class)
@SuppressWarnings("NullAway.Init")
public final class AgentCommand implements Callable<Integer> {
    static final int USAGE = 64;
    static final int UNAVAILABLE = 6;

    private static final Logger log = LoggerFactory.getLogger(AgentCommand.class);

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOptions options;

    /** What {@code --version} prints. */
    static final class Version implements picocli.CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"offramp " + AgentConfig.VERSION};
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        AgentConfig config;
        try {
            config = options.toConfig();
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return USAGE;
        }
        // The wall clock, once: incarnations rise from start to start.
        long incarnation = System.currentTimeMillis();
        try {
            run(config, new Wiring(config, incarnation, new SplittableRandom(incarnation)));
            return 0;
        } catch (IOException e) {
            err.println("cannot start: " + e.getMessage());
            return UNAVAILABLE;
        }
    }

    private void run(AgentConfig config, Wiring agent) throws IOException, InterruptedException {
        Optional<ServiceManager> manager = ServiceManager.of(System.getenv());
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            manager.ifPresent(AgentCommand::stopping);
                            agent.close();
                            stopped.countDown();
                            log.info("stopped");
                            // A stop that was asked for is a success, whatever signal asked.
                            Runtime.getRuntime().halt(0);
                        },
                        "shutdown"));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("node %s: data %s, http %s%n", agent.node(), agent.dataAddress(), agent.httpAddress());
        out.flush();
        if (manager.isPresent()) {
            agent.watch(manager.get());
            manager.get().ready("node " + agent.node());
        }
        // Not before: the first texts of records cost a start 70 ms.
        log.info("configuration: {}", config);
        stopped.await();
    }

    private static void stopping(ServiceManager manager) {
        try {
            manager.stopping();
        } catch (IOException e) {
            log.warn("the service manager is not told of the end: {}", e.getMessage());
        }
    }
}
