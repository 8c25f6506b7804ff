package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.partition.Partition;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.ListModelsRequest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code model ls}. */
@Command(name = "ls", description = "Lists the models that have been pushed.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ModelListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        List<Manifest> models = models();
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            ObjectNode document = Json.object();
            ArrayNode array = document.putArray("models");
            models.forEach(model -> array.add(ManifestView.json(model)));
            Json.print(out, document);
        } else {
            Table table = new Table("MODEL", "PARTITIONS", "EXITS", "LABELS", "KIB", "SOURCE");
            for (Manifest model : models) {
                long bytes = model.partitions().stream()
                        .mapToLong(Partition::fileBytes)
                        .sum();
                table.row(
                        model.model(),
                        model.partitions().size(),
                        model.exits(),
                        model.labels().size(),
                        Table.kibibytes(bytes),
                        model.source().abbreviated());
            }
            table.print(out);
        }
        return ExitCode.OK;
    }

    private List<Manifest> models() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            List<Manifest> models = new ArrayList<>();
            for (var message : client.call(control -> control.listModels(ListModelsRequest.getDefaultInstance()))
                    .getModelsList()) {
                models.add(Codec.read(message));
            }
            return models;
        } catch (WireException e) {
            throw new CliException(ExitCode.ERROR, "the coordinator's answer is not understood: " + e.getMessage(), e);
        }
    }
}
