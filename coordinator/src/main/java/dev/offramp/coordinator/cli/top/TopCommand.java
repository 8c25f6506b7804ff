package dev.offramp.coordinator.cli.top;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.CoordinatorClient;
import dev.offramp.coordinator.cli.CoordinatorOptions;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Snapshot;
import dev.offramp.proto.v1.WatchRequest;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code top}: what the cluster does now. */
@Command(
        name = "top",
        description = {
            "Shows what the cluster does now: per node its queue, how busy it is and how long it serves; per service the"
                    + " rate, losses by reason, accuracy where the truth is known, where frames leave, and latency.",
            "Refreshed once a second, until Ctrl-C."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class TopCommand implements Callable<Integer> {
    /** Snapshots that one look needs at most, so that every node has reported twice. */
    private static final int LOOK = 4;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Option(names = "--once", description = "Shows one look, over a second or so, and ends; -o json does so too.")
    private boolean once;

    @Override
    public Integer call() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            if (once || output.isJson()) {
                print(look(client));
            } else {
                watch(client);
            }
            return ExitCode.OK;
        }
    }

    private TopView look(CoordinatorClient client) throws CliException {
        return client.call(stub -> {
            Iterator<Snapshot> snapshots = stub.watch(WatchRequest.getDefaultInstance());
            TopWindow window = new TopWindow(LOOK);
            TopView view = window.add(read(snapshots.next()));
            for (int i = 1; i < LOOK && snapshots.hasNext() && !view.coversEveryNode(); i++) {
                view = window.add(read(snapshots.next()));
            }
            return view;
        });
    }

    private void print(TopView view) {
        var out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(TopJson.of(view).toPrettyString());
        } else {
            new TopText(new Paint(Ansi.AUTO.enabled())).lines(view).forEach(out::println);
        }
        out.flush();
    }

    private void watch(CoordinatorClient client) throws CliException {
        boolean terminal = Ansi.AUTO.enabled();
        LiveScreen screen = new LiveScreen(spec.commandLine().getOut(), terminal);
        TopText text = new TopText(new Paint(terminal));
        TopWindow window = new TopWindow(TopWindow.USUAL);
        client.stream(
                stub -> stub.watch(WatchRequest.getDefaultInstance()),
                snapshot -> screen.show(text.lines(window.add(read(snapshot)))));
    }

    private static ClusterReading read(Snapshot snapshot) {
        try {
            return SnapshotReader.read(snapshot);
        } catch (WireException e) {
            throw new IllegalStateException("the coordinator sends what cannot be read here: " + e.getMessage(), e);
        }
    }
}
