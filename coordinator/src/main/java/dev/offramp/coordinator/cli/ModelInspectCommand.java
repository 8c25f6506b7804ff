package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.partition.Cut;
import dev.offramp.partition.Exit;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model inspect M.onnx}. */
@Command(
        name = "inspect",
        description = "Shows a network: what it takes, its exits, its cost, and where it can be cut.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ModelInspectCommand implements Callable<Integer> {
    private static final double MILLION = 1e6;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL.onnx", description = "The network.")
    private Path model;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        OnnxNetwork network = ModelFiles.network(model);
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (output.isJson()) {
                Json.print(out, json(network));
            } else {
                print(network, out);
            }
        } catch (OnnxException e) {
            throw new CliException(ExitCode.ERROR, "%s: %s".formatted(model, e.getMessage()), e);
        }
        return ExitCode.OK;
    }

    private static long macs(OnnxNetwork network) {
        return network.multiplyAccumulates(network.operatorCount());
    }

    private static void print(OnnxNetwork network, PrintWriter out) throws OnnxException {
        long all = macs(network);
        out.printf(
                Locale.ROOT,
                "%s  sha256 %s, opset %d, IR %d%n",
                network.name(),
                network.digest().abbreviated(),
                network.opset(),
                network.irVersion());
        out.printf(
                Locale.ROOT,
                "%d operators, %,d parameters, %.2f million multiply-accumulates%n",
                network.operatorCount(),
                network.parameters(),
                all / MILLION);
        out.printf("input   %s %s%n", network.input().name(), network.input().signature());
        out.printf(
                "labels  %s%n",
                String.join(
                        ", ",
                        network.labels()
                                .subList(0, Math.min(16, network.labels().size()))));
        out.printf("scores  %s%n", network.scores().name().toLowerCase(Locale.ROOT));
        out.printf(
                "exits   %s%n",
                String.join(
                        ", ",
                        network.exits().stream()
                                .map(exit -> exit.number() + " " + exit.output())
                                .toList()));
        if (network.isBatchFrozen()) {
            out.println("batch   partitions have a fixed batch of 1");
        }
        out.println();
        Table table = new Table("CUT AT", "EDGE", "KIB", "OPERATORS BEFORE", "COST BEFORE");
        for (Cut cut : network.cuts()) {
            table.row(
                    cut.tensor().name(),
                    cut.tensor().signature(),
                    Table.kibibytes(cut.tensor().bytes()),
                    cut.position(),
                    String.format(
                            Locale.ROOT,
                            "%.1f %%",
                            100.0 * network.multiplyAccumulates(cut.position()) / Math.max(1, all)));
        }
        table.print(out);
    }

    private static ObjectNode json(OnnxNetwork network) throws OnnxException {
        ObjectNode json = Json.object()
                .put("name", network.name())
                .put("sha256", network.digest().hex())
                .put("opset", network.opset())
                .put("irVersion", network.irVersion())
                .put("operators", network.operatorCount())
                .put("parameters", network.parameters())
                .put("multiplyAccumulates", macs(network))
                .put("input", network.input().name())
                .put("inputSignature", network.input().signature())
                .put("scores", network.scores().name().toLowerCase(Locale.ROOT))
                .put("batchFrozen", network.isBatchFrozen());
        ArrayNode labels = json.putArray("labels");
        network.labels().forEach(labels::add);
        ArrayNode exits = json.putArray("exits");
        for (Exit exit : network.exits()) {
            exits.addObject().put("number", exit.number()).put("output", exit.output());
        }
        ArrayNode cuts = json.putArray("cuts");
        for (Cut cut : network.cuts()) {
            cuts.addObject()
                    .put("tensor", cut.tensor().name())
                    .put("signature", cut.tensor().signature())
                    .put("bytes", cut.tensor().bytes())
                    .put("operatorsBefore", cut.position())
                    .put("multiplyAccumulatesBefore", network.multiplyAccumulates(cut.position()));
        }
        return json;
    }
}
