package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Partition;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Manifest;
import java.io.PrintWriter;
import java.util.Locale;

/** Split models as text and as JSON. Stateless. */
final class ManifestView {
    private ManifestView() {}

    static void print(Manifest manifest, PrintWriter out) {
        Table table = new Table("PARTITION", "SHA-256", "KIB", "INPUT", "OUTPUT", "EXITS");
        for (Partition partition : manifest.partitions()) {
            table.row(
                    partition.index(),
                    partition.digest().abbreviated(),
                    Table.kibibytes(partition.fileBytes()),
                    partition.input().signature(),
                    partition.output().map(TensorSpec::signature).orElse("-"),
                    exits(partition));
        }
        table.print(out);
    }

    static String exits(Partition partition) {
        return partition.exits().isEmpty()
                ? "-"
                : String.join(
                        " ",
                        partition.exits().stream()
                                .map(exit -> String.valueOf(exit.number()))
                                .toList());
    }

    static ObjectNode json(Manifest manifest) {
        ObjectNode json = Json.object()
                .put("model", manifest.model().value())
                .put("sourceSha256", manifest.source().hex())
                .put("exits", manifest.exits())
                .put("scores", manifest.scores().name().toLowerCase(Locale.ROOT));
        ArrayNode labels = json.putArray("labels");
        manifest.labels().forEach(labels::add);
        ArrayNode partitions = json.putArray("partitions");
        for (Partition partition : manifest.partitions()) {
            ObjectNode one = partitions
                    .addObject()
                    .put("index", partition.index())
                    .put("sha256", partition.digest().hex())
                    .put("fileBytes", partition.fileBytes())
                    .put("input", partition.input().signature())
                    .put("output", partition.output().map(TensorSpec::signature).orElse(null));
            ArrayNode exits = one.putArray("exits");
            partition.exits().stream().map(Exit::number).forEach(exits::add);
        }
        return json;
    }
}
