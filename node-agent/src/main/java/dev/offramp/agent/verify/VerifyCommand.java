package dev.offramp.agent.verify;

import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.agent.ingress.FrameTensors;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.ManifestFile;
import dev.offramp.proto.WireException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify DIR --model M.onnx}: exit code 1 if the partitions differ by more than the tolerance. */
@Command(
        name = "offramp model verify",
        description = "Runs partitions and the network they were cut from on the same inputs.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class VerifyCommand implements Callable<Integer> {
    private static final int MAX_FRAME_SIDE = 16_384;
    private static final int DIFFERENT = 1;
    private static final int REFUSED = 64;

    /** Forms of output. */
    enum Form {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Holds manifest.json and the partitions.")
    private Path directory;

    @Option(names = "--model", required = true, paramLabel = "FILE", description = "The uncut network.")
    private Path model;

    @Option(
            names = "--inputs",
            defaultValue = "20",
            paramLabel = "N",
            description = "Random inputs (default: ${DEFAULT-VALUE}).")
    private int inputs;

    @Option(names = "--image", paramLabel = "FILE", description = "A JPEG or PNG to run besides; may be repeated.")
    private List<Path> images = List.of();

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "S",
            description = "Of the random inputs (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--tolerance",
            defaultValue = "0",
            paramLabel = "D",
            description = "Largest absolute difference accepted (default: ${DEFAULT-VALUE}, bit for bit).")
    private double tolerance;

    @Option(
            names = "--optimisation",
            defaultValue = "extended",
            paramLabel = "LEVEL",
            description = "extended, or all: faster, and cut and uncut differ in the last digits"
                    + " (default: ${DEFAULT-VALUE}).")
    private Optimisation optimisation;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORM",
            description = "text or json.")
    private Form form;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Manifest manifest = ManifestFile.read(directory);
            try (Verifier verifier =
                    Verifier.open(manifest, directory, model, new OnnxPartitionLoader(), optimisation)) {
                Comparison comparison = verifier.compare(samples(manifest, verifier));
                print(manifest, comparison);
                return comparison.largest() <= tolerance ? 0 : DIFFERENT;
            }
        } catch (WireException | VerifyException | InferenceException | RefusalException e) {
            err.println(e.getMessage());
            return REFUSED;
        } catch (IOException e) {
            err.println("cannot read " + e.getMessage());
            return REFUSED;
        }
    }

    private List<ByteBuffer> samples(Manifest manifest, Verifier verifier) throws IOException, RefusalException {
        List<ByteBuffer> samples = new ArrayList<>();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < inputs; i++) {
            samples.add(verifier.randomInput(random));
        }
        FrameTensors frames = new FrameTensors(MAX_FRAME_SIDE);
        for (Path image : images) {
            samples.add(frames.tensor(Files.readAllBytes(image), manifest.preprocessing()));
        }
        return samples;
    }

    private void print(Manifest manifest, Comparison comparison) {
        PrintWriter out = spec.commandLine().getOut();
        if (form == Form.json) {
            out.println(new JsonObject()
                    .put("model", manifest.model().value())
                    .put("partitions", manifest.partitions().size())
                    .put("inputs", comparison.inputs())
                    .put("differences", new JsonArray(comparison.differences()))
                    .put("largest", comparison.largest())
                    .put("labelChanges", comparison.labelChanges())
                    .put("tolerance", tolerance)
                    .put("ok", comparison.largest() <= tolerance)
                    .encode());
        } else {
            out.printf(
                    "%s: %d partitions, %d exits, %d inputs%n",
                    manifest.model(), manifest.partitions().size(), manifest.exits(), comparison.inputs());
            for (int exit = 0; exit < comparison.differences().size(); exit++) {
                out.printf(
                        Locale.ROOT,
                        "exit %d: largest difference %s%n",
                        exit + 1,
                        comparison.differences().get(exit));
            }
            out.printf(
                    Locale.ROOT,
                    "%s: largest difference %s, tolerance %s, %d changed labels%n",
                    comparison.largest() <= tolerance ? "equal" : "DIFFERENT",
                    comparison.largest(),
                    tolerance,
                    comparison.labelChanges());
        }
        out.flush();
    }
}
