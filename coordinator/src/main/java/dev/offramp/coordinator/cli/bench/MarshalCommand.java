package dev.offramp.coordinator.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.CliException;
import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Json;
import dev.offramp.coordinator.cli.OutputOption;
import dev.offramp.coordinator.cli.Table;
import dev.offramp.partition.ByteSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench marshal}: what turning a transfer into bytes and back costs, ours against protobuf's default. */
@Command(
        name = "marshal",
        description =
                "Writes transfers into buffers and reads them back, as gRPC does it, with the data plane's marshaller"
                        + " and with protobuf's, by turns; time and memory of each.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class MarshalCommand implements Callable<Integer> {
    private static final int ROUNDS = 400;
    private static final int WARM_UP = 200;
    private static final ByteSize LARGEST = new ByteSize(32 << 20);
    private static final double NANOS_PER_MICRO = 1000;

    /**
     * What one way cost.
     *
     * @param p50Nanos of one transfer
     * @param bytes allocated for it
     */
    private record Cost(double p50Nanos, long bytes) {
        ObjectNode json() {
            return Json.object().put("p50Micros", p50Nanos / NANOS_PER_MICRO).put("allocatedBytes", bytes);
        }

        String text() {
            return String.format(Locale.ROOT, "%.1f", p50Nanos / NANOS_PER_MICRO);
        }
    }

    private record Line(int bytes, String way, Cost ours, Cost protobuf) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--sizes",
            defaultValue = "4KiB,100KiB,784KiB,3136KiB",
            split = ",",
            paramLabel = "SIZE",
            description = "Of the activations (default: ${DEFAULT-VALUE}).")
    private List<String> sizes;

    @Override
    public Integer call() throws CliException, IOException {
        List<Integer> wanted;
        try {
            wanted = sizes.stream().map(size -> bytes(ByteSize.parse(size))).toList();
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        List<Line> lines = new ArrayList<>();
        for (int bytes : wanted) {
            Marshalling marshalling = new Marshalling(bytes);
            lines.add(measure(bytes, "write", marshalling::write, marshalling::writeProtobuf));
            lines.add(measure(bytes, "read", marshalling::read, marshalling::readProtobuf));
        }
        print(lines);
        return ExitCode.OK;
    }

    private static int bytes(ByteSize size) {
        size.checkAtMost("an activation", LARGEST);
        return size.asInt();
    }

    private static Line measure(int bytes, String way, Marshalling.Step ours, Marshalling.Step protobuf)
            throws IOException {
        long[][] nanos = new long[2][ROUNDS];
        long[] allocated = {Long.MAX_VALUE, Long.MAX_VALUE};
        List<Marshalling.Step> steps = List.of(ours, protobuf);
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (int i = 0; i < steps.size(); i++) {
                Marshalling.Taken taken = steps.get(i).run();
                nanos[i][Math.max(0, round)] = taken.nanos();
                allocated[i] = Math.min(allocated[i], taken.allocatedBytes());
            }
        }
        return new Line(bytes, way, cost(nanos[0], allocated[0]), cost(nanos[1], allocated[1]));
    }

    private static Cost cost(long[] nanos, long allocated) {
        Arrays.sort(nanos);
        return new Cost(nanos[nanos.length / 2], allocated);
    }

    private void print(List<Line> lines) {
        if (output.isJson()) {
            ObjectNode json = Json.object();
            ArrayNode all = json.putArray("lines");
            for (Line line : lines) {
                ObjectNode node = all.addObject().put("bytes", line.bytes()).put("way", line.way());
                node.set("ours", line.ours().json());
                node.set("protobuf", line.protobuf().json());
                node.put("ratio", line.ours().p50Nanos() / line.protobuf().p50Nanos());
            }
            Json.print(spec.commandLine().getOut(), json);
            return;
        }
        Table table = new Table("BYTES", "", "P50 US", "PROTOBUF", "RATIO", "ALLOCATED", "PROTOBUF");
        for (Line line : lines) {
            table.row(
                    line.bytes(),
                    line.way(),
                    line.ours().text(),
                    line.protobuf().text(),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            line.ours().p50Nanos() / line.protobuf().p50Nanos()),
                    line.ours().bytes(),
                    line.protobuf().bytes());
        }
        table.print(spec.commandLine().getOut());
    }
}
